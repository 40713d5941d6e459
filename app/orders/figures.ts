/** What became of messages that nobody asked for, in figures: for pages, spreadsheets and other systems. */
import { DragomanError } from '../../core/errors.ts';
import { outreachMarks, resetFigures, switchOutreach } from '../../core/orders/outreach.ts';
import { orderId, takeOrders } from '../../core/orders/plans.ts';
import { type Results, resultsOf } from '../../core/orders/results.ts';
import type { DayUse, OutreachSettings } from '../../core/policy/outreach.ts';
import type { Clock, FollowUpCount, Store } from '../../core/ports.ts';
import { dayUse } from '../../core/sending/caps.ts';
import type { Registry } from '../registry.ts';
import type { Dispatch } from './dispatch.ts';

export interface OrderFigures {
  /** UTC milliseconds; 0: since the beginning. */
  since: number;
  sent: number;
  failed: number;
  unknown: number;
  /** What a rule forbids for good, by rule. */
  blocked: Record<string, number>;
  /** What waits for its moment, by rule. */
  held: Record<string, number>;
  waiting: number;
  drafted: number;
  /** Worked through in test mode. */
  shown: number;
  /** What had happened before its shop was known. */
  old: number;
  /** Of what was tried to be sent; null where nothing was. */
  successRate: number | null;
  /** `limitToday` is below the daily limit while an account's number is new: `warmUp` tells on which day of how many. */
  limiters: (Pick<OutreachSettings, 'dailyLimit' | 'testMode' | 'enabled'> &
    Pick<DayUse, 'warmUp'> & { account: string; usedToday: number; limitToday: number })[];
  /** When somebody switched everything off; 0: nobody did. */
  stoppedAt: number;
  /** Texts that a model had written before for the same content, and texts that it was asked for. */
  generations: { hits: number; misses: number };
  variants: Record<string, Record<string, number>>;
  /** What customers did after the messages, and after each wording. */
  results: Results;
}

/** What can be told without looking at what customers did. */
export type OrderCounts = Omit<OrderFigures, 'generations' | 'results'>;

export interface Desk {
  figures(): Promise<OrderFigures>;
  counts(): Promise<OrderCounts>;
  /** How much more each account may write in its day. */
  limiters(): Promise<OrderFigures['limiters']>;
  /** Counts anew from now on; history stays. */
  reset(): Promise<void>;
  /** Stops everything that nobody asked for, or lets it go on. */
  switch(off: boolean): Promise<void>;
  /** Takes an order for delivered, as its shop would tell it. @throws DragomanError NOT_FOUND */
  delivered(shop: string, number: string): Promise<void>;
}

export interface DeskOptions {
  store: Store;
  clock: Clock;
  registry: Pick<Registry, 'accounts'>;
  dispatch: Pick<Dispatch, 'wake' | 'switched'>;
}

export function createDesk({ store, clock, registry, dispatch }: DeskOptions): Desk {
  const limiters = () =>
    Promise.all(
      registry.accounts().flatMap((account) => {
        if (!account.outreach) return [];
        const { dailyLimit, testMode, enabled } = account.outreach;
        const told = ({ used: usedToday, limit: limitToday, ...more }: DayUse) => ({
          ...{ account: account.name, usedToday, limitToday, dailyLimit, testMode, enabled, ...more },
        });
        return [dayUse(store, account, account.outreach, clock.now()).then(told)];
      }),
    );

  async function counts(): Promise<OrderCounts> {
    const { stoppedAt, countedSince: since } = await store.run(outreachMarks);
    const counted = await store.followUpCounts(since);
    const of = (...states: FollowUpCount['state'][]) => sum(counted.filter(({ state }) => states.includes(state)));
    const byRule = (state: FollowUpCount['state']) => {
      const rules: Record<string, number> = {};
      for (const { rule = 'other', count } of counted.filter((one) => one.state === state))
        rules[rule] = (rules[rule] ?? 0) + count;
      return rules;
    };
    const [sent, failed, unknown] = [of('sent'), of('failed'), of('unknown')];
    const tried = sent + failed + unknown;
    const variants: OrderCounts['variants'] = {};
    for (const { variant, state, count } of counted) {
      if (!variant) continue;
      variants[variant] ??= {};
      variants[variant][state] = (variants[variant][state] ?? 0) + count;
    }
    return {
      ...{ since, sent, failed, unknown, blocked: byRule('refused'), held: byRule('held') },
      ...{ waiting: of('waiting', 'running'), drafted: of('drafted'), shown: of('shown'), old: of('old') },
      successRate: tried === 0 ? null : sent / tried,
      limiters: await limiters(),
      ...{ stoppedAt, variants },
    };
  }

  return {
    limiters,
    counts,
    async figures() {
      const all = await counts();
      return {
        ...all,
        generations: await store.generationCounts(all.since),
        results: resultsOf(await store.outcomeCounts(all.since)),
      };
    },
    reset: () => store.run(resetFigures(clock.now())),
    async switch(off) {
      await store.run(switchOutreach(off, clock.now()));
      await dispatch.switched();
    },
    async delivered(shop, number) {
      const now = clock.now();
      const known = await store.order(orderId(shop, number));
      if (!known?.told)
        throw new DragomanError(
          'NOT_FOUND',
          `There is no order ${number} of "${shop}".`,
          'List the orders with "dragoman orders".',
        );
      const { accountId, nodeId, zones, told, omitted } = known;
      const order = { ...told, state: 'delivered' as const, changedAt: now };
      const read = { ok: true as const, order, ...(omitted && { omitted }) };
      const taken = { read, digest: `by hand at ${now}`, zones };
      await store.run(takeOrders([taken], { shop, accountId, nodeId, now, clockAheadMs: 0, since: null }));
      dispatch.wake();
    },
  };
}

const sum = (counts: readonly FollowUpCount[]) => counts.reduce((total, { count }) => total + count, 0);
