/**
 * How fast the inbox is with so many conversations: `node bench/inbox.ts [100000] [file|mongodb]`. Fills a store of its own, then asks what the page asks,
 * and prints milliseconds. MongoDB is the one of `MONGODB_URL`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conditionsOf, type DeskFilter, orderOf, QUEUES } from '../core/desk/queues.ts';
import type { Store } from '../core/ports.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { fill } from './inbox-filled.ts';

const conversations = Number(process.argv[2] ?? 100_000);
const onMongo = process.argv[3] === 'mongodb';
const ROUNDS = 30;
const PAGE = 50;

const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-inbox-'));
const store: Store = onMongo
  ? await (await import('../stores/mongodb/store.ts')).openMongo(process.env.MONGODB_URL!, { key: Buffer.alloc(32) })
  : openStore(path.join(folder, 'dragoman.db'));

const filled = performance.now();
await fill(store, conversations);
process.stdout.write(`${conversations} conversations in ${Math.round((performance.now() - filled) / 1_000)} s\n`);

async function measure(name: string, work: (round: number) => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work(round);
    took.push(performance.now() - began);
  }
  took.sort((one, other) => one - other);
  const shown = (share: number) => took[Math.floor((ROUNDS - 1) * share)]!.toFixed(1);
  process.stdout.write(`${name.padEnd(46)} p50 ${shown(0.5).padStart(7)}  p95 ${shown(0.95).padStart(7)} ms\n`);
}

/** As the page asks for a screen: how many there are, the rows, and what was said last in each. */
async function screen(filter: DeskFilter, offset: number): Promise<void> {
  const conditions = conditionsOf(filter);
  const [, rows] = await Promise.all([
    store.deskCount(conditions),
    store.desk({ conditions, order: orderOf(filter.queue), offset, limit: PAGE }),
  ]);
  await Promise.all(rows.map(({ id }) => store.history(id, 1)));
}

const user = 'anna';
for (const queue of QUEUES) await measure(`first screen: ${queue}`, () => screen({ queue, user }, 0));
await measure('a screen anywhere in all', (round) =>
  screen({ queue: 'all', user }, Math.floor((conversations * round) / ROUNDS)),
);
await measure('the last screen', () => screen({ queue: 'all', user }, conversations - PAGE));
await measure('by account', () => screen({ queue: 'all', user, accountId: 'acc2' }, 0));
await measure('by a language and an account', () =>
  screen({ queue: 'all', user, language: 'fa', accountId: 'acc1' }, 0),
);
await measure('by a label', () => screen({ queue: 'all', user, label: 'vip' }, 0));
await measure('by a label and a status', () =>
  screen({ queue: 'all', user, label: 'vip', status: 'support_active' }, 0),
);
await measure('counts of all queues', () =>
  Promise.all(QUEUES.map((queue) => store.deskCount(conditionsOf({ queue, user })))),
);
await measure('labels and languages', () => store.deskWords());
await measure('search: a word that is everywhere', () => store.search({ text: 'parcel', limit: 30 }));
await measure('search: two beginnings', () => store.search({ text: 'ze ref', limit: 30 }));
await measure('search: a name', () => store.search({ text: `Ana ${conversations - 77}`, limit: 30 }));

await store.close();
rmSync(folder, { recursive: true, force: true });
