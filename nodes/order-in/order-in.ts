import type { NodeAPI } from 'node-red';
import { credentialsOf } from '../../app/account/config.ts';
import type { PollState } from '../../app/orders/poll.ts';
import { type OrderInConfig, shopOf } from '../../app/orders/shop.ts';
import type { Json } from '../../core/model.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { installedOrderSource, orderSources } from '../../node-red/plugins.ts';
import { accountFor } from '../accounts.ts';
import { checkSources, type HttpMessage, refuse, serve } from '../http-in.ts';
import { migrations } from './migrations.ts';

export default function register(RED: NodeAPI): void {
  /** What waits for the flows to run. */
  const beginnings = new Set<() => void>();
  RED.events.on('flows:started', () => {
    for (const begin of beginnings) begin();
    beginnings.clear();
  });
  defineNode<OrderInConfig, Record<string, string>>(RED, {
    name: 'order-in',
    migrations,
    credentials: credentialsOf(orderSources(RED as never)),
    refuse: (msg: HttpMessage, error) => refuse(msg, error, 'order-in'),
    create({ node, config, credentials, status }) {
      const current = engine();
      const { registry, log, clock } = current;
      const account = accountFor(RED, config.account, 'order-in');
      const source = installedOrderSource(RED as never, config.source);
      const isCalled = checkSources(RED, node.id);
      const shop = shopOf(current, { source, config, credentials, account, nodeId: node.id });
      const { enabled, simulated, outreach } = account;
      const open = enabled && isCalled && !simulated && shop.open;
      if (open) log.warn(`The order-in of account "${account.name}" has no secret: anybody can post orders to it.`);
      let asked: (PollState & { at: number }) | undefined;
      const show = () => {
        if (!enabled || !outreach?.enabled) status('warn', 'off');
        else if (asked?.look === 'failing') status('error', '', undefined, `error.${asked.fault?.code}`);
        // Its lanes stand still, and nobody would hear the customer's answer.
        else if (!registry.entry(account.id)) status('warn', 'deaf');
        else if (outreach.testMode) status('warn', 'test');
        else if (open) status('warn', 'unsigned');
        else if (asked?.look === 'waiting') status('ok', 'waiting', { orders: asked.orders });
        else if (shop.asks) status('busy', 'asking', { orders: asked?.orders ?? 0 });
        else if (isCalled) status('ok', 'listening');
        else status('warn', 'idle');
      };
      let stop = async () => {};
      // What a turn meets before its flow has all its nodes would be lost.
      const begin = () => {
        if (enabled && shop.asks)
          stop = shop.follow((state) => {
            asked = { ...state, at: clock.now() };
            show();
          });
        show();
      };
      const send = (msg: object) => node.send(msg as never);
      const removeStarter = registry.addStarter({
        ...{ nodeId: node.id, accountId: account.id, send },
        ...(shop.ask && { ask: shop.ask }),
        source: () => ({
          ...{ shop: shop.name, asks: shop.asks, signs: shop.signs, variables: shop.variables },
          ...asked,
        }),
      });
      beginnings.add(begin);

      return {
        async input(msg: HttpMessage) {
          if (!msg.req && isObject(msg.payload)) await shop.take(msg.payload as Json);
          else await serve(msg, 'order-in', shop.receive);
          show();
        },
        async close() {
          beginnings.delete(begin);
          removeStarter();
          await stop();
        },
      };
    },
  });
}

/** Bytes are a call's, which an http in brings with its request. */
const isObject = (payload: unknown) => typeof payload === 'object' && payload !== null && !Buffer.isBuffer(payload);
