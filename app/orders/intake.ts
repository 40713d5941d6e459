/** Takes in what a shop tells: a few orders at a time, so that ten thousand hold nobody up, and nothing twice. */
import { createHash } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import { orderId, type Taken, type TakeOptions, takeOrders } from '../../core/orders/plans.ts';
import type { Clock, Logger, PhoneBook, ReadOrder, Store } from '../../core/ports.ts';
import { plural } from '../../core/text/plural.ts';

/** Orders in one step: some milliseconds. */
const STEP = 100;

export interface TakenIn {
  /** Told, and of those not as they were. */
  told: number;
  changed: number;
  /** With something wrong, that were not so before. */
  faulty: string[];
}

export interface IntakeOptions {
  store: Pick<Store, 'digests' | 'run'>;
  clock: Clock;
  log: Logger;
  /** Loaded with the first order. */
  phoneBook(): Promise<Pick<PhoneBook, 'zonesOf'>>;
  /** Something is to be looked at. */
  onDue(): void;
}

/** @throws DragomanError STORE_UNAVAILABLE: what was not taken in is told once more. */
export type Intake = (
  orders: ReadOrder[],
  options: Omit<TakeOptions, 'now' | 'shop'> & { shop: string; timezone: string },
) => Promise<TakenIn>;

export function createIntake({ store, clock, log, phoneBook, onDue }: IntakeOptions): Intake {
  return async (told, { timezone, ...options }) => {
    const { zonesOf } = await phoneBook();
    const result: TakenIn = { told: told.length, changed: 0, faulty: [] };
    // Those without a number are one record, for which the first stands: else they would be news to each other in every round.
    const nameless = told.findIndex(hasNoNumber);
    const orders = told.filter((read, at) => at === nameless || !hasNoNumber(read));
    for (let from = 0; from < orders.length; from += STEP) {
      const step = orders.slice(from, from + STEP).map((read) => ({
        read,
        id: orderId(options.shop, read.ok ? read.order.number : read.number),
        digest: createHash('sha256').update(JSON.stringify(read)).digest('base64url'),
      }));
      const known = await store.digests(step.map(({ id }) => id));
      const news = step
        .filter(({ id, digest }) => known.get(id) !== digest)
        .map(({ read, digest }): Taken => {
          return { read, digest, zones: read.ok ? placesOf(read.order, timezone, zonesOf) : [] };
        });
      if (news.length > 0) {
        const taken = await store.run(takeOrders(news, { ...options, now: clock.now() }));
        result.changed += taken.changed;
        result.faulty.push(...taken.faulty);
        if (taken.due.length > 0) onDue();
      }
      await pause();
    }
    if (result.faulty.length > 0)
      log.warn(
        `${plural(result.faulty.length, 'order')} of "${options.shop}" cannot be written about, ${result.faulty[0]} among them. List them with "dragoman orders --faulty".`,
      );
    return result;
  };
}

const hasNoNumber = (read: ReadOrder) => !read.ok && read.number === '';

/** Where somebody may be: where the shop says; else in his number's country; else where the account is. */
function placesOf(
  { customer }: { customer: { phone: string; timezone?: string } },
  timezone: string,
  zonesOf: PhoneBook['zonesOf'],
): string[] {
  if (customer.timezone) return [customer.timezone];
  const zones = zonesOf(customer.phone);
  return zones.length > 0 ? zones : [timezone];
}
