/**
 * What answers cost, and what happens when the money is used up: from 80 % of a budget on the first model is left out where there is a
 * fallback model, at 100 % no model is asked, so that the knowledge is quoted, else the static text is said.
 *
 * A budget is looked at before an answer and charged after it: answers that run at the same time, and the last one, may go over it by what
 * they cost themselves. A crash in between leaves that answer uncharged.
 */

import type { Account } from '../accounts.ts';
import { DragomanError } from '../errors.ts';
import type { Usage } from '../model.ts';
import type { Clock, Store } from '../ports.ts';
import { ANSWER_BUDGET_MS, type Answered, type Endpoint, type Failure, type ProviderError } from './answering.ts';

/** What one may spend in a day of the account's time zone: in the currency of the prices, else in tokens. 0: no limit. */
export interface Budgets {
  daily: number;
  /** One contact in a day. */
  contact: number;
}

/** Whose endpoints are asked, and whose money is spent. */
export interface Answerer {
  /** Of the provider node. */
  id: string;
  endpoints: Endpoint[];
  budgets: Budgets;
  /** Prices are configured: budgets are money. */
  priced: boolean;
  /** For all endpoints together; undefined: what the account's time allows. */
  timeoutMs?: number;
}

/** What the last resort and the send need of a turn's time; milliseconds. */
const KEPT_OF_TURN_MS = 8_000;
/** Of a short turn the models get so much. */
const SHARE_OF_TURN = 0.75;

/**
 * How long all models together may take for an answer; milliseconds. Where nobody chose a time, an LLM that hangs must not be waited for as
 * long as a turn may take.
 * @param wantedMs what the provider is given, if anything is said.
 */
export function timeForAnswer(
  { timeoutMs, timeoutChosen }: Pick<Account, 'timeoutMs' | 'timeoutChosen'>,
  wantedMs: number | undefined,
): number {
  const most = Math.max(timeoutMs * SHARE_OF_TURN, timeoutMs - KEPT_OF_TURN_MS);
  return Math.min(wantedMs ?? (timeoutChosen ? most : ANSWER_BUDGET_MS), most);
}

/** How much of a chain may still be asked. */
export type Stage = 'free' | 'saving' | 'spent';

const SAVING_FROM = 0.8;

/** The stage of the budget that is nearest to its end. */
export function stageOf(limits: { limit: number; spent: number }[]): Stage {
  const used = Math.max(0, ...limits.map(({ limit, spent }) => (limit > 0 ? spent / limit : 0)));
  return used >= 1 ? 'spent' : used >= SAVING_FROM ? 'saving' : 'free';
}

/** What is left of a chain, whose first endpoint is the dear one, and why the rest is not asked. */
export function affordable(chain: Endpoint[], stage: Stage): { chain: Endpoint[]; left: Failure[] } {
  const skipped = stage === 'spent' ? chain : stage === 'saving' && chain.length > 1 ? chain.slice(0, 1) : [];
  const message =
    stage === 'spent' ? 'The budget is used up.' : 'The budget is nearly used up, so the fallback model answers.';
  return {
    chain: chain.slice(skipped.length),
    left: skipped.map(({ name }) => ({ name, code: 'BUDGET', message })),
  };
}

/** Whose money an answer spends. */
export interface Purse {
  /** Id of the provider node. */
  provider: string;
  budgets: Budgets;
  /** Prices are configured: budgets are money. */
  priced: boolean;
  /** The contact, or the conversation of a group. */
  contact: string;
  /** The account's day, as `2026-11-20`. */
  day: string;
}

export interface Spending {
  /**
   * Asks as much of the chain as may be asked now, and charges what that cost, also where it failed. What was left out begins the trail.
   */
  answer(chain: Endpoint[], ask: (chain: Endpoint[]) => Promise<Answered>): Promise<Answered>;
}

export function createSpending(
  { store, clock }: { store: Pick<Store, 'addUsage' | 'usageOf'>; clock: Clock },
  { provider, budgets, priced, contact, day }: Purse,
): Spending {
  const daily = `${provider}:${day}`;
  const own = `${provider}:${day}:${contact}`;

  async function spentOf(key: string, limit: number) {
    if (limit <= 0) return { limit, spent: 0 };
    const { cost, tokens } = await store.usageOf(key);
    return { limit, spent: priced ? cost : tokens };
  }

  async function charge(usage: Usage | undefined): Promise<void> {
    if (!usage) return;
    const { input, output, cost = 0 } = usage;
    await store.addUsage([daily, own], { tokens: input + output, cost }, clock.now());
  }

  return {
    async answer(chain, ask) {
      const limits = await Promise.all([spentOf(daily, budgets.daily), spentOf(own, budgets.contact)]);
      const { chain: rest, left } = affordable(chain, stageOf(limits));
      try {
        const answered = await ask(rest);
        await charge(answered.spent);
        return { ...answered, trail: [...left, ...answered.trail] };
      } catch (error) {
        if (DragomanError.is(error)) await charge((error as ProviderError).spent);
        throw error;
      }
    },
  };
}
