/** What the nodes behind an `http in` share: its request as they read it, and its answer. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import type { TurnMessage } from '../app/turn.ts';
import { DragomanError, describe } from '../core/errors.ts';
import type { InboundRequest } from '../core/ports.ts';
import { cutText, LONGEST_ID, LONGEST_LINE } from '../core/text/lengths.ts';
import { engineOrReason } from '../node-red/current.ts';

/** What an `http in` node puts into its message. */
export interface HttpMessage extends TurnMessage {
  req?: { method: string; path: string; query: Record<string, unknown>; headers: IncomingHttpHeaders };
  res?: { _res: ServerResponse };
}

/** A call that meets a node in error is answered so that it comes again, unless the node must be changed first, and is listed like any other. */
export function refuse(msg: HttpMessage, error: unknown, name: string): void {
  const permanent = DragomanError.is(error) && error.code === 'RAW_BODY_MISSING';
  const code = permanent ? 500 : 503;
  if (msg.req) noteRefused(msg.req, code, error);
  if (msg.res) answer(msg.res._res, code, `This ${name} is not ready; look at its error in the editor.`);
}

/**
 * Answers a call, also where it cannot be worked on.
 * @param name of the node
 * @param work rejects where nothing is stored: the caller shall come again
 */
export async function serve(
  msg: HttpMessage,
  name: string,
  work: (request: InboundRequest) => Promise<{ status: number; body: string; type?: string }>,
): Promise<void> {
  const response = msg.res?._res;
  if (!msg.req || !response)
    throw new DragomanError(
      'BAD_REQUEST',
      'This message came from no http in node.',
      `Wire an http in node to this ${name}.`,
    );
  const request = requestOf(msg);
  if (!request) {
    answer(response, 500, 'The body was parsed before it could be verified.');
    throw rawBodyMissing();
  }
  try {
    const { status, body, type } = await work(request);
    answer(response, status, body, type);
  } catch (error) {
    answer(response, 503, 'Not stored, please try again.');
    throw error;
  }
}

/** The words of the call are not kept. */
function noteRefused({ path }: NonNullable<HttpMessage['req']>, status: number, error: unknown): void {
  const current = engineOrReason();
  if (!('engine' in current)) return;
  const { refusals, log } = current.engine;
  const call = { channel: '', accountId: null, path: cutText(path, LONGEST_ID), eventType: 'not ready', status };
  refusals
    .note({ ...call, error: cutText(describe(error), LONGEST_LINE), payload: '' })
    .catch((failure) => log.warn(`A refused call is not listed: ${describe(failure)}`));
}

function rawBodyMissing(): DragomanError {
  return new DragomanError(
    'RAW_BODY_MISSING',
    'The http in node parses the body, so its signature cannot be verified.',
    'Open the http in node and tick "Do not parse the body"; its path must be literal, without ":name" parts.',
  );
}

/**
 * Warns at deploy, not at the first customer, when an `http in` in front cannot give the raw bytes.
 * @returns whether there is one that takes posts
 */
export function checkSources(RED: NodeAPI, id: string): boolean {
  let isCalled = false;
  RED.nodes.eachNode((source) => {
    const { type, method, url, wires, skipBodyParsing } = source as unknown as {
      type: string;
      method?: string;
      url?: string;
      wires?: string[][];
      skipBodyParsing?: boolean;
    };
    if (type !== 'http in' || method === 'get' || !wires?.flat().includes(id)) return;
    if (!skipBodyParsing || url?.includes(':')) throw rawBodyMissing();
    isCalled = true;
  });
  return isCalled;
}

/** Undefined where the body is not as it came. */
function requestOf({ req, payload }: HttpMessage): InboundRequest | undefined {
  if (!req) return undefined;
  const { method, path, headers } = req;
  if (method !== 'GET' && !Buffer.isBuffer(payload)) return undefined;
  const query = Object.fromEntries(
    Object.entries(req.query).flatMap(([name, value]) => {
      const [first] = [value].flat();
      // `?a[b]=c` is an object, which no platform sends.
      return typeof first === 'string' ? [[name, first]] : [];
    }),
  );
  const flat = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { method, path, query, headers: flat, body: Buffer.isBuffer(payload) ? payload : new Uint8Array() };
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  if (response.headersSent) return;
  const headers = { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
