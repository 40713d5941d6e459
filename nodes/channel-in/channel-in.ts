import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import type { TurnMessage } from '../../app/turns.ts';
import type { Account } from '../../core/accounts.ts';
import { DragomanError } from '../../core/errors.ts';
import type { InboundRequest } from '../../core/ports.ts';
import { engine } from '../../node-red/current.ts';
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
      if (msg.res)
        end(msg.res._res, permanent ? 500 : 503, 'This channel-in is not ready; look at its error in the editor.');
    },
    create({ node, config, status }) {
      const { registry, receive, polling, log } = engine();
      const account = (RED.nodes.getNode(config.account) as unknown as AccountNode | null)?.account;
      if (!account)
        throw new DragomanError('ACCOUNT_MISSING', 'This channel-in has no account.', 'Open it and choose or add one.');
      const isCalled = checkSources(RED, node.id);
      const entry = { nodeId: node.id, send: (msg: object) => node.send(msg as never) };
      registry.addEntry(account.id, entry);
      const asks = polling.wanted(account);
      const open = account.enabled && !account.simulated && (isCalled || !asks) && acceptsUnsigned(account);
      if (open)
        log.warn(
          `Account "${account.name}" has no secret: anybody can post to its webhook. Set one in its config node.`,
        );
      if (!account.enabled) status('warn', 'off');
      else if (open) status('warn', 'unsigned');
      else status('ok', account.simulated ? 'simulated' : 'listening');
      const follow = () => {
        try {
          return polling.follow(account, (state) => {
            if (state === 'asking') status('ok', 'asking');
            else status(state === 'passing' ? 'warn' : 'error', state);
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
