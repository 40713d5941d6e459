import { chosen, register } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ account: string }>('dragoman-channel-in', {
  role: 'receive',
  icon: 'fa-commenting',
  migrations,
  outputs: ['turn'],
  defaults: {
    account: { value: '', type: 'dragoman-account', required: true, check: chosen('account') },
  },
  // One without a name is told apart by whom it answers for.
  label: ({ account }) => RED.nodes.node(account)?.name,
});
