import type { NodeAPI } from 'node-red';
import type { PollState } from '../../app/polling.ts';
import type { Account } from '../../core/accounts.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { accountFor } from '../accounts.ts';
import { checkSources, type HttpMessage, refuse, serve } from '../http-in.ts';
import { migrations } from './migrations.ts';

interface Config {
  account: string;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'channel-in',
    migrations,
    refuse: (msg: HttpMessage, error) => refuse(msg, error, 'channel-in'),
    create({ node, config, status }) {
      const { registry, receive, polling, log } = engine();
      const account = accountFor(RED, config.account, 'channel-in');
      checkSources(RED, node.id);
      const asks = polling.wanted(account);
      const open = account.enabled && !account.simulated && !asks && acceptsUnsigned(account);
      if (open)
        log.warn(
          `Account "${account.name}" has no secret: anybody can post to its webhook. Set one in its config node.`,
        );
      let asked: PollState | undefined;
      const show = () => {
        if (!account.enabled) status('warn', 'off');
        else if (registry.trouble(account.id) !== undefined) status('error', 'refused');
        else if (asked) status(asked === 'asking' ? 'ok' : asked === 'passing' ? 'warn' : 'error', asked);
        else if (open) status('warn', 'unsigned');
        else status('ok', account.simulated ? 'simulated' : 'listening');
      };
      const entry = { nodeId: node.id, send: (msg: object) => node.send(msg as never), onTrouble: show };
      registry.addEntry(account.id, entry);
      show();
      const follow = () => {
        try {
          return polling.follow(account, (state) => {
            asked = state;
            show();
          });
        } catch (error) {
          // A node that did not come to be is never closed.
          registry.removeEntry(account.id, entry);
          throw error;
        }
      };
      const stop = asks ? follow() : undefined;

      return {
        input: (msg: HttpMessage) =>
          serve(msg, 'channel-in', (request) => (asks ? polling.refuse(account, request) : receive(account, request))),
        async close() {
          await stop?.();
          registry.removeEntry(account.id, entry);
        },
      };
    },
  });
}

/** A call without any signature would pass. */
function acceptsUnsigned({ channel, settings }: Account): boolean {
  const call = { method: 'POST', path: '/', query: {}, headers: {}, body: new Uint8Array() };
  return channel.verify(call, settings).ok;
}
