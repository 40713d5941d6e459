import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import type { PollState } from '../../app/polling.ts';
import type { TurnMessage } from '../../app/turns.ts';
import type { Account } from '../../core/accounts.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import type { InboundRequest } from '../../core/ports.ts';
import { cutText, LONGEST_ID, LONGEST_LINE } from '../../core/text/lengths.ts';
import { engine, engineOrReason } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import type { AccountNode } from '../account/account.ts';
import { migrations } from './migrations.ts';

interface Config {
  account: string;
}

/** What an `http in` node puts into its message. */
interface HttpMessage extends TurnMessage {
  req?: { method: string; path: string; query: Record<string, unknown>; headers: IncomingHttpHeaders };
  res?: { _res: ServerResponse };
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'channel-in',
    migrations,
    refuse(msg: HttpMessage, error) {
      const permanent = DragomanError.is(error) && error.code === 'RAW_BODY_MISSING';
      const code = permanent ? 500 : 503;
      if (msg.req) noteRefused(msg.req, code, error);
      if (msg.res) end(msg.res._res, code, 'This channel-in is not ready; look at its error in the editor.');
    },
    create({ node, config, status }) {
      const { registry, receive, polling, log } = engine();
      const account = (RED.nodes.getNode(config.account) as unknown as AccountNode | null)?.account;
      const trouble = registry.trouble(config.account);
      if (!account && trouble)
        throw new DragomanError(
          'ACCOUNT_MISSING',
          `The account of this channel-in does not work: ${trouble}`,
          'Mend it in its config node, then deploy.',
        );
      if (!account)
        throw new DragomanError('ACCOUNT_MISSING', 'This channel-in has no account.', 'Open it and choose or add one.');
      const isCalled = checkSources(RED, node.id);
      const asks = polling.wanted(account);
      const open = account.enabled && !account.simulated && (isCalled || !asks) && acceptsUnsigned(account);
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
        async input(msg: HttpMessage) {
          const response = msg.res?._res;
          if (!msg.req || !response)
            throw new DragomanError(
              'BAD_REQUEST',
              'This message came from no http in node.',
              'Wire an http in node to this channel-in.',
            );
          const request = read(msg);
          if (!request) {
            end(response, 500, 'The body was parsed before it could be verified.');
            throw rawBodyMissing();
          }
          try {
            const { status: code, body } = await receive(account, request);
            end(response, code, body);
          } catch (error) {
            // Nothing is stored: the platform shall try again.
            end(response, 503, 'Not stored, please try again.');
            throw error;
          }
        },
        async close() {
          await stop?.();
          registry.removeEntry(account.id, entry);
        },
      };
    },
  });
}

/** A call that meets a channel-in in error is listed like any other; its words are not kept. */
function noteRefused({ path }: NonNullable<HttpMessage['req']>, status: number, error: unknown): void {
  const current = engineOrReason();
  if (!('engine' in current)) return;
  const { refusals, log } = current.engine;
  const call = { channel: '', accountId: null, path: cutText(path, LONGEST_ID), eventType: 'not ready', status };
  refusals
    .note({ ...call, error: cutText(describe(error), LONGEST_LINE), payload: '' })
    .catch((failure) => log.warn(`A refused call is not listed: ${describe(failure)}`));
}

/** A call without any signature would pass. */
function acceptsUnsigned({ channel, settings }: Account): boolean {
  const call = { method: 'POST', path: '/', query: {}, headers: {}, body: new Uint8Array() };
  return channel.verify(call, settings).ok;
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
function checkSources(RED: NodeAPI, id: string): boolean {
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

function read({ req, payload }: HttpMessage): InboundRequest | undefined {
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

function end(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent) return;
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
