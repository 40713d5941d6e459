import type { Node, NodeAPI } from 'node-red';
import { accountOf } from '../../app/account/account.ts';
import { type AccountConfig, credentialsOf } from '../../app/account/config.ts';
import { tellTrouble } from '../../app/account/trouble.ts';
import type { Account } from '../../core/accounts.ts';
import { describe } from '../../core/errors.ts';
import { SETTINGS } from '../../core/settings.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode, type NodeContext, type NodeParts } from '../../node-red/kit/define-node.ts';
import { channels, installedChannel } from '../../node-red/plugins.ts';
import { migrations } from './migrations.ts';

/** What other nodes find on an account node. */
export type AccountNode = Node & { account?: Account };

export default function register(RED: NodeAPI): void {
  defineNode<AccountConfig, Record<string, string>>(RED, {
    name: 'account',
    migrations,
    credentials: credentialsOf(channels(RED as never)),
    create(context) {
      try {
        return start(RED, context);
      } catch (error) {
        troubled(context.node, error);
        throw error;
      }
    },
  });
}

type Context = NodeContext<AccountConfig, Record<string, string>>;

function start(RED: NodeAPI, { node, config, credentials }: Context): NodeParts {
  const channel = installedChannel(RED as never, config.channel);
  const { registry, simulator, log } = engine();
  const account = accountOf(node.id, config, { channel, credentials, simulator });
  (node as unknown as AccountNode).account = account;
  registry.addAccount(account);
  registry.setTrouble(account.id, null);
  if (!account.simulated && account.enabled && !account.autoReply)
    log.info(
      `Account "${account.name}" keeps its answers as drafts. Set ${config.envPrefix}${SETTINGS.autoReply.env}=true to send them.`,
    );
  return { close: () => registry.removeAccount(account) };
}

function troubled(node: Context['node'], error: unknown): void {
  const current = engine();
  tellTrouble(current, node.id, describe(error), { name: node.name ?? node.id });
  node.on('close', () => current.registry.setTrouble(node.id, null));
}
