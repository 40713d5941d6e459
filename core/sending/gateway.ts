/**
 * The only code that may call a platform: reply stored → rules checked and send marked in one conditional update → sent → settled.
 * A conversation's sends go out one after another. What the platform may or may not have done is `unknown` and never repeated by itself.
 */
import type { Account } from '../accounts.ts';
import { DragomanError, describe } from '../errors.ts';
import type { Decision, Json, Message, SendError, SendPart } from '../model.ts';
import { dayOf } from '../policy/rate.ts';
import { judge } from '../policy/rules.ts';
import type { Clock, Http, Logger, NewReply, SendCheck, SendFailure, SendMark, SendResult, Store } from '../ports.ts';
import { stateOf } from './send-state.ts';

/** Waits between tries of one message, some 20 s in all; a platform's own `retry-after` is kept when it is longer. */
const BACKOFF_MS = [1_000, 4_000, 15_000];
const MAX_RETRY_AFTER_MS = 6 * 3_600_000;

export interface Gateway {
  /**
   * Stores a reply, sends it, and resolves with the message once it is settled (sent, failed, unknown or discarded).
   * @param onStored called when it is durable, before the platform is called.
   */
  deliver(reply: NewReply, onStored?: (message: Message) => void): Promise<Message>;
  /** Sends a draft, as a person's decision: status and takeover do not hold it back. */
  approve(messageId: string): Promise<Message>;
  /** Sends a stored message that failed, or whose fate is unknown, once more; a person's decision. */
  resend(messageId: string): Promise<Message>;
  /** After a start: what was on its way becomes `unknown`, what waited goes on. */
  resume(): Promise<void>;
  /** Resolves when nothing is on its way. Sends that wait for a retry do not count. */
  idle(): Promise<void>;
  /** No retries from now on. */
  stop(): void;
}

export interface GatewayOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  http: Http;
  account(id: string): Account | undefined;
}

export function createGateway({ store, clock, log, http, account }: GatewayOptions): Gateway {
  const tails = new Map<string, Promise<unknown>>();
  const waits = new Set<() => void>();
  let stopped = false;

  /** Runs `work` after everything else of its conversation. */
  function inOrder<T>(conversationId: string, work: () => Promise<T>): Promise<T> {
    const before = tails.get(conversationId) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine
      .catch(() => {})
      .finally(() => {
        if (tails.get(conversationId) === tail) tails.delete(conversationId);
      });
    tails.set(conversationId, tail);
    return mine;
  }

  const checkOf =
    (owner: Account, purpose: NewReply['purpose']): SendCheck =>
    (conversation) =>
      judge('gateway', {
        conversation,
        purpose,
        now: clock.now(),
        windowHours: owner.channel.capabilities.windowHours,
      });

  function accountOf(id: string): Account {
    const found = account(id);
    if (!found)
      throw new DragomanError(
        'ACCOUNT_MISSING',
        `Account ${id} is not in the flows.`,
        'Deploy the account again, then resend the message.',
      );
    if (!found.enabled)
      throw new DragomanError(
        'ACCOUNT_DISABLED',
        `Account "${found.name}" is switched off.`,
        'Switch it on in its config node.',
      );
    return found;
  }

  async function deliver(reply: NewReply, onStored: (message: Message) => void = () => {}): Promise<Message> {
    const owner = accountOf(reply.accountId);
    return inOrder(reply.conversationId, async () => {
      const cap = await reserve(owner, reply);
      const check: SendCheck = cap.full ? () => cap.full! : checkOf(owner, reply.purpose);
      const added = await store.addReply(reply, check);
      if (added.mark?.kind !== 'blocked') onStored(added.message);
      if (!added.created) {
        await release(cap.name);
        // A filled slot: an attempt before this one stored it. It goes out as it was written then.
        return added.message.state === 'queued' ? send(added.message.id, owner, added.message) : added.message;
      }
      const message = await finish(added.message.id, owner, added.message, added.mark);
      if (message.state === 'discarded' || message.state === 'failed') await release(cap.name);
      return message;
    });
  }

  /** Marks and sends; loops over retries. */
  async function send(messageId: string, owner: Account, message: Message): Promise<Message> {
    return finish(
      messageId,
      owner,
      message,
      await store.markSending(messageId, checkOf(owner, message.purpose ?? 'reply')),
    );
  }

  async function finish(id: string, owner: Account, stored: Message, first: SendMark | undefined): Promise<Message> {
    let mark = first;
    let message = stored;
    while (mark?.kind === 'marked') {
      message = mark.message;
      const retryInMs = await transmit(message, mark.address, owner);
      message = (await store.message(id)) ?? message;
      if (retryInMs === undefined) return message;
      await pause(retryInMs);
      if (stopped) return message;
      mark = await store.markSending(id, checkOf(owner, message.purpose ?? 'reply'));
    }
    if (mark?.kind === 'blocked') log.info(`Message ${id} was not sent: ${mark.decision.reason}`);
    return (await store.message(id)) ?? message;
  }

  /** Sends the parts that have not left; returns how long to wait when the message is to be tried again. */
  async function transmit(message: Message, address: Json, owner: Account): Promise<number | undefined> {
    let parts = message.parts ?? [];
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!;
      if (part.state !== 'sending') continue;
      const result = await owner.channel.send(part.request, address, owner.settings, http);
      const last = index === parts.length - 1;
      const settled = await store.changeMessage(message.id, (now) => settle(now, index, result, clock.now()));
      parts = settled?.parts ?? parts;
      if (!result.ok) return failed(settled ?? message, result, owner);
      if (last) return undefined;
    }
    return undefined;
  }

  function failed(message: Message, result: Extract<SendResult, { ok: false }>, owner: Account): number | undefined {
    const { code, message: text } = result.error;
    log.warn(`${owner.channel.id} refused message ${message.id} of account "${owner.name}": ${code} ${text}`);
    if (result.failure === 'recipient')
      store
        .changeConversation(message.conversationId, () => ({ blockedAt: clock.now() }))
        .catch((error) => log.warn(describe(error)));
    return message.state === 'queued' && message.nextTryAt ? Math.max(0, message.nextTryAt - clock.now()) : undefined;
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.at(clock.now() + ms, () => {
        waits.delete(end);
        resolve();
      });
      const end = () => {
        cancel();
        resolve();
      };
      waits.add(end);
    });

  async function reserve(owner: Account, reply: NewReply): Promise<{ name?: string; full?: Decision }> {
    if (owner.dailyLimit <= 0 || reply.purpose !== 'reply') return {};
    const now = clock.now();
    const name = `${owner.id}:${reply.conversationId}:${dayOf(now, owner.timezone)}`;
    if (await store.reserve(name, owner.dailyLimit, now)) return { name };
    const reason = `The contact has had the day's ${owner.dailyLimit} messages.`;
    return { full: { gate: 'gateway', result: 'block', rule: 'cap', reason, at: now } };
  }

  const release = (cap: string | undefined) => (cap ? store.release(cap) : Promise.resolve());

  return {
    deliver,
    async approve(messageId) {
      const draft = await store.message(messageId);
      if (draft?.state !== 'draft')
        throw new DragomanError(
          'NOT_FOUND',
          `There is no draft ${messageId}.`,
          'It may have been sent or discarded already.',
        );
      const owner = accountOf(draft.accountId);
      return inOrder(draft.conversationId, async () => {
        const queued = await store.changeMessage(messageId, (now) =>
          now.state === 'draft' ? { state: 'queued', purpose: 'human' } : null,
        );
        return queued?.state === 'queued' ? send(messageId, owner, queued) : (queued ?? draft);
      });
    },
    resend(messageId) {
      return store.message(messageId).then((message) => {
        if (message?.direction !== 'out' || !message.parts)
          throw new DragomanError(
            'NOT_FOUND',
            `There is no outbound message ${messageId}.`,
            'List the failed ones with "dragoman failed".',
          );
        const owner = accountOf(message.accountId);
        return inOrder(message.conversationId, async () => {
          const conversation = await store.conversation(message.conversationId);
          const decision = conversation && checkOf(owner, message.purpose ?? 'reply')(conversation);
          // Left as it is: the reason may pass, and then it can be sent again.
          if (decision?.result === 'block')
            throw new DragomanError(
              'SEND_FAILED',
              `The message was not sent again: ${decision.reason}`,
              'Try again when that has changed.',
            );
          const again = await store.changeMessage(messageId, requeue);
          return again?.state === 'queued' ? send(messageId, owner, again) : (again ?? message);
        });
      });
    },
    async resume() {
      const open = await store.sends({ states: ['sending', 'queued'], limit: 100_000 });
      for (const message of open) {
        if (message.state === 'sending') await store.changeMessage(message.id, cutOff);
        else {
          const owner = account(message.accountId);
          if (!owner?.enabled) continue;
          const wait = Math.max(0, (message.nextTryAt ?? 0) - clock.now());
          inOrder(message.conversationId, async () => {
            if (wait > 0) await pause(wait);
            if (!stopped) await send(message.id, owner, message);
          }).catch((error) => log.warn(`Message ${message.id} could not go on: ${describe(error)}`));
        }
      }
    },
    async idle() {
      for (const end of waits) end();
      while (tails.size > 0) await Promise.all([...tails.values()]);
    },
    stop() {
      stopped = true;
    },
  };
}

const RETRYABLE: readonly SendFailure[] = ['retry'];

/** The message after one part's answer. Pure. */
export function settle(message: Message, index: number, result: SendResult, now: number): Partial<Message> {
  const parts = (message.parts ?? []).slice();
  const part = parts[index]!;
  const tries = (message.tries ?? 0) + 1;
  if (result.ok) {
    parts[index] = { ...part, state: 'sent', platformId: result.platformId ?? part.platformId, error: undefined };
    const next = parts[index + 1];
    if (next?.state === 'queued') parts[index + 1] = { ...next, state: 'sending' };
    return { parts, state: stateOf(parts), tries: 0, nextTryAt: undefined, error: undefined };
  }
  if (
    RETRYABLE.includes(result.failure) &&
    tries <= BACKOFF_MS.length &&
    (result.retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS
  ) {
    const wait = Math.max(BACKOFF_MS[tries - 1]!, result.retryAfterMs ?? 0);
    parts[index] = { ...part, state: 'queued', error: result.error };
    return { parts, state: 'queued', tries, nextTryAt: now + wait, error: result.error };
  }
  const state = result.failure === 'unknown' ? 'unknown' : 'failed';
  parts[index] = { ...part, state, error: result.error };
  return { parts, state, tries, nextTryAt: undefined, error: result.error };
}

const CUT_OFF: SendError = {
  code: 'CUT_OFF',
  message: 'The process stopped between the request and its answer.',
  action: 'Look whether the customer has it; resend it if not.',
};

/** A message that was on its way when the process died. */
function cutOff(message: Message): Partial<Message> | null {
  if (message.state !== 'sending') return null;
  const parts = (message.parts ?? []).map(
    (part): SendPart => (part.state === 'sending' ? { ...part, state: 'unknown', error: CUT_OFF } : part),
  );
  return { parts, state: 'unknown', error: CUT_OFF };
}

/** Makes what did not arrive ready to be sent again; parts that did stay as they are. */
function requeue(message: Message): Partial<Message> | null {
  if (message.state !== 'failed' && message.state !== 'unknown') return null;
  const parts = (message.parts ?? []).map(
    (part): SendPart =>
      part.state === 'failed' || part.state === 'unknown' ? { ...part, state: 'queued', error: undefined } : part,
  );
  return { parts, state: 'queued', tries: 0, nextTryAt: undefined, error: undefined };
}
