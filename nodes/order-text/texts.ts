/** The texts in the dialog, one at a time: of which event, in which language, of which variant. In the browser only. */
import { ORDER_EVENTS, type OrderEvent } from '../../core/model/order.ts';
import { problemsOfApproved } from '../../core/orders/approved.ts';
import { problemsOf } from '../../core/orders/template.ts';
import { DEFAULT_TEXTS } from '../../core/orders/texts.ts';
import type { Dialog } from '../editor.ts';
import { approvedOf, type Config, type OwnTexts, TEXT_KINDS, type TextKind, textsOf } from './config.ts';
import type { VariantList } from './variants.ts';

const LANGUAGES = Object.keys(DEFAULT_TEXTS.POST_PURCHASE.template);
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

/** @returns a function that gives the texts of all variants together as they are now */
export function editTexts({ values, text }: Dialog<Config>, variants: VariantList): () => OwnTexts {
  const own = structuredClone(values.texts);
  const part = (name: string) => $(`#dragoman-order-text-${name}`);
  const names = ['variant', 'which', 'language', 'words', 'hint', 'template', 'code'];
  const [variant, which, language, words, hint, template, code] = names.map(part) as [
    JQuery,
    JQuery,
    JQuery,
    JQuery,
    JQuery,
    JQuery,
    JQuery,
  ];

  variant.attr('aria-label', text('label.variants'));
  words.attr('aria-label', text('label.text'));
  code.attr('aria-label', text('label.code'));

  const chosenVariant = () => variants.now()[Number(variant.val()) - 1];
  const place = () => {
    const [event, kind] = String(which.val()).split('.') as [OrderEvent, TextKind | 'approved'];
    return { event, kind, spoken: String(language.val()).trim().toLowerCase() };
  };
  const written = () => ({
    name: String(template.val()).trim(),
    code: String(code.val()).trim(),
    body: String(words.val()),
  });
  const drawVariants = () => {
    const before = variant.val() ?? '0';
    const all = variants.now();
    const names = [text('label.everybody'), ...all.map(({ id }) => id || '?')];
    variant.empty().append(names.map((name, index) => $('<option>', { value: index }).text(name)));
    variant.val(Number(before) < names.length ? before : '0').toggle(all.length > 0);
    show();
  };
  const show = () => {
    const { event, kind, spoken } = place();
    const texts = chosenVariant()?.texts ?? own;
    // What holds while nothing is written here: a variant has the node's words, the node has ours.
    const below = { style: '', variants: [], texts: chosenVariant() ? own : {} };
    let holds: string | undefined;
    if (kind === 'approved') {
      const approved = texts[event]?.approved?.[spoken];
      const other = approvedOf(below, event)[spoken];
      template.val(approved?.name ?? '').attr('placeholder', other?.name ?? 'order_thanks');
      code.val(approved?.code ?? '').attr('placeholder', other?.code ?? 'es_ES');
      words.val(approved?.body ?? '');
      holds = other?.body ?? text('label.noTemplate');
    } else {
      words.val(texts[event]?.[kind]?.[spoken] ?? '');
      holds = textsOf(below, event)[kind]?.[spoken];
    }
    $('.dragoman-order-text-approved').toggle(kind === 'approved');
    for (const name of ['ours', 'fields']) part(name).toggle(kind !== 'approved');
    words.attr('placeholder', holds ?? text('label.noWords'));
    for (const field of [words, template, code]) field.prop('disabled', !LANGUAGE.test(spoken));
    complain();
  };
  const complain = () => {
    const problems = problemsNow();
    hint
      .text(problems.map(({ code, what }) => text(`problem.${code}`, { what })).join('\n'))
      .toggle(problems.length > 0);
  };
  const isEmpty = () =>
    place().kind === 'approved'
      ? Object.values(written()).every((typed) => !typed.trim())
      : !String(words.val()).trim();
  const problemsNow = () => {
    if (isEmpty()) return [];
    return place().kind === 'approved' ? problemsOfApproved(written()) : problemsOf(String(words.val()));
  };
  const keep = () => {
    const { event, kind, spoken } = place();
    const texts = chosenVariant()?.texts ?? own;
    const all: Record<string, unknown> = { ...texts[event]?.[kind] };
    if (isEmpty()) delete all[spoken];
    else all[spoken] = kind === 'approved' ? written() : String(words.val());
    texts[event] = { ...texts[event], [kind]: all };
    complain();
  };

  which.append(
    ORDER_EVENTS.flatMap((event) =>
      [...TEXT_KINDS, 'approved'].map((kind) =>
        $('<option>', { value: `${event}.${kind}` }).text(text(`which.${event}-${kind}`)),
      ),
    ),
  );
  part('languages').append(LANGUAGES.map((value) => $('<option>', { value })));
  language.val(Object.keys(own.POST_PURCHASE?.template ?? {})[0] ?? 'en');
  for (const field of [variant, which, language]) field.on('input change', show);
  for (const field of [words, template, code]) field.on('input', keep);
  part('ours').on('click', (event) => {
    event.preventDefault();
    if (words.prop('disabled') || words.val()) return;
    const ours = words.attr('placeholder');
    words
      .val(ours === text('label.noWords') ? '' : (ours ?? ''))
      .trigger('input')
      .trigger('focus');
  });
  variants.onChange(drawVariants);
  drawVariants();
  return () => own;
}
