/** Calls of other systems that ask of orders: who may ask, how, and in which format it is told. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Kind } from '../../app/orders/kinds.ts';
import { type Asked, QUESTIONS } from '../../app/orders/tell.ts';
import { DragomanError } from '../../core/errors.ts';
import { csvOf } from '../../core/text/csv.ts';
import { engine } from '../current.ts';
import { bringsToken } from './api-token.ts';
import { errorAnswer, textField } from './respond.ts';

export interface Call {
  method: string;
  query: Record<string, unknown>;
  headers: IncomingHttpHeaders;
  params?: Record<string, string>;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** Nobody foresaw it. */
  failure?: unknown;
}

/** Answers a call, also where it asks for what it must not have or what there is not. */
export async function answerCall(call: Call, what: Kind): Promise<Answer> {
  const answer = await answerTo(call, what).catch((error: unknown): Answer => {
    const told = errorAnswer(error);
    return told.status >= 500 ? { ...told, failure: error } : told;
  });
  return { ...answer, headers: { 'cache-control': 'no-store', ...answer.headers } };
}

/** @throws DragomanError of what the call asks for */
async function answerTo(call: Call, what: Kind): Promise<Answer> {
  const { acts, plain, tell } = QUESTIONS[what];
  if (!bringsToken(call.headers))
    return {
      ...errorAnswer(
        new DragomanError(
          'UNAUTHORIZED',
          'The token is missing or wrong.',
          'Send "Authorization: Bearer <token>" or "X-API-Key: <token>"; it is what DRAGOMAN_API_TOKEN says.',
        ),
      ),
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
  const { body, table } = await tell(engine(), askedBy(call));
  if (format === 'json' || !table) return { status: 200, body };
  // With the mark by which Excel knows UTF-8; other programs leave it out.
  return { status: 200, body: csvOf(table, true), headers: { 'content-type': 'text/csv; charset=utf-8' } };
}

const askedBy = ({ query, params = {} }: Call): Asked => ({
  field: (name) => textField(query, name),
  part(name) {
    const value = textField(params, name);
    if (value) return value;
    throw new DragomanError(
      'BAD_REQUEST',
      `The path has no "${name}".`,
      `Put ":${name}" into the path of the http in.`,
    );
  },
});
