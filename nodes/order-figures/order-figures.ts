import type { NodeAPI } from 'node-red';
import { metricsOf, metricsTable, sellsTable, statusOf } from '../../app/orders/report.ts';
import { isoOf, sellsOf, shopWith } from '../../app/orders/sells.ts';
import { DragomanError } from '../../core/errors.ts';
import { followUpId, orderId } from '../../core/orders/plans.ts';
import { csvOf } from '../../core/text/csv.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { bringsToken } from '../../node-red/server/api-token.ts';
import { errorAnswer, textField } from '../../node-red/server/respond.ts';
import { type HttpMessage, refuse } from '../http-in.ts';
import { KINDS, type Kind } from './kinds.ts';
import { migrations } from './migrations.ts';

interface Config {
  what: Kind;
}

type Call = NonNullable<HttpMessage['req']> & { params?: Record<string, string> };

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** What is told, as JSON and, where it is a list or figures, as a table. */
interface Told {
  body: object;
  table?: string[][];
}

interface Work {
  /** It changes something, so a link or a page that loads it ahead must not do it. */
  acts?: true;
  /** It has no table. */
  plain?: true;
  tell(call: Call): Promise<Told>;
}

async function figures(): Promise<Told> {
  const counted = await engine().desk.figures();
  return { body: metricsOf(counted), table: metricsTable(counted) };
}

const WORKS: Record<Kind, Work> = {
  sells: {
    async tell(call) {
      const sells = await sellsOf(engine(), part(call, 'shop_id'));
      return { body: sells, table: sellsTable(sells) };
    },
  },
  metrics: { tell: figures },
  reset: {
    acts: true,
    async tell() {
      await engine().desk.reset();
      return figures();
    },
  },
  delivered: {
    acts: true,
    plain: true,
    async tell(call) {
      const { store, desk } = engine();
      const number = part(call, 'order_id');
      const shop = textField(call.query, 'shop') || (await shopWith(store, number));
      await desk.delivered(shop, number);
      const message = await store.followUp(followUpId(orderId(shop, number), 'ORDER_DELIVERED'));
      const { state = null, rule, reason, dueAt } = message ?? {};
      return { body: { shop, number, message: { state, rule, reason, dueAt: isoOf(dueAt) } } };
    },
  },
  status: { plain: true, tell: async () => ({ body: await statusOf(engine()) }) },
};

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
      const work = WORKS[config.what];
      return {
        async input(msg: HttpMessage, send) {
          if (!msg.req)
            throw new DragomanError(
              'BAD_REQUEST',
              'This message came from no http in node.',
              'Wire an http in node to this order-figures.',
            );
          let failure: unknown;
          const answer = await answerTo(msg.req, work).catch((error: unknown): Answer => {
            const told = errorAnswer(error);
            if (told.status >= 500) failure = error;
            return told;
          });
          if (answer.status < 400) status('ok', 'answered');
          else status('warn', 'refused');
          const headers = { 'cache-control': 'no-store', ...answer.headers };
          send(Object.assign(msg, { payload: answer.body, statusCode: answer.status, headers }));
          if (failure !== undefined) throw failure;
        },
      };
    },
  });
}

/** @throws DragomanError of what the call asks for */
async function answerTo(call: Call, { acts, plain, tell }: Work): Promise<Answer> {
  if (!bringsToken(call.headers))
    return {
      ...errorAnswer(
        new DragomanError(
          'UNAUTHORIZED',
          'The token is missing or wrong.',
          'Send "Authorization: Bearer <token>" or "X-API-Key: <token>"; it is what DRAGOMAN_API_TOKEN says.',
        ),
      ),
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    };
  if (acts && call.method !== 'POST')
    return {
      ...errorAnswer(new DragomanError('BAD_REQUEST', 'This changes something.', 'Call it by POST.')),
      status: 405,
      headers: { allow: 'POST' },
    };
  const format = textField(call.query, 'format') || 'json';
  if (format !== 'json' && (format !== 'csv' || plain))
    throw new DragomanError(
      'BAD_REQUEST',
      'It is not told in that format.',
      plain ? 'Leave "format" out.' : 'Take json or csv.',
    );
  const { body, table } = await tell(call);
  if (format === 'json' || !table) return { status: 200, body };
  // With the mark by which Excel knows UTF-8; other programs leave it out.
  return { status: 200, body: csvOf(table, true), headers: { 'content-type': 'text/csv; charset=utf-8' } };
}

/** A part of the path. @throws DragomanError BAD_REQUEST where the http in has none of this name */
function part({ params = {} }: Call, name: string): string {
  const value = textField(params, name);
  if (value) return value;
  throw new DragomanError('BAD_REQUEST', `The path has no "${name}".`, `Put ":${name}" into the path of the http in.`);
}
