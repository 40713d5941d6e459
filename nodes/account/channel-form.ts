/** The part of the account's dialog that each channel brings with it. In the browser only. */

import { type AccountConfig, credentialKey } from '../../app/account/config.ts';
import type { Dialog } from '../editor.ts';

export const channelForms = () => RED.plugins.getPluginsByType('dragoman-channel');

export const secretsOf = ({ fields }: ChannelForm) => Object.keys(fields).filter((name) => fields[name]!.secret);

/** What Node-RED's dialogs show and take for a password that is stored and stays. */
export const STORED = '__PWRD__';

/** The input of one channel's field. */
export function inputOf(form: string, name: string): JQuery {
  const key = credentialKey(form, name);
  return $(`#dragoman-account-${key}, #node-config-input-${key}`);
}

/** Makes a word that platforms take, and shows it, to be copied. */
export function makeWord(input: JQuery): void {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const word = [...bytes].map((byte) => (byte % 36).toString(36)).join('');
  input.attr('type', 'text').val(word).trigger('input').trigger('change');
}

/**
 * Fills the select of channels, draws every channel's fields and shows the chosen one's, so that nothing typed is lost by looking at another.
 * @returns a function that gives the chosen channel's settings, without secrets: those are inputs that Node-RED saves as credentials.
 */
export function editChannel({ node, values, input, text }: Dialog<AccountConfig>): () => Record<string, string> {
  const forms = channelForms();
  const channel = input('channel');
  const option = (value: string, label: string) => $('<option>', { value }).text(label);
  channel.append(forms.map(({ id, label }) => option(id, label)));
  if (!forms.some(({ id }) => id === values.channel))
    channel.append(option(values.channel, text('label.missing', { channel: values.channel })));
  channel.val(values.channel);

  const boxes = new Map(
    forms.map((form) => [
      form.id,
      $('<div>', { 'data-channel': form.id }).append(Object.keys(form.fields).map((name) => row(form, name))),
    ]),
  );
  $('#dragoman-account-fields').append([...boxes.values()]);
  const show = () => {
    for (const [id, box] of boxes) box.toggle(id === channel.val());
  };
  const explain = () => {
    for (const form of forms)
      for (const [name, { env, base, default: otherwise }] of Object.entries(form.fields)) {
        const value = otherwise ?? base?.real;
        const variable = `${input('envPrefix').val()}${env}`;
        inputOf(form.id, name).attr(
          'placeholder',
          text(value ? 'placeholder.envOr' : 'placeholder.env', { env: variable, value }),
        );
      }
  };
  channel.on('change', show);
  input('envPrefix').on('input', explain);
  show();
  explain();

  return () => {
    const form = forms.find(({ id }) => id === channel.val());
    if (!form) return values.settings;
    const own = Object.keys(form.fields).filter((name) => !form.fields[name]!.secret);
    return Object.fromEntries(
      own.flatMap((name) => {
        const value = String(inputOf(form.id, name).val()).trim();
        return value ? [[name, value]] : [];
      }),
    );
  };

  function row(form: Registered<ChannelForm>, name: string): JQuery {
    const field = form.fields[name]!;
    const words = (kind: 'label' | 'hint') => {
      const key = `fields.${name}.${kind}`;
      const found = form._(key);
      return found === key ? field[kind] : found;
    };
    const key = credentialKey(form.id, name);
    // Node-RED reads and saves a password by this id; other settings are ours to save.
    const id = field.secret ? `node-config-input-${key}` : `dragoman-account-${key}`;
    const stored = node.credentials?.[key] ?? (node.credentials?.[`has_${key}`] ? STORED : '');
    const value = field.secret ? String(stored) : form.id === values.channel ? (values.settings[name] ?? '') : '';
    const hint = words('hint');
    const input = field.options
      ? choice(form, name, field.options, value)
      : $('<input>', { type: field.secret ? 'password' : 'text' });
    // Not among the properties: jQuery UI has methods of these names.
    input.attr({ id, autocomplete: 'off' }).val(value);
    const make = $('<button>', { type: 'button', class: 'red-ui-button red-ui-button-small dragoman-make' })
      .text(text('label.make'))
      .on('click', () => makeWord(input));
    return $('<div>', { class: 'form-row' }).append(
      $('<label>', { for: id }).text(words('label') ?? name),
      ' ',
      input,
      ...(field.made ? [make] : []),
      ...(hint ? [$('<div>', { class: 'dragoman-hint' }).text(hint)] : []),
    );
  }

  function choice(form: Registered<ChannelForm>, name: string, options: readonly string[], value: string): JQuery {
    // One that is not offered any more stays to be seen.
    const all = ['', ...options, ...(value && !options.includes(value) ? [value] : [])];
    const labelOf = (each: string) => {
      const key = `fields.${name}.options.${each}`;
      const found = form._(key);
      return found === key ? each : found;
    };
    return $('<select>').append(all.map((each) => option(each, each ? labelOf(each) : text('option.environment'))));
  }
}
