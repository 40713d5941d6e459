/** A webhook call from the raw bytes to durable events. Answers are for the platform: 200 only when everything is stored. */

import { setImmediate } from 'node:timers/promises';
import type { Account } from '../core/accounts.ts';
import { newId } from '../core/ids.ts';
import { toIncoming } from '../core/inbox/accept.ts';
import { bounded } from '../core/inbox/bounds.ts';
import { acceptDelivery } from '../core/inbox/fold.ts';
import type { WebhookRecord } from '../core/model.ts';
import { because } from '../core/policy/reasons.ts';
import type {
  AcceptResult,
  Clock,
  InboundRequest,
  Incoming,
  Logger,
  ParsedEvent,
  ParsedHealth,
  Store,
} from '../core/ports.ts';
import { cutText, LONGEST_ID, LONGEST_LINE, LONGEST_NAME } from '../core/text/lengths.ts';
import type { Lanes } from '../core/turns/lanes.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import type { Registry } from './registry.ts';
import type { Turns } from './turns.ts';
import { MOST_EVENTS, readJson, tooMuch } from './webhook-body.ts';

const PAYLOAD_LIMIT = 64 * 1024;
/** Of a call that nobody signed: anybody can make thousands. */
const UNSIGNED_PAYLOAD = 16 * 1024;
/** What is kept of an account's unsigned calls in a day. */
const UNSIGNED_DAY = { rows: 10_000, bytes: 16 * 1024 * 1024 };
const DAY_MS = 86_400_000;
/** Events that are read or stored without a pause: some five milliseconds. */
const SLICE = 50;
const utf8 = new TextDecoder();

export interface Answer {
  status: number;
  body: string;
}

export interface ReceiveOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  registry: Registry;
  lanes: Pick<Lanes, 'wake'>;
  turns: Pick<Turns, 'onEnd'>;
  /** Shared with who refuses calls before they come here. */
  refusals?: Refusals;
  /** Each event that is stored, and each that was known. */
  onAccepted?(incoming: Incoming, result: AcceptResult): void;
  /** People are to be told of something that came. */
  onNotice?(): void;
  /** An account's platform told whether it can work now; what it had told later is not taken back. */
  onHealth?(accountId: string, event: ParsedHealth): void;
}

/**
 * Makes a call durable and wakes the lanes of what came. For an account that answers inline it resolves when their turns have ended.
 * @param account the one whose URL was called; a batch may hold events of others of the same channel.
 * @throws DragomanError STORE_UNAVAILABLE: nothing is stored, the platform shall try again.
 */
export type Receive = (account: Account, request: InboundRequest) => Promise<Answer>;

export function createReceive(options: ReceiveOptions): Receive {
  const { store, clock, log, registry, lanes } = options;
  const refusals = options.refusals ?? createRefusals({ store, clock, log });
  const kept = new Map<string, { day: number; rows: number; bytes: number }>();
  /** When what is known of each account's health was so: platforms deliver in any order, and again. */
  const healthAt = new Map<string, number>();

  /** Whether an unsigned call is logged still, and what of it. Counted since the start. */
  function unsigned(accountId: string, payload: string): string | undefined {
    const day = Math.floor(clock.now() / DAY_MS);
    const last = kept.get(accountId);
    const count = last?.day === day ? last : { day, rows: 0, bytes: 0 };
    kept.set(accountId, count);
    const text = count.bytes < UNSIGNED_DAY.bytes ? cutText(payload, UNSIGNED_PAYLOAD) : '';
    if (++count.rows > UNSIGNED_DAY.rows) return undefined;
    count.bytes += text.length;
    return text;
  }

  return async (account, request) => {
    const { channel } = account;
    const call = (status: number, eventType: string, error?: string, payload = '') => ({
      channel: channel.id,
      accountId: account.id,
      path: cutText(request.path, LONGEST_ID),
      eventType,
      status,
      error,
      payload,
    });
    const answer = (status: number, body: string): Answer => ({ status, body });

    if (request.method === 'GET') {
      const shake = channel.handshake(request, account.settings) ?? { status: 404, body: 'Nothing is served here.' };
      await refusals.note(call(shake.status, 'verify', shake.status === 200 ? undefined : shake.body));
      return answer(shake.status, shake.body);
    }

    const verdict = channel.verify(request, account.settings);
    if (!verdict.ok) {
      const line = `A webhook of account "${account.name}" was refused: ${verdict.reason}`;
      await refusals.note(call(verdict.status, 'refused', verdict.reason), line);
      return answer(verdict.status, verdict.reason);
    }
    const refuseMuch = async (reason: string) => {
      const line = `An unsigned webhook of account "${account.name}" was refused: ${reason}`;
      await refusals.note(call(413, 'refused', reason), line);
      return answer(413, reason);
    };
    const much = verdict.signed ? undefined : tooMuch(request.body);
    if (much) return refuseMuch(much);
    const payload = utf8.decode(request.body.subarray(0, PAYLOAD_LIMIT));
    const body = readJson(request.body);
    if (body === undefined) {
      // As of a refused call: nobody vouches for what is in it, and anybody could fill the log with it.
      const logged = verdict.signed ? cutText(payload, LONGEST_LINE) : '';
      await refusals.note(call(200, 'unreadable', 'The body is not JSON.', logged));
      return answer(200, 'ok');
    }

    const incoming: Incoming[] = [];
    const errors = new Set<string>();
    const off = new Set<string>();
    const parsed = channel.parse(body);
    if (!verdict.signed && parsed.length > MOST_EVENTS)
      return refuseMuch(`The body holds more than ${MOST_EVENTS} events.`);
    const events: ParsedEvent[] = [];
    await bitByBit(parsed, (event) => events.push(bounded(event)));
    const ownerOf = ownersOf(account, request);
    const [wrong] = events.map((event) => (event.kind === 'other' ? event.wrong : undefined));
    // In a batch, what is right goes on.
    if (wrong && events.every((event) => event.kind === 'other' && event.wrong)) {
      await refusals.note(call(400, 'refused', wrong));
      return answer(400, wrong);
    }
    await bitByBit(events, (event) => {
      const owner = ownerOf(event.route);
      if (typeof owner === 'string') errors.add(owner);
      else if (!owner.enabled) off.add(owner.name);
      else incoming.push(toIncoming(event, owner, clock.now()));
    });
    // A batch may be for several accounts, whichever URL it came by; each event meets its own account's switch.
    if (off.size > 0) errors.add(because('account.off', { account: [...off].join('", "') }));
    const allOff = off.size > 0 && incoming.length === 0;
    const types = allOff ? 'ignored' : [...new Set(events.map((event) => event.type))].join(',') || 'empty';
    const now = clock.now();
    const logged = verdict.signed ? payload : unsigned(account.id, payload);
    const record: WebhookRecord | undefined =
      logged === undefined
        ? undefined
        : {
            id: newId(now),
            at: now,
            ...call(200, types.slice(0, 200), [...errors][0], logged),
            signed: verdict.signed,
          };
    for (const error of errors) if (!allOff) refusals.warn(`strayed to ${account.id}`, error);
    const results: AcceptResult[] = [];
    const wake = () => {
      for (const [index, result] of results.entries()) options.onAccepted?.(incoming[index]!, result);
      if (results.some(({ noticed }) => noticed)) options.onNotice?.();
      for (const [index, { conversationId, wakeAt }] of results.entries())
        if (wakeAt !== undefined && conversationId) lanes.wake(conversationId, incoming[index]!.accountId, wakeAt);
    };
    try {
      await accept(incoming, record, results);
    } catch (error) {
      // What is stored already is answered; the platform sends all of it again, and that is known by its keys.
      wake();
      throw error;
    }
    for (const [index, { accountId, event }] of incoming.entries())
      if (event.kind === 'health' && !results[index]!.duplicate) tellHealth(accountId, event);
    if (account.inline) {
      const woken = results.flatMap(({ wakeAt, conversationId }) =>
        wakeAt === undefined ? [] : (conversationId ?? []),
      );
      await ended(new Set(woken), account.timeoutMs, wake);
    } else wake();
    return answer(200, 'ok');
  };

  function tellHealth(accountId: string, event: ParsedHealth): void {
    const at = event.platformAt ?? clock.now();
    if (at < (healthAt.get(accountId) ?? 0)) return;
    healthAt.set(accountId, at);
    options.onHealth?.(accountId, event);
  }

  /** Starts the turns and waits until they have ended, so that a developer sees the answer come with the request. */
  function ended(waiting: Set<string>, timeoutMs: number, start: () => void): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        stop();
        resolve();
      };
      const stop = options.turns.onEnd((live) => {
        waiting.delete(live.conversation.id);
        if (waiting.size === 0) finish();
      });
      const cancel = clock.at(clock.now() + timeoutMs, finish);
      start();
      if (waiting.size === 0) finish();
    });
  }

  /** Stores a delivery bit by bit, so that others get a word in between; its row in the log comes with the last. */
  async function accept(
    incoming: Incoming[],
    record: WebhookRecord | undefined,
    results: AcceptResult[],
  ): Promise<void> {
    for (let at = 0; at === 0 || at < incoming.length; at += SLICE) {
      const isLast = at + SLICE >= incoming.length;
      const conversations = isLast ? results.flatMap(({ conversationId }) => conversationId ?? []) : [];
      const duplicates = isLast ? results.filter(({ duplicate }) => duplicate).length : 0;
      const log = isLast && record ? { ...record, conversations, duplicates } : undefined;
      results.push(...(await store.run(acceptDelivery(incoming.slice(at, at + SLICE), log))));
    }
  }

  /**
   * The account an event of this call is for, by its route, or why it is nobody's. Each is looked up once, and each door asked once: a batch
   * may name one a thousand times, and the question is about the whole body.
   */
  function ownersOf(account: Account, request: InboundRequest): (route: string | undefined) => Account | string {
    const { channel } = account;
    const own = channel.identity?.(account.settings);
    const others = new Map<string, Account>();
    for (const other of registry.accounts()) {
      const route = other.channel.id === channel.id && other.id !== account.id && channel.identity?.(other.settings);
      if (route && !others.has(route)) others.set(route, other);
    }
    const doors = new Map<Account, boolean>();
    return (route) => {
      if (route === undefined || route === own) return account;
      const other = others.get(route);
      if (!other)
        return own ? `A ${channel.id} event is for ${cutText(route, LONGEST_NAME)}, which no account has.` : account;
      // Another account's events count only if they would have passed its own door.
      const isOpen = doors.get(other) ?? channel.verify(request, other.settings).ok;
      doors.set(other, isOpen);
      return isOpen ? other : `A ${channel.id} event for account "${other.name}" has no valid signature of it.`;
    };
  }
}

/** Lets others get a word in between. */
async function bitByBit<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  for (const [at, item] of items.entries()) {
    if (at > 0 && at % SLICE === 0) await setImmediate();
    work(item);
  }
}
