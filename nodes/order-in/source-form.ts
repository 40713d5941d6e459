/** The part of the dialog that each source of orders brings with it. In the browser only. */
import { credentialKey } from '../../app/account/config.ts';
import type { OrderInConfig } from '../../app/orders/shop.ts';
import { SETTINGS } from '../../core/settings.ts';
import type { Dialog } from '../editor.ts';
import { fieldRow, STORED } from '../plugin-fields.ts';

export const sourceForms = () => RED.plugins.getPluginsByType('dragoman-orders');

/**
 * Fills the select of sources, draws every source's fields and shows the chosen one's.
 * @returns a function that gives the chosen source's settings, without secrets: those are inputs that Node-RED saves as credentials.
 */
export function editSource({ node, values, input, text }: Dialog<OrderInConfig>): () => Record<string, string> {
  const forms = sourceForms();
  const source = input('source');
  const option = (value: string, label: string) => $('<option>', { value }).text(label);
  source.append(forms.map(({ id, label }) => option(id, label)));
  if (!forms.some(({ id }) => id === values.source))
    source.append(option(values.source, text('label.missing', { source: values.source })));
  source.val(values.source);

  const idOf = (form: string, name: string, secret = false) =>
    `${secret ? 'node-input' : 'dragoman-order-in'}-${credentialKey(form, name)}`;
  const row = (form: Registered<OrderSourceForm>, name: string) => {
    const { secret, env, default: otherwise } = form.fields[name]!;
    const key = credentialKey(form.id, name);
    const stored = node.credentials?.[key] ?? (node.credentials?.[`has_${key}`] ? STORED : '');
    const id = idOf(form.id, name, secret);
    const drawn = fieldRow(form, name, {
      id,
      value: secret ? String(stored) : form.id === values.source ? (values.settings[name] ?? '') : '',
      words: { make: text('label.make'), environment: text('label.environment') },
    });
    const placeholder = text(otherwise ? 'placeholder.envOr' : 'placeholder.env', { env, value: otherwise });
    drawn.find(`#${id}`).attr('placeholder', placeholder);
    return drawn;
  };
  const boxes = new Map(
    forms.map((form) => [form.id, $('<div>').append(Object.keys(form.fields).map((name) => row(form, name)))]),
  );
  $('#dragoman-order-in-fields').append([...boxes.values()]);
  const show = () => {
    for (const [id, box] of boxes) box.toggle(id === source.val());
  };
  source.on('change', show);
  show();
  const { env, default: value } = SETTINGS.ordersPoll;
  input('pollSeconds').attr('placeholder', text('placeholder.envOr', { env, value }));

  return () => {
    const form = forms.find(({ id }) => id === source.val());
    if (!form) return values.settings;
    return Object.fromEntries(
      Object.keys(form.fields).flatMap((name) => {
        if (form.fields[name]!.secret) return [];
        const own = String($(`#${idOf(form.id, name)}`).val()).trim();
        return own ? [[name, own]] : [];
      }),
    );
  };
}
