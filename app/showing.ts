/**
 * What the customer sees while an answer is made: that somebody is typing, and the words of a slow answer where the platform has drafts.
 * Courtesies: a failure is nobody's, and each one is judged anew, so that a human, an opt-out or a switched-off account ends them.
 */
import type { Account } from '../core/accounts.ts';
import type { Conversation, Decision, Message } from '../core/model.ts';
import { judge } from '../core/policy/rules.ts';
import type { Clock, Http, Store } from '../core/ports.ts';
import type { Registry } from './registry.ts';

/** An answer that takes longer shows as typing; platforms show it for some 5 s. */
const TYPING_AFTER_MS = 700;
const TYPING_EVERY_MS = 4_500;
/** Platforms take about one request a second for a chat. */
const WORDS_EVERY_MS = 1_000;
/** A draft vanishes after 30 s (Telegram); one that stands still is shown again before. */
const WORDS_LAST_MS = 20_000;
/** A reply waits so long for a draft on its way, which would else arrive after it. */
const LAST_DRAFT_MS = 1_000;

export interface Showing {
  /** All of the answer that is written so far, as the customer may read it. */
  words(soFar: string): void;
  /** Nothing is shown any more. Resolves once no draft is on its way. */
  end(): Promise<void>;
}

/** For where nobody is to see anything. */
export const NO_SHOWING: Showing = { words() {}, end: () => Promise.resolve() };

interface Parts {
  store: Pick<Store, 'conversation'>;
  clock: Clock;
  http: Http;
  registry: Pick<Registry, 'account'>;
  /** The CPU has better to do than courtesies. */
  busy(): boolean;
  /** Of a message that nobody asked for: what the rules say of it now. Where it may not be sent, nobody sees that it is written. */
  unasked?(conversation: Conversation): Promise<Decision>;
}

/** Begins at once. */
export function showProgress(
  { store, clock, http, registry, busy, unasked }: Parts,
  { id, channel, settings }: Account,
  { id: conversationId, address }: Conversation,
  last: Message | undefined,
): Showing {
  /** A change of a draft is animated where its number stays. */
  const draft = (clock.now() % 2_000_000_000) + 1;
  let soFar = '';
  let shown = '';
  let shownAt = 0;
  let drafts = channel.draft !== undefined;
  let over = false;
  let onItsWay: Promise<void> | undefined;
  let wake = () => {};

  const pause = (ms: number) =>
    new Promise<void>((resume) => {
      const cancel = clock.at(clock.now() + ms, resume);
      wake = () => {
        cancel();
        resume();
      };
    });

  async function run(): Promise<void> {
    // A tapped button spins until it is answered.
    await pause(last?.choice ? 0 : TYPING_AFTER_MS);
    while (!over) {
      const writes = drafts && soFar !== '';
      if (!busy()) {
        if (!(await mayShow()) || over) return;
        if (writes) await showWords();
        else await type();
      }
      await pause(writes ? WORDS_EVERY_MS : TYPING_EVERY_MS);
    }
  }

  async function mayShow(): Promise<boolean> {
    const conversation = await store.conversation(conversationId);
    const current = registry.account(id);
    if (!conversation || !current?.autoReply || (unasked && current.outreach?.testMode)) return false;
    if (unasked) return (await unasked(conversation)).result === 'pass';
    const { windowHours } = channel.capabilities;
    return judge('typing', { conversation, now: clock.now(), purpose: 'reply', windowHours }).result === 'pass';
  }

  async function showWords(): Promise<void> {
    if (soFar === shown && clock.now() - shownAt < WORDS_LAST_MS) return;
    shown = soFar;
    shownAt = clock.now();
    onItsWay = take(shown).then((taken) => {
      drafts = taken;
      onItsWay = undefined;
    });
    await onItsWay;
  }

  /** False: no drafts any more. A channel that throws costs nobody his answer. */
  async function take(text: string): Promise<boolean> {
    try {
      const [part] = channel.render({ text });
      // What is written so far may be a mark and nothing else.
      return part === undefined || (await channel.draft!(part, draft, address, settings, http));
    } catch {
      return false;
    }
  }

  async function type(): Promise<void> {
    try {
      await channel.typing?.(address, last?.platformId, settings, http);
    } catch {}
  }

  if (channel.typing || channel.draft) run().catch(() => {});
  return {
    words(text) {
      const first = soFar === '';
      soFar = text;
      if (drafts && first) wake();
    },
    async end() {
      over = true;
      wake();
      if (onItsWay) await Promise.race([onItsWay, pause(LAST_DRAFT_MS)]);
    },
  };
}
