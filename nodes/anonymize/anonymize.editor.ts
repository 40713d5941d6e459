import { PERSONAL_KINDS, type PersonalKind } from '../../core/privacy/masking.ts';
import { type Dialog, register } from '../editor.ts';
import type { AnonymizeConfig } from './anonymize.ts';
import { migrations } from './migrations.ts';

register<AnonymizeConfig>('dragoman-anonymize', {
  role: 'answer',
  icon: 'fa-user-secret',
  migrations,
  outputs: ['next'],
  defaults: {
    kinds: {
      value: [...PERSONAL_KINDS],
      check: (value) => (Array.isArray(value) && value.length > 0 ? null : 'kinds'),
    },
  },
  edit,
});

function edit({ values, text }: Dialog<AnonymizeConfig>): () => Partial<AnonymizeConfig> {
  const chosen = new Set(values.kinds);
  $('#dragoman-anonymize-kinds').append(PERSONAL_KINDS.map((kind) => rowOf(kind, text(`kind.${kind}`), chosen)));
  return () => ({ kinds: PERSONAL_KINDS.filter((kind) => chosen.has(kind)) });
}

function rowOf(kind: PersonalKind, words: string, chosen: Set<PersonalKind>): JQuery {
  const box = $('<input type="checkbox">')
    .attr('value', kind)
    .prop('checked', chosen.has(kind))
    .css({ width: 'auto', marginBlock: 0, marginInline: '0 6px' })
    .on('change', function () {
      if ($(this).prop('checked')) chosen.add(kind);
      else chosen.delete(kind);
    });
  return $('<label>').css({ display: 'block', width: 'auto' }).append(box, $('<span>').text(words));
}
