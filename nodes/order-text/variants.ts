/** The list of variants of an A/B test in the dialog. In the browser only. */
import type { Dialog } from '../editor.ts';
import type { Config } from './config.ts';

type Variant = Config['variants'][number];

export interface VariantList {
  /** As the list shows them; what is done to them is kept. */
  now(): Variant[];
  /** Called when one is added, removed or renamed. */
  onChange(listener: () => void): void;
}

export function editVariants({ values, text }: Dialog<Config>): VariantList {
  const list = $('#dragoman-order-text-variants');
  let listener = () => {};
  const field = (variant: Variant, name: 'id' | 'share') =>
    $(name === 'share' ? '<input type="number" min="1" step="1">' : '<input type="text" maxlength="40">')
      .attr({
        dir: name === 'share' ? 'ltr' : 'auto',
        'aria-label': text(`column.${name}`),
        placeholder: text(`column.${name}`),
      })
      .css({ width: name === 'share' ? '90px' : 'calc(100% - 110px)', marginInlineEnd: '8px' })
      .val(variant[name])
      .on('input', function () {
        const typed = String($(this).val() ?? '').trim();
        if (name === 'id') variant.id = typed;
        else variant.share = Number(typed);
        listener();
      });
  const now = () =>
    list
      .editableList('items')
      .toArray()
      .map((row) => $(row).data('data') as Variant);
  list.editableList({
    addButton: text('label.add'),
    addItem(row: JQuery, _index: number, data: Partial<Variant>) {
      const variant = Object.assign(data, { id: data.id ?? '', share: data.share ?? 50, texts: data.texts ?? {} });
      row.append(field(variant, 'id'), field(variant, 'share'));
      listener();
    },
    removeItem: () => listener(),
    removable: true,
    height: 'auto',
  });
  for (const variant of structuredClone(values.variants)) list.editableList('addItem', variant);
  return {
    now,
    onChange(told) {
      listener = told;
    },
  };
}
