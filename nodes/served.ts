/** What nodes share that work for a flow or for a call: behind an `http in` they answer, also where they cannot. */
import type { LiveTurn } from '../app/turn.ts';
import { DragomanError } from '../core/errors.ts';
import { engine } from '../node-red/current.ts';
import type { Send } from '../node-red/kit/define-node.ts';
import { bringsToken } from '../node-red/server/api-token.ts';
import { errorAnswer } from '../node-red/server/respond.ts';
import type { HttpMessage } from './http-in.ts';

/** The turn that a message belongs to; undefined outside of turns. */
export function turnOf(msg: HttpMessage): LiveTurn | undefined {
  try {
    return engine().turns.of(msg);
  } catch (error) {
    if (DragomanError.is(error) && error.code === 'TURN_LOST') return undefined;
    throw error;
  }
}

/**
 * Hands on what `work` makes of a message. A call must bring the API's token, for the work may cost money; what is wrong with it is its answer,
 * with a status for an `http response`. Elsewhere an error is the node's.
 * @returns false where it was refused
 */
export async function serveWork(
  msg: HttpMessage,
  send: Send,
  work: () => Promise<{ payload: unknown; headers?: Record<string, string> }>,
): Promise<boolean> {
  try {
    if (msg.req && !bringsToken(msg.req.headers)) throw unauthorized();
    const made = await work();
    send(Object.assign(msg, made, msg.res ? { statusCode: 200 } : {}));
    return true;
  } catch (error) {
    const { status, body } = errorAnswer(error);
    // For an http response behind a catch node as well.
    msg.statusCode = status;
    if (!msg.res) throw error;
    send(Object.assign(msg, { payload: body, headers: status === 401 ? { 'www-authenticate': 'Bearer' } : {} }));
    if (status >= 500) throw error;
    return false;
  }
}

const unauthorized = () =>
  new DragomanError(
    'UNAUTHORIZED',
    'The token is missing or wrong.',
    'Send "Authorization: Bearer <token>" or "X-API-Key: <token>"; it is what DRAGOMAN_API_TOKEN says.',
  );

/** `a, b` and lines as a list. */
export const namesIn = (text: unknown): string[] =>
  (Array.isArray(text) ? text : String(text ?? '').split(/[,،;؛\n]/))
    .filter((name): name is string => typeof name === 'string')
    .map((name) => name.trim())
    .filter(Boolean);
