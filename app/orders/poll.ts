/** Asks a shop for its orders, page by page and round by round. Where it is, is stored; what it was told twice is told to nobody. */
import { describe } from '../../core/errors.ts';
import type { OrderFault } from '../../core/model.ts';
import { beginRound, openShop, turnPage } from '../../core/orders/plans.ts';
import type { Clock, Logger, OrderDesk, OrderSettings, OrderSource, Store } from '../../core/ports.ts';
import type { Intake } from './intake.ts';

/** A shop that fails is asked again after this, twice as long each time. */
const BACK_OFF_MS = 15_000;
const LONGEST_BACK_OFF_MS = 15 * 60_000;
/** An answer takes no longer. */
export const LIMIT_MS = 60_000;

export interface PollState {
  look: 'asking' | 'waiting' | 'failing';
  /** Orders of this round so far. */
  orders: number;
  fault?: OrderFault;
}

export interface PollOptions {
  store: Pick<Store, 'run'>;
  clock: Clock;
  log: Logger;
  intake: Intake;
  source: OrderSource & Required<Pick<OrderSource, 'poll'>>;
  settings: OrderSettings;
  desk: OrderDesk;
  /** The shop's word in ids of orders. */
  shop: string;
  accountId: string;
  /** IANA name of the account. */
  timezone: string;
  nodeId: string;
  /** Under which it is remembered where the polls are; another one is another shop, whose orders are old. */
  place: string;
  /** Between two rounds; milliseconds. */
  everyMs: number;
  onState(state: PollState): void;
}

/** Begins at once. @returns ends it; resolves when the running poll has ended. */
export function startPolling(options: PollOptions): () => Promise<void> {
  const { store, clock, log, intake, source, settings, desk, shop, place, everyMs, onState } = options;
  const ended = new AbortController();
  let cancel = () => {};
  let failures = 0;
  let orders = 0;
  let told: string | undefined;

  /** One page. @returns when to ask for the next; milliseconds from now */
  async function page(): Promise<number> {
    const known = await store.run(openShop(place, clock.now()));
    onState({ look: 'asking', orders });
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(LIMIT_MS)]);
    const polled = await source.poll({ cursor: known.cursor, mark: known.mark }, settings, desk, signal);
    if (ended.signal.aborted) return 0;
    if (!polled.ok) {
      if (polled.restart) await store.run(beginRound(place));
      return failed(polled.fault, polled.retryAfterMs);
    }
    const { accountId, nodeId, timezone } = options;
    await intake(polled.orders, {
      ...{ shop, accountId, nodeId, timezone, clockAheadMs: polled.clockAheadMs },
      since: known.known ? null : known.since,
    });
    await store.run(turnPage(place, polled.place));
    failures = 0;
    told = undefined;
    orders += polled.orders.length;
    if (polled.place.cursor !== null) return 0;
    onState({ look: 'waiting', orders });
    orders = 0;
    return everyMs;
  }

  function failed(fault: OrderFault, retryAfterMs = 0): number {
    failures++;
    onState({ look: 'failing', orders, fault });
    if (told !== fault.code) log.warn(`The orders of "${shop}" cannot be read: ${fault.message} ${fault.action}`);
    told = fault.code;
    return Math.max(retryAfterMs, Math.min(BACK_OFF_MS * 2 ** (failures - 1), LONGEST_BACK_OFF_MS));
  }

  async function run(): Promise<void> {
    let wait = BACK_OFF_MS;
    try {
      wait = await page();
    } catch (error) {
      log.error(`The orders of "${shop}" could not be taken in: ${describe(error)}`);
    }
    if (ended.signal.aborted) return;
    cancel = clock.at(clock.now() + wait, go);
  }

  let running = Promise.resolve();
  const go = () => {
    running = run();
  };
  go();
  return () => {
    ended.abort();
    cancel();
    return running;
  };
}
