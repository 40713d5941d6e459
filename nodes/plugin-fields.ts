/** The fields that a plugin brings into a dialog: of a channel, of a source of orders. In the browser only. */
import type { ChannelField } from '../core/ports.ts';

/** What Node-RED's dialogs show and take for a password that is stored and stays. */
export const STORED = '__PWRD__';

interface PluginForm {
  fields: Record<string, ChannelField & { label?: string; hint?: string }>;
  _(key: string): string;
}

export interface FieldOptions {
  id: string;
  value: string;
  /** The button that makes a secret, and the choice of leaving it to the environment. */
  words: { make: string; environment: string };
}

/** One field with its label and its hint. */
export function fieldRow(form: PluginForm, name: string, { id, value, words }: FieldOptions): JQuery {
  const field = form.fields[name]!;
  const word = (kind: 'label' | 'hint') => {
    const key = `fields.${name}.${kind}`;
    const found = form._(key);
    return found === key ? field[kind] : found;
  };
  const hint = word('hint');
  const input = field.options
    ? choice(form, name, field.options, value, words.environment)
    : $('<input>', { type: field.secret ? 'password' : 'text' });
  // Not among the properties: jQuery UI has methods of these names.
  input.attr({ id, autocomplete: 'off' }).val(value);
  const make = $('<button>', { type: 'button', class: 'red-ui-button red-ui-button-small dragoman-make' })
    .text(words.make)
    .on('click', () => makeWord(input));
  return $('<div>', { class: 'form-row' }).append(
    $('<label>', { for: id }).text(word('label') ?? name),
    ' ',
    input,
    ...(field.made ? [make] : []),
    ...(hint ? [$('<div>', { class: 'dragoman-hint' }).text(hint)] : []),
  );
}

function choice(
  form: PluginForm,
  name: string,
  options: readonly string[],
  value: string,
  environment: string,
): JQuery {
  // One that is not offered any more stays to be seen.
  const all = ['', ...options, ...(value && !options.includes(value) ? [value] : [])];
  const labelOf = (each: string) => {
    const key = `fields.${name}.options.${each}`;
    const found = form._(key);
    return found === key ? each : found;
  };
  return $('<select>').append(
    all.map((each) => $('<option>', { value: each }).text(each ? labelOf(each) : environment)),
  );
}

/** Makes a word that platforms take, and shows it, to be copied. */
export function makeWord(input: JQuery): void {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const word = [...bytes].map((byte) => (byte % 36).toString(36)).join('');
  input.attr('type', 'text').val(word).trigger('input').trigger('change');
}
