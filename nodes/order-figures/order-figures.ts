import type { NodeAPI } from 'node-red';
import { KINDS, type Kind } from '../../app/orders/kinds.ts';
import { DragomanError } from '../../core/errors.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { answerCall } from '../../node-red/server/order-figures.ts';
import { type HttpMessage, refuse } from '../http-in.ts';
import { migrations } from './migrations.ts';

interface Config {
  what: Kind;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'order-figures',
    migrations,
    refuse: (msg: HttpMessage, error) => refuse(msg, error, 'order-figures'),
    create({ config, status }) {
      if (!KINDS.includes(config.what))
        throw new DragomanError(
          'SETTING_INVALID',
          `"${config.what}" is nothing that can be told of orders.`,
          `Choose one of ${KINDS.join(', ')}.`,
        );
      return {
        async input(msg: HttpMessage, send) {
          if (!msg.req)
            throw new DragomanError(
              'BAD_REQUEST',
              'This message came from no http in node.',
              'Wire an http in node to this order-figures.',
            );
          const { status: statusCode, body: payload, headers, failure } = await answerCall(msg.req, config.what);
          if (statusCode < 400) status('ok', 'answered');
          else status('warn', 'refused');
          send(Object.assign(msg, { payload, statusCode, headers }));
          if (failure !== undefined) throw failure;
        },
      };
    },
  });
}
