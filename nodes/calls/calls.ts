import type { NodeAPI } from 'node-red';
import { KINDS } from '../../app/calls/kinds.ts';
import { DragomanError } from '../../core/errors.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { answerCallsApi, type CallsApiConfig, type Request } from '../../node-red/server/calls-api.ts';
import { accountFor } from '../accounts.ts';
import { type HttpMessage, refuse } from '../http-in.ts';
import { migrations } from './migrations.ts';

export default function register(RED: NodeAPI): void {
  defineNode<CallsApiConfig>(RED, {
    name: 'calls',
    migrations,
    refuse: (msg: HttpMessage, error) => refuse(msg, error, 'calls'),
    create({ config, status }) {
      check(RED, config);
      return {
        async input(msg: HttpMessage, send) {
          const { req, res } = msg;
          if (!req || !res)
            throw new DragomanError(
              'BAD_REQUEST',
              'This message came from no http in node.',
              'Wire an http in node to this calls.',
            );
          const { method, query, headers: asked, params, socket } = req as Request;
          const request = { method, query, headers: asked, params, socket, body: msg.payload };
          const answer = await answerCallsApi(RED, request, config);
          const { status: statusCode, body: payload, headers, failure, sent } = answer;
          if (statusCode < 400) status('ok', 'answered');
          else status('warn', 'refused');
          if (sent) return sent(res._res);
          send(Object.assign(msg, { payload, statusCode, headers }));
          if (failure !== undefined) throw failure;
        },
      };
    },
  });
}

/** @throws DragomanError SETTING_INVALID, ACCOUNT_MISSING */
function check(RED: NodeAPI, { what, account, base }: CallsApiConfig): void {
  if (!KINDS.includes(what))
    throw new DragomanError(
      'SETTING_INVALID',
      `"${what}" is nothing that can be asked of calls.`,
      `Choose one of ${KINDS.join(', ')}.`,
    );
  if (what === 'search' && !base)
    throw new DragomanError('SETTING_INVALID', 'This calls has no knowledge to search.', 'Open it and write its name.');
  if (what === 'chat' && !accountFor(RED, account, 'calls').channel.chat)
    throw new DragomanError(
      'SETTING_INVALID',
      'Nobody can chat on the account of this calls.',
      'Choose an account of the channel Web chat.',
    );
  if ((what === 'start' || what === 'process') && !accountFor(RED, account, 'calls').channel.live)
    throw new DragomanError(
      'SETTING_INVALID',
      'Nobody can be called on the account of this calls.',
      'Choose an account of the channel Call.',
    );
}
