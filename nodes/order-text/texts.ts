/** The texts in the dialog, one at a time: of which event, in which language, of which variant. In the browser only. */
import { ORDER_EVENTS, type OrderEvent } from '../../core/model/order.ts';
import { problemsOf } from '../../core/orders/template.ts';
import { DEFAULT_TEXTS } from '../../core/orders/texts.ts';
import type { Dialog } from '../editor.ts';
import { type Config, type OwnTexts, TEXT_KINDS, type TextKind, textsOf } from './config.ts';
import type { VariantList } from './variants.ts';

const LANGUAGES = Object.keys(DEFAULT_TEXTS.POST_PURCHASE.template);
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

/** @returns a function that gives the texts of all variants together as they are now */
export function editTexts({ values, text }: Dialog<Config>, variants: VariantList): () => OwnTexts {
  const own = structuredClone(values.texts);
  const part = (name: string) => $(`#dragoman-order-text-${name}`);
  const [variant, which, language, words, hint] = ['variant', 'which', 'language', 'words', 'hint'].map(part) as [
    JQuery,
    JQuery,
    JQuery,
    JQuery,
    JQuery,
  ];

  variant.attr('aria-label', text('label.variants'));
  words.attr('aria-label', text('label.text'));

  const chosenVariant = () => variants.now()[Number(variant.val()) - 1];
  const place = () => {
    const [event, kind] = String(which.val()).split('.') as [OrderEvent, TextKind];
    return { event, kind, code: String(language.val()).trim().toLowerCase() };
  };
  const drawVariants = () => {
    const before = variant.val() ?? '0';
    const all = variants.now();
    const names = [text('label.everybody'), ...all.map(({ id }) => id || '?')];
    variant.empty().append(names.map((name, index) => $('<option>', { value: index }).text(name)));
    variant.val(Number(before) < names.length ? before : '0').toggle(all.length > 0);
    show();
  };
  const show = () => {
    const { event, kind, code } = place();
    const texts = chosenVariant()?.texts ?? own;
    words.val(texts[event]?.[kind]?.[code] ?? '');
    // What holds while nothing is written here: a variant has the node's words, the node has ours.
    const below = { style: '', variants: [], texts: chosenVariant() ? own : {} };
    words.attr('placeholder', textsOf(below, event)[kind]?.[code] ?? text('label.noWords'));
    words.prop('disabled', !LANGUAGE.test(code));
    complain();
  };
  const complain = () => {
    const template = String(words.val());
    const problems = template.trim() ? problemsOf(template) : [];
    hint
      .text(problems.map(({ code, what }) => text(`problem.${code}`, { what })).join('\n'))
      .toggle(problems.length > 0);
  };
  const keep = () => {
    const { event, kind, code } = place();
    const texts = chosenVariant()?.texts ?? own;
    const template = String(words.val());
    const all = { ...texts[event]?.[kind] };
    if (template.trim()) all[code] = template;
    else delete all[code];
    texts[event] = { ...texts[event], [kind]: all };
    complain();
  };

  which.append(
    ORDER_EVENTS.flatMap((event) =>
      TEXT_KINDS.map((kind) => $('<option>', { value: `${event}.${kind}` }).text(text(`which.${event}-${kind}`))),
    ),
  );
  part('languages').append(LANGUAGES.map((value) => $('<option>', { value })));
  language.val(Object.keys(own.POST_PURCHASE?.template ?? {})[0] ?? 'en');
  for (const field of [variant, which, language]) field.on('input change', show);
  words.on('input', keep);
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
