/** Reading the orders of a page without holding the process. */
import { setImmediate } from 'node:timers/promises';
import type { Json } from '../../core/model.ts';
import type { ReadOrder } from '../../core/ports.ts';

/** Read in a row; between, webhooks are answered. */
const AT_ONCE = 200;

export async function readAll(orders: Json[], read: (order: Json) => ReadOrder): Promise<ReadOrder[]> {
  const all: ReadOrder[] = [];
  for (const [at, order] of orders.entries()) {
    if (at > 0 && at % AT_ONCE === 0) await setImmediate();
    all.push(read(order));
  }
  return all;
}
