/**
 * The only code that may call a platform: reply stored → rules checked and send marked in one conditional update → sent → settled. What waits,
 * waits as rows of the store with their wake-ups; here are only timers that can be lost, and a sweep that finds everything again. What the
 * platform may or may not have done is `unknown` and never repeated by itself.
 */
import type { Account } from '../accounts.ts';
import { DragomanError, describe } from '../errors.ts';
import type { Message } from '../model.ts';
import { contextOf } from '../orders/outreach.ts';
import { judge, type PolicyContext, windowClosed } from '../policy/rules.ts';
import type { Clock, Http, Logger, MakeVoice, NewReply, SendResult, Store } from '../ports.ts';
import { type ByHand, createByHand } from './by-hand.ts';
import { createCaps } from './caps.ts';
import { type Added, addReply, type Marked, mayBeTemplate, nextSend, type SendCheck } from './outbox.ts';
import { isGone } from './send-state.ts';
import { cutOff } from './stored.ts';
import { createTransmit } from './transmit.ts';
import { createUnasked } from './unasked.ts';
import { createVoices } from './voices.ts';

const SWEEP_MS = 30_000;
/** A store that could not take a platform's answer is asked again after so long. */
const STORE_AGAIN_MS = 1_000;

export interface Gateway extends ByHand {
  /**
   * Stores a reply and sends it if nothing of its conversation is before it. Resolves once its first try has ended: sent, failed, unknown,
   * discarded, a draft, or queued for later.
   * @param onStored called when it is durable, before the platform is called; not for what a rule held back.
   * @throws DragomanError ACCOUNT_MISSING, ACCOUNT_DISABLED, STORE_UNAVAILABLE
   */
  deliver(reply: NewReply, onStored?: (message: Message) => void): Promise<Message>;
  /** Looks for everything that waits: at start, when accounts came or changed, and now and then. Orphans of a dead process become `unknown`. */
  sweep(): Promise<void>;
  /** Sends nothing more in these conversations; resolves when what is on its way has been answered. */
  drop(conversations: readonly string[]): Promise<void>;
  /** Resolves when nothing is on its way. What waits for its time stays in the store. */
  idle(): Promise<void>;
  /** What waits stays in the store from now on; what turns that still run say goes out. */
  stop(): void;
  /** What is said from now on is stored and waits for the next start. Resolves when nothing is on its way. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  http: Http;
  /** Says what is to be said; absent: it is sent in words. */
  makeVoice?: MakeVoice;
  /** This process, as it is called now: read whenever it marks a send. */
  readonly owner: string;
  /** Whether what another process holds may be taken. Whatever it is, where absent: there is no other. */
  isGone?(owner: string): boolean;
  /** Right before each request; see `TransmitOptions`. */
  mayAct?(owner: string): boolean | Promise<boolean>;
  /** How long from one sweep to the next; milliseconds. `SWEEP_MS` when absent. */
  sweepMs?(): number;
  account(id: string): Account | undefined;
  /** A platform answered. */
  onAnswer?(accountId: string, result: SendResult): void;
  /** A message's way ended: it was taken, failed for good, or nobody knows. */
  onEnded?(message: Message): void;
  /** A message failed for good, or nobody knows; people are told. */
  onFailed?(): void;
  /** A late reply answered a turn that waited for its next attempt. */
  onFreed?(conversationId: string, accountId: string, wakeAt: number): void;
}

/** A conversation at whose queue somebody works. */
interface Worker {
  accountId: string;
  /** Something was queued meanwhile, or marked already. */
  again: boolean;
  marked?: Marked;
  /** It waits for a sound no longer: there is something else to do. */
  call(): void;
  done: Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { store, clock, log, http, account, mayAct, sweepMs = () => SWEEP_MS } = options;
  const isOrphaned = (owner: string | null) => owner === null || (options.isGone?.(owner) ?? true);
  const workers = new Map<string, Worker>();
  const timers = new Map<string, () => void>();
  /** Who waits for the end of a message's next try. */
  const waiting = new Map<string, ((message: Message) => void)[]>();
  /** Our own open sends that nobody worked at when the last sweep looked. */
  let unattended = new Set<string>();
  let stopped = false;
  let closed = false;
  const delivering = new Set<Promise<unknown>>();

  const check: SendCheck = (conversation, message, records) => {
    const { purpose = 'reply', turnId, followUp } = message;
    const sender = account(conversation.accountId);
    const template = mayBeTemplate(message);
    const context: PolicyContext = {
      conversation,
      purpose,
      turnId,
      template,
      now: clock.now(),
      windowHours: sender?.channel.capabilities.windowHours,
      // Counted already, against the person's caps and the day's.
      outreach:
        followUp && sender?.outreach
          ? contextOf(records, followUp, {
              ...conversation,
              settings: sender.outreach,
              counted: true,
              now: clock.now(),
              message,
            })
          : undefined,
    };
    return { ...judge('gateway', context), byTemplate: template && windowClosed(context) !== null };
  };
  const caps = createCaps({ store, clock, log, account });
  const unasked = createUnasked({ store, clock, http, check });
  const voices = createVoices({ clock, log, make: options.makeVoice });
  const { onAnswer } = options;
  const send = createTransmit({
    ...{ store, clock, log, http, account, check, voices, onAnswer, mayAct },
    stopped: () => stopped,
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

  /** Sees to a conversation's queue, from what is marked already if anything is. */
  function work(conversationId: string, accountId: string, marked?: Marked): void {
    const busy = workers.get(conversationId);
    if (busy) {
      busy.again = true;
      busy.marked ??= marked;
      busy.call();
      return;
    }
    timers.get(conversationId)?.();
    const worker: Worker = { accountId, again: true, marked, call() {}, done: Promise.resolve() };
    workers.set(conversationId, worker);
    worker.done = drain(conversationId, worker)
      .catch((error) => {
        log.error(`The sends of conversation ${conversationId} are put off: ${describe(error)}`);
        later(conversationId, accountId, clock.now() + STORE_AGAIN_MS);
      })
      .finally(() => {
        workers.delete(conversationId);
        if (worker.again) work(conversationId, accountId, worker.marked);
      });
  }

  async function drain(conversationId: string, worker: Worker): Promise<void> {
    for (;;) {
      const { marked } = worker;
      const asked = worker.again && !marked;
      worker.marked = undefined;
      worker.again = false;
      if (marked) await transmit(marked);
      // At the end only what is said now leaves. A reply that was alone, as most are: nothing is asked of the store.
      if (!worker.again && (stopped ? !asked : marked && !(await waits(conversationId)))) return;
      // Nothing can be sent for an account that is away or off; when it comes back, a sweep does.
      if (!account(worker.accountId)?.enabled) return;
      const next = await store.run(nextSend(conversationId, clock.now(), check, options.owner, voices.form));
      for (const { message, decision } of next.refused ?? []) {
        log.info(`Message ${message.id} was not sent: ${decision.reason}`);
        if (isGone(message)) await caps.release(message);
        voices.drop(message.id);
        tell(message);
      }
      if (next.kind === 'wait') later(conversationId, worker.accountId, next.until);
      if (next.kind === 'marked') await transmit(next);
      else if (next.kind === 'unmade') await voiced(next.message, worker);
      else if (!worker.again) return;
    }
  }

  /** Resolves when its sound is made, or the worker has something else to do. Then it looks again. */
  async function voiced(message: Message, worker: Worker): Promise<void> {
    const called = new Promise<void>((resolve) => {
      worker.call = resolve;
    });
    await Promise.race([voices.prepare(message), called]);
    worker.again = true;
  }

  const waits = async (conversationId: string) => (await store.conversation(conversationId))?.sendAt !== null;

  function later(conversationId: string, accountId: string, at: number): void {
    if (stopped) return;
    timers.get(conversationId)?.();
    const stop = clock.at(at, () => {
      timers.delete(conversationId);
      work(conversationId, accountId);
    });
    timers.set(conversationId, () => {
      stop();
      timers.delete(conversationId);
    });
  }

  async function transmit(marked: Marked): Promise<void> {
    const message = await send(marked, answer);
    // Where some of it has left, it counts.
    if (isGone(message)) await caps.release(marked.message);
    if (message.state !== 'queued') {
      voices.drop(message.id);
      options.onEnded?.(message);
    }
    if (message.state === 'failed' || message.state === 'unknown') options.onFailed?.();
    answer(message);
  }

  function answer(message: Message): void {
    const told = waiting.get(message.id) ?? [];
    waiting.delete(message.id);
    for (const one of told) one(message);
  }

  /** Resolves with the message when its next try has ended. */
  function outcomeOf(id: string): Promise<Message> {
    return new Promise((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve]));
  }

  /** Tells who waits for a message how it is now. */
  function tell(message: Message): void {
    if (waiting.has(message.id))
      store.message(message.id).then(
        (now) => answer(now ?? message),
        () => answer(message),
      );
  }

  async function deliver(said: NewReply, onStored: (message: Message) => void = () => {}): Promise<Message> {
    const sender = accountOf(said.accountId);
    const reply = said.purpose === 'proactive' ? await unasked.typed(sender, said) : said;
    const cap = await caps.reserve(sender, reply);
    const rule: SendCheck = cap.full ? () => cap.full! : check;
    let added: Added;
    try {
      added = await store.run(addReply({ ...reply, cap: cap.name }, rule, closed ? null : options.owner));
    } catch (error) {
      await caps.release({ ...reply, cap: cap.name });
      throw error;
    }
    const { message, created, marked, blocked, freed } = added;
    if (!created || message.state === 'discarded') await caps.release({ ...reply, cap: cap.name });
    if (blocked) log.debug(`Message ${message.id} was not sent: ${blocked.reason}`);
    else onStored(message);
    if (freed?.wakeAt) options.onFreed?.(reply.conversationId, reply.accountId, freed.wakeAt);
    return message.state === 'sending' || message.state === 'queued' ? sent(message, created, marked) : message;
  }

  /** @param created false: an attempt before this one stored it; it goes out as it was written then. */
  function sent(message: Message, created: boolean, marked: Marked | undefined): Promise<Message> | Message {
    const { id, conversationId, accountId } = message;
    if (!created && message.state === 'sending') return message;
    if (closed && !marked) return message;
    const outcome = outcomeOf(id);
    work(conversationId, accountId, marked);
    untilPutOff(message);
    return outcome;
  }

  /** Queued behind what waits for its time: it is in the store, and nobody need wait for it. */
  async function untilPutOff(message: Message): Promise<void> {
    while (waiting.has(message.id) && workers.has(message.conversationId))
      await workers.get(message.conversationId)!.done;
    tell(message);
  }

  async function sweep(): Promise<void> {
    const seen = unattended;
    unattended = new Set();
    for (const { conversationId, accountId, sendAt, openSend, sendOwner } of await store.outboxes()) {
      if (workers.has(conversationId)) continue;
      if (openSend) {
        const isOurs = sendOwner === options.owner;
        // One of ours may have been marked a moment ago; the next sweep knows better.
        const isOrphan = isOurs ? seen.has(openSend) : isOrphaned(sendOwner);
        if (isOrphan) await store.run(cutOff(conversationId, openSend, clock.now(), sendOwner));
        else if (isOurs) unattended.add(openSend);
      }
      if (sendAt === null || timers.has(conversationId) || !account(accountId)?.enabled) continue;
      if (sendAt > clock.now()) later(conversationId, accountId, sendAt);
      else work(conversationId, accountId);
    }
  }

  let cancelSweep = () => {};
  function scheduleSweep(): void {
    cancelSweep = clock.at(clock.now() + sweepMs(), () => {
      sweep().catch((error) => log.warn(`The sweep of waiting sends failed: ${describe(error)}`));
      if (!stopped) scheduleSweep();
    });
  }
  scheduleSweep();

  async function idle(): Promise<void> {
    while (workers.size > 0) await Promise.all([...workers.values()].map((worker) => worker.done));
  }

  const byHand = createByHand({
    ...{ store, clock, caps, check, accountOf },
    sent: async (queued) => sent(queued, true, undefined),
  });
  return {
    deliver(reply, onStored) {
      const send = () => deliver(reply, onStored);
      const delivery = reply.purpose === 'proactive' ? unasked.inOrder(reply.conversationId, send) : send();
      delivering.add(delivery);
      const over = () => void delivering.delete(delivery);
      delivery.then(over, over);
      return delivery;
    },
    ...byHand,
    sweep,
    async drop(conversations) {
      await Promise.all(
        conversations.map((id) => {
          timers.get(id)?.();
          const worker = workers.get(id);
          if (worker) worker.marked = undefined;
          worker?.call();
          return worker?.done;
        }),
      );
    },
    idle,
    stop() {
      stopped = true;
      unasked.end();
      voices.end();
      cancelSweep();
      for (const cancel of [...timers.values()]) cancel();
    },
    async close() {
      closed = true;
      unasked.end();
      await Promise.allSettled(delivering);
      await idle();
    },
  };
}
