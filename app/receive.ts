/** A webhook call from the raw bytes to durable events. Answers are for the platform: 200 only when everything is stored. */

import type { Account } from '../core/accounts.ts';
import { newId } from '../core/ids.ts';
import { toIncoming } from '../core/inbox/accept.ts';
import type { Json, WebhookRecord } from '../core/model.ts';
import type { Clock, InboundRequest, Incoming, Logger, ParsedEvent, Store } from '../core/ports.ts';
import type { Registry } from './registry.ts';

const PAYLOAD_LIMIT = 64 * 1024;
const utf8 = new TextDecoder();

export interface Answer {
  status: number;
  body: string;
  /** Conversations with something to do. */
  wake: { conversationId: string; accountId: string; at: number }[];
}

export interface ReceiveOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  registry: Registry;
}

/** @param account the one whose URL was called; a batch may hold events of others of the same channel. */
export type Receive = (account: Account, request: InboundRequest) => Promise<Answer>;

export function createReceive({ store, clock, log, registry }: ReceiveOptions): Receive {
  return async (account, request) => {
    const { channel } = account;
    const record = (status: number, eventType: string, error?: string): WebhookRecord => ({
      id: newId(clock.now()),
      at: clock.now(),
      channel: channel.id,
      accountId: account.id,
      path: request.path,
      eventType,
      status,
      error,
      payload: utf8.decode(request.body.subarray(0, PAYLOAD_LIMIT)),
    });
    const answer = (status: number, body: string, wake: Answer['wake'] = []): Answer => ({ status, body, wake });

    if (request.method === 'GET') {
      const shake = channel.handshake(request, account.settings) ?? { status: 404, body: 'Nothing is served here.' };
      await store.logWebhook(record(shake.status, 'verify', shake.status === 200 ? undefined : shake.body));
      return answer(shake.status, shake.body);
    }

    const verdict = channel.verify(request, account.settings);
    if (!verdict.ok) {
      log.warn(`A webhook of account "${account.name}" was refused: ${verdict.reason}`);
      await store.logWebhook(record(verdict.status, 'refused', verdict.reason));
      return answer(verdict.status, verdict.reason);
    }
    if (!account.enabled) {
      await store.logWebhook(record(200, 'ignored', 'The account is switched off.'));
      return answer(200, 'ok');
    }

    const body = readJson(request.body);
    if (body === undefined) {
      await store.logWebhook(record(200, 'unreadable', 'The body is not JSON.'));
      return answer(200, 'ok');
    }

    const incoming: Incoming[] = [];
    const errors: string[] = [];
    const events = channel.parse(body);
    for (const event of events) {
      const owner = ownerOf(event, account, request);
      if (typeof owner === 'string') errors.push(owner);
      else incoming.push(toIncoming(event, owner, clock.now()));
    }
    const types = [...new Set(events.map((event) => event.type))].join(',') || 'empty';
    const results = await store.accept(incoming, record(200, types.slice(0, 200), errors[0]));
    for (const error of new Set(errors)) log.warn(error);
    const wake = results.flatMap((result, index) =>
      result.wakeAt === undefined || !result.conversationId
        ? []
        : [{ conversationId: result.conversationId, accountId: incoming[index]!.accountId, at: result.wakeAt }],
    );
    return answer(200, 'ok', wake);
  };

  /** The account an event is for, or why it is nobody's. */
  function ownerOf(event: ParsedEvent, account: Account, request: InboundRequest): Account | string {
    const { channel } = account;
    const { route } = event;
    const own = channel.identity?.(account.settings);
    if (route === undefined || route === own) return account;
    const others = registry.accounts().filter((other) => other.channel.id === channel.id && other.id !== account.id);
    const other = others.find((candidate) => channel.identity?.(candidate.settings) === route);
    if (!other) return own ? `A ${channel.id} event is for ${route}, which no account has.` : account;
    // Another account's events count only if they would have passed its own door.
    if (channel.verify(request, other.settings).ok) return other;
    return `A ${channel.id} event for account "${other.name}" has no valid signature of it.`;
  }
}

function readJson(body: Uint8Array): Json | undefined {
  try {
    return JSON.parse(utf8.decode(body)) as Json;
  } catch {
    return undefined;
  }
}
