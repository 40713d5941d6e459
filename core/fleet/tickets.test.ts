import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { TICKET_MS } from '../calls/tickets.ts';
import type { Store } from '../ports.ts';
import { type Door, doorHere, doorOfAll } from './tickets.ts';

let folder: string;
let store: Store;
const clock = virtualClock();
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tickets-'));
  store = openStore(path.join(folder, 'x.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['one process', () => [doorHere(clock)]],
  ['many', () => [doorOfAll(store, clock), doorOfAll(store, clock)]],
] as const)('a ticket of %s opens its own door, once, for a minute', async (_name, open) => {
  const doors: Door[] = open();
  const [one, other = one] = doors as [Door, Door?];
  const ticket = await one.issue('a');
  expect(await other.redeem(await one.issue('b'), 'a')).toBe(false);
  const used = await Promise.all([one, other].map((door) => door.redeem(ticket, 'a')));
  expect(used.sort()).toEqual([false, true]);
  expect(await other.redeem('made up', 'a')).toBe(false);
  expect(await other.redeem(`${(clock.now() + TICKET_MS).toString(36)}.made-up`, 'a')).toBe(false);
  const late = await one.issue('a');
  await clock.advance(TICKET_MS + 1);
  expect(await other.redeem(late, 'a')).toBe(false);
});
