/** The part of the account's dialog that each channel brings with it. In the browser only. */

import { type AccountConfig, credentialKey } from '../../app/account/config.ts';
import type { Dialog } from '../editor.ts';
import { fieldRow, STORED } from '../plugin-fields.ts';

export const channelForms = () => RED.plugins.getPluginsByType('dragoman-channel');

export const secretsOf = ({ fields }: ChannelForm) => Object.keys(fields).filter((name) => fields[name]!.secret);

/** The input of one channel's field. */
export function inputOf(form: string, name: string): JQuery {
  const key = credentialKey(form, name);
  return $(`#dragoman-account-${key}, #node-config-input-${key}`);
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
    const { secret } = form.fields[name]!;
    const key = credentialKey(form.id, name);
    const stored = node.credentials?.[key] ?? (node.credentials?.[`has_${key}`] ? STORED : '');
    return fieldRow(form, name, {
      // Node-RED reads and saves a password by this id; other settings are ours to save.
      id: secret ? `node-config-input-${key}` : `dragoman-account-${key}`,
      value: secret ? String(stored) : form.id === values.channel ? (values.settings[name] ?? '') : '',
      words: { make: text('label.make'), environment: text('option.environment') },
    });
  }
}
