import type { Node, NodeAPI } from 'node-red';
import { accountOf } from '../../app/account/account.ts';
import { type AccountConfig, credentialKey } from '../../app/account/config.ts';
import type { Account } from '../../core/accounts.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { channels, installedChannel } from '../../node-red/plugins.ts';
import { migrations } from './migrations.ts';

/** What other nodes find on an account node. */
export type AccountNode = Node & { account?: Account };

export default function register(RED: NodeAPI): void {
  const secrets = channels(RED as never).flatMap((channel) =>
    Object.entries(channel.fields)
      .filter(([, field]) => field.secret)
      .map(([name]) => [credentialKey(channel.id, name), { type: 'password' as const }]),
  );
  defineNode<AccountConfig, Record<string, string>>(RED, {
    name: 'account',
    migrations,
    credentials: Object.fromEntries(secrets),
    create({ node, config, credentials }) {
      const channel = installedChannel(RED as never, config.channel);
      const { registry, simulator } = engine();
      const account = accountOf(node.id, config, { channel, credentials, simulator });
      (node as unknown as AccountNode).account = account;
      registry.addAccount(account);
      return { close: () => registry.removeAccount(account) };
    },
  });
}
