/**
 * Sees to customers who asked for a person: writes for whoever comes what it is about, and where nobody comes in time, tells the customer so and
 * offers the assistant. The store has what is due; only timers, and a summary that is being written, can be lost.
 */
import type { Answerer } from '../../core/answering/budget.ts';
import { describe } from '../../core/errors.ts';
import { noteLate, noteSummary, putOffLate } from '../../core/handovers/plans.ts';
import { lateWords } from '../../core/handovers/texts.ts';
import { newId } from '../../core/ids.ts';
import type { Handover, OpenTurn } from '../../core/model.ts';
import { NEWS_MS } from '../../core/notices/notices.ts';
import { opensAfter } from '../../core/policy/hours.ts';
import type { Logger } from '../../core/ports.ts';
import { createRecent } from '../../core/recent.ts';
import type { Gateway } from '../../core/sending/gateway.ts';
import { rendered } from '../../core/sending/rendered.ts';
import type { Notifier } from '../notices.ts';
import type { Registry } from '../registry.ts';
import { createRounds } from '../rounds.ts';
import type { LiveTurn } from '../turn.ts';
import { lastWords, type SummaryParts, writtenSummary } from './summary.ts';

/** Looked at in one go. */
const AT_ONCE = 100;
/** What is due is looked at again after so long at the latest; what could not be told now, too. */
const LOOK_MS = 60_000;
/** Between two goes. */
const AGAIN_MS = 1_000;
/** Summaries that are being written. */
const WRITING = 1_000;

export interface Handovers {
  /** The end of this turn will store a wish; its summary is begun. @param provider absent, or without an endpoint: none writes it */
  expect(live: LiveTurn, provider: Answerer | undefined): void;
  /** A turn has ended. */
  turnStored(turn: Pick<OpenTurn, 'id' | 'conversationId' | 'afterwards'>): void;
  /** Something was stored, or an account is there again. */
  wake(): void;
  /** Resolves when nothing is being written or told. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface HandoverOptions extends SummaryParts {
  log: Logger;
  registry: Pick<Registry, 'account'>;
  gateway: Pick<Gateway, 'deliver'>;
  notices: Pick<Notifier, 'wake'>;
  /** Whether this process sees to them, of many; else it tells the one that does. Always when absent. */
  isMine?(): boolean;
  tellOthers?(): void;
}

export function createHandovers(options: HandoverOptions): Handovers {
  const { store, clock, log, registry, gateway, notices, isMine, tellOthers } = options;
  const writing = createRecent<Promise<string[] | null>>(WRITING);
  const expected = new Set<string>();
  const finishing = new Set<Promise<void>>();
  const ending = new AbortController();
  const rounds = createRounds({
    ...{ clock, isMine, tellOthers },
    round: () =>
      round().catch((error) => {
        log.error(`Customers who wait for a person could not be looked at: ${describe(error)}`);
        return clock.now() + LOOK_MS;
      }),
  });

  /** Once its wish is stored: the model's lines, else the customer's last words. */
  async function finish(id: string, conversationId: string): Promise<void> {
    const written = await writing.get(id);
    writing.delete(id);
    await describeWish(id, conversationId, written ?? null);
    rounds.wake();
  }

  async function describeWish(id: string, conversationId: string, written: string[] | null): Promise<void> {
    const lines = written ?? (await lastWords(store, conversationId));
    if (await store.run(noteSummary(id, lines, written ? 'llm' : 'messages', clock.now()))) notices.wake();
  }

  /** Does what is due. @returns when to look again; null where nothing is to be done ever. */
  async function round(): Promise<number | null> {
    const now = clock.now();
    const all = await store.dueHandovers(AT_ONCE);
    for (const handover of all) {
      if (rounds.stopped() || handover.dueAt! > now) return Math.min(handover.dueAt!, now + LOOK_MS);
      if (handover.summary === null) await describeWish(handover.id, handover.conversationId, null);
      if (handover.tellAt !== null && handover.tellAt <= now) await tellLate(handover);
    }
    return all.length > 0 ? now + AGAIN_MS : null;
  }

  /** Tells the customer that nobody has come, unless somebody is about to. */
  async function tellLate(handover: Handover): Promise<void> {
    const { id, conversationId, language } = handover;
    const account = registry.account(handover.accountId);
    const now = clock.now();
    const conversation = await store.conversation(conversationId);
    const busy = conversation && conversation.humanUntil > now ? conversation.humanUntil : null;
    // Of an account that is away for longer nobody expects anything any more.
    const away = account === undefined && now < handover.at + NEWS_MS ? now + LOOK_MS : null;
    if (busy !== null || away !== null) return store.run(putOffLate(id, Math.max(busy ?? 0, away ?? 0)));
    let told = false;
    // A bot whose answers are drafts says nothing by itself.
    if (account?.enabled && account.autoReply && conversation && conversation.waitingSince !== null) {
      const content = lateWords(language, { now, opensAt: opensAfter(account, now), zone: account.timezone });
      const message = await gateway.deliver({
        ...{ id: newId(now), conversationId, accountId: account.id, turnId: null, slot: `waiting:${id}` },
        ...{ author: 'system', purpose: 'waiting', at: now },
        ...{ text: content.text, media: [], parts: rendered(account.channel, content) },
      });
      told = message.state !== 'discarded';
    }
    if (await store.run(noteLate(id, told, clock.now()))) notices.wake();
  }

  return {
    wake: rounds.wake,
    expect(live, provider) {
      expected.add(live.turn.id);
      if (!provider?.endpoints.length || rounds.stopped()) return;
      const written = writtenSummary(options, live, provider, ending.signal).catch((error) => {
        log.debug(`No model wrote what turn ${live.turn.id} is about: ${describe(error)}`);
        return null;
      });
      writing.set(live.turn.id, written);
    },
    turnStored({ id, conversationId, afterwards }) {
      if (!expected.delete(id) && !afterwards?.handover) return;
      const end = finish(id, conversationId)
        .catch((error) => log.error(`What a customer wants of a person was not written down: ${describe(error)}`))
        .finally(() => finishing.delete(end));
      finishing.add(end);
    },
    async idle() {
      await Promise.all([rounds.idle(), ...finishing]);
    },
    async stop() {
      rounds.stop();
      // No model is waited for: the last words do.
      ending.abort();
      await Promise.all([rounds.idle(), ...finishing]);
    },
  };
}
