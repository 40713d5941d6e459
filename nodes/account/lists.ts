/** The lists of the account's dialog: fixed texts by language, and things to try. In the browser only. */

import type { AccountConfig } from '../../app/account/config.ts';
import type { Dialog } from '../editor.ts';

interface Row {
  language?: string;
  text?: string;
}

/** @returns a function that gives what the lists hold now. */
export function editLists({
  values,
  text,
}: Dialog<AccountConfig>): () => Pick<AccountConfig, 'staticTexts' | 'suggestions'> {
  const texts = $('#dragoman-account-texts');
  const suggestions = $('#dragoman-account-suggestions');
  const field = (name: 'language' | 'text', value: string | undefined) =>
    $(name === 'text' ? '<textarea rows="2">' : '<input type="text" maxlength="3">')
      .addClass(`dragoman-list-${name}`)
      .attr({ dir: name === 'text' ? 'auto' : 'ltr', placeholder: text(`placeholder.${name}`) })
      .val(value ?? '');
  const list = (element: JQuery, fields: ('language' | 'text')[], rows: Row[]) => {
    element.editableList({
      addButton: text('label.add'),
      addItem: (row: JQuery, _index: number, data: Row) => {
        row.addClass('dragoman-list-row').append(fields.map((name) => field(name, data[name])));
      },
      removable: true,
      sortable: fields.length === 1,
      height: 'auto',
    });
    for (const row of rows) element.editableList('addItem', row);
  };
  list(
    texts,
    ['language', 'text'],
    Object.entries(values.staticTexts).map(([language, words]) => ({ language, text: words })),
  );
  list(
    suggestions,
    ['text'],
    values.suggestions.map((words) => ({ text: words })),
  );

  const read = (element: JQuery): Row[] =>
    element
      .editableList('items')
      .toArray()
      .map((row) => ({
        language: String($(row).find('.dragoman-list-language').val() ?? '')
          .trim()
          .toLowerCase(),
        text: String($(row).find('.dragoman-list-text').val() ?? '').trim(),
      }));
  return () => ({
    staticTexts: Object.fromEntries(
      read(texts).flatMap(({ language, text: words }) => (language && words ? [[language, words]] : [])),
    ),
    suggestions: read(suggestions).flatMap(({ text: words }) => (words ? [words] : [])),
  });
}
