import { credentialKey } from '../../app/account/config.ts';
import type { OrderInConfig } from '../../app/orders/shop.ts';
import { chosen, orEmpty, register, wholeFrom } from '../editor.ts';
import { migrations } from './migrations.ts';
import { editSource, sourceForms } from './source-form.ts';

register<OrderInConfig>('dragoman-order-in', {
  role: 'receive',
  icon: 'fa-shopping-basket',
  migrations,
  outputs: ['turn'],
  defaults: {
    account: { value: '', type: 'dragoman-account', required: true, check: chosen('account') },
    source: { value: 'api', check: (value) => (sourceForms().some(({ id }) => id === value) ? null : 'source') },
    settings: { value: {} },
    pollSeconds: { value: '', check: orEmpty(wholeFrom(1, 'pollSeconds')) },
  },
  // Of every source: the dialog shows one source's, the others' stay stored.
  credentials: Object.fromEntries(
    sourceForms().flatMap(({ id, fields }) =>
      Object.keys(fields)
        .filter((name) => fields[name]!.secret)
        .map((name) => [credentialKey(id, name), { type: 'password' as const }]),
    ),
  ),
  label: ({ settings }) => settings.shop,
  edit(dialog) {
    const settings = editSource(dialog);
    return () => ({ settings: settings() });
  },
});
