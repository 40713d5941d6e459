/**
 * How fast the inbox is with so many conversations: `node bench/inbox.ts [100000] [file|mongodb]`. Fills a store of its own, then asks what the page asks,
 * and prints milliseconds. MongoDB is the one of `MONGODB_URL`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conditionsOf, type DeskFilter, orderOf, QUEUES } from '../core/desk/queues.ts';
import { newId, newSession } from '../core/ids.ts';
import { freshConversation } from '../core/model/fresh.ts';
import type { Conversation, Message } from '../core/model.ts';
import type { Store } from '../core/ports.ts';
import { openStore } from '../stores/sqlite/store.ts';

const conversations = Number(process.argv[2] ?? 100_000);
const onMongo = process.argv[3] === 'mongodb';
const IN_A_STEP = 500;
const ROUNDS = 30;
const PAGE = 50;
const START = Date.UTC(2026, 0, 1);
const LABELS = ['billing', 'vip', 'return', 'delivery', 'complaint'];
const LANGUAGES = ['en', 'es', 'it', 'fa', 'ar', 'ru'];
const WORDS = 'where is my parcel invoice wrong delivery late thanks hello price open today broken refund zebra'.split(
  ' ',
);

const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-inbox-'));
const store: Store = onMongo
  ? await (await import('../stores/mongodb/store.ts')).openMongo(process.env.MONGODB_URL!, { key: Buffer.alloc(32) })
  : openStore(path.join(folder, 'dragoman.db'));

function conversationOf(n: number, at: number): Conversation {
  const id = newId(at);
  return {
    ...freshConversation({
      ...{ id, accountId: `acc${n % 4}`, channel: 'telegram', threadKey: `contact:${n}`, kind: 'private' },
      ...{ contactId: `person ${n}`, session: newSession(), address: { chat_id: n }, optedOutAt: 0 },
      ...{ createdAt: at, updatedAt: at },
    }),
    language: LANGUAGES[n % LANGUAGES.length],
    ...(n % 50 === 0 && { labels: [LABELS[(n / 50) % LABELS.length]!] }),
    ...(n % 40 === 0 && { assignee: n % 80 === 0 ? 'anna' : 'bo' }),
    ...(n % 10 === 0 && { unansweredSince: at }),
    ...(n % 200 === 0 && { status: 'support_active' as const, personSince: at }),
    ...(n % 300 === 0 && { draftSince: at }),
    ...(n % 500 === 0 && { failedSince: at }),
  };
}

const text = (n: number) =>
  Array.from({ length: 8 }, (_, at) => WORDS[(n * 7 + at * (1 + (n % 5))) % WORDS.length]).join(' ');
const messageOf = (n: number, conversationId: string, at: number, direction: 'in' | 'out'): Message => ({
  ...{ id: newId(at), seq: 0, conversationId, accountId: `acc${n % 4}`, direction, text: text(n), media: [], at },
  author: direction === 'in' ? 'customer' : 'bot',
  ...{ pending: false, answered: false, turnId: null },
  ...(direction === 'out' && { state: 'delivered' as const }),
});

const filled = performance.now();
for (let first = 0; first < conversations; first += IN_A_STEP)
  await Promise.all(
    Array.from({ length: Math.min(IN_A_STEP, conversations - first) }, (_, step) => {
      const n = first + step;
      const at = START + n * 60_000;
      return store.run((records) => {
        records.insertContact({
          id: `person ${n}`,
          name: `Ana ${n}`,
          language: LANGUAGES[n % LANGUAGES.length],
          createdAt: at,
        });
        const { id } = records.insertConversation(conversationOf(n, at));
        records.insertMessage(messageOf(n, id, at, 'in'));
        records.insertMessage(messageOf(n + 1, id, at + 1, 'out'));
      });
    }),
  );
for (let unread = 1; unread > 0; ) ({ unread } = await store.search({ text: 'zebra', limit: 1 }));
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
