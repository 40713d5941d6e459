/**
 * `node bench/workers.ts`: the grown installation beside the single machine, and 1, 2 and 4 workers beside each other. See README.md, also for its options.
 * The figures are written to bench/workers.json, which the plan is held against (plan.test.ts).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { keyOf } from '../app/stores.ts';
import { openMongo } from '../stores/mongodb/store.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { startRedis } from '../test/support/redis.ts';
import { startMongo } from '../test/support/wire.ts';
import { countingLine } from './line.ts';
import { load, type Round } from './load.ts';
import { cpuOf, endAll, endOne, namedChild, startHelper } from './process.ts';
import { machine, median, rate } from './report.ts';
import { dragoman, type Subject, type Surroundings, shipped, workers } from './subjects.ts';
import { verbTimes } from './verbs.ts';
import { waitingCosts } from './waiting.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    count: { type: 'string' },
    people: { type: 'string' },
    only: { type: 'string', default: 'verbs,latency,requests,waiting,workers' },
  },
});
const { quick } = options;
const wanted = new Set(options.only.split(','));
const FILE = path.join(import.meta.dirname, 'workers.json');
const WORKERS = [1, 2, 4];
const ROUNDS = Number(options.rounds ?? (quick ? 1 : 3));
/** Messages of a round with slow LLM. */
const COUNT = Number(options.count ?? (quick ? 300 : 1_200));
/** So that each of the most workers has run hot, and all databases hold as much. */
const WARM_UP = quick ? COUNT : COUNT * Math.max(...WORKERS);
const CUSTOMERS = 4_096;
/** Who waits for an answer at once: calm, as many as the machine answers without being full, so that what a reply costs can be told; and all of them. */
const AT_ONCE = { calm: 24, full: 1_200 };
const SLOW_LLM_MS = 1_500;
const WAITING = Number(options.people ?? (quick ? 1_000 : 5_000));
const LIMIT_MS = 300_000;

const say = (text: string) => void process.stderr.write(`${text}\n`);
const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-workers-'));
const mongo = await startMongo();
const redis = await startRedis();
const platform = await startHelper('platform.ts');
const llm = await startHelper('llm.ts');
const client = createClient({ url: redis.url });
await client.connect();
/** Whatever answers the wire of MongoDB, and Redis. */
const engines = { store: namedChild('java'), redis: namedChild('redis-server') };

const round1 = (value: number) => Math.round(value * 100) / 100;
const p = (all: number[], share: number) => round1(all.toSorted((a, b) => a - b)[Math.floor(all.length * share)]!);
const redisCommands = async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))![1]);
const around = async (name: string): Promise<Surroundings> => {
  await mkdir(path.join(folder, name));
  return { folder: path.join(folder, name), platformPort: platform.port, llmPort: llm.port };
};
const onMongo = (url: string) => ({ MONGODB_URL: url, REDIS_URL: redis.url, CREDENTIAL_SECRET: 'bench' });
const delay = async (delayMs: number) => {
  const told = new Promise((resolve) => llm.child.once('message', resolve));
  llm.child.send({ delayMs });
  await told;
};

const PARTS: Record<string, () => Promise<unknown>> = {
  /** Milliseconds of the store's verbs a turn, and what goes over the line. */
  async verbs() {
    const line = await countingLine(mongo.host, mongo.port);
    const [customers, turns] = quick ? [10, 5] : [50, 20];
    const sqlite = openStore(path.join(folder, 'verbs.db'), {});
    const inFile = await verbTimes(sqlite, customers, turns);
    await sqlite.close();
    const key = keyOf(folder, 'bench');
    const store = await openMongo(mongo.through(mongo.database(), line.port), { key });
    await verbTimes(store, customers, 1);
    line.counted();
    const inMongo = await verbTimes(store, customers, turns);
    const { requests, bytes } = line.counted();
    await store.close();
    line.close();
    return {
      sqlite: inFile,
      mongodb: inMongo,
      requestsATurn: requests / customers / turns,
      bytesATurn: bytes / customers / turns,
    };
  },
  /** From the webhook to the reply, one customer after another, an LLM that answers at once. */
  async latency() {
    const both: Record<string, { ack: number; p50: number; p95: number }> = {};
    const subjects: [string, Subject][] = [
      ['sqlite', await dragoman('b', 'llm', await around('latency-sqlite'))],
      ['mongodb', await dragoman('b', 'llm', { ...(await around('latency-mongodb')), env: onMongo(mongo.database()) })],
    ];
    const rounds = new Map<string, Round[]>();
    for (let round = 0; round <= ROUNDS; round++)
      for (const [name, subject] of subjects) {
        const done = await load(subject, platform.child, { count: 100, customers: 200, atOnce: 1 });
        if (round > 0) rounds.set(name, [...(rounds.get(name) ?? []), done]);
      }
    for (const [name, all] of rounds) {
      const replies = all.flatMap((one) => one.replies);
      both[name] = {
        ack: p(
          all.flatMap((one) => one.acks),
          0.5,
        ),
        p50: p(replies, 0.5),
        p95: p(replies, 0.95),
      };
    }
    for (const [, { child }] of subjects) await endOne(child);
    return both;
  },
  /** What one reply of the product asks of the store and of Redis, one customer after another; what it asks without being written to is in it. */
  async requests() {
    const line = await countingLine(mongo.host, mongo.port);
    const env = onMongo(mongo.through(mongo.database(), line.port));
    const subject = await dragoman('b', 'llm', { ...(await around('requests')), env });
    const customers = 40;
    await load(subject, platform.child, { count: customers, customers, atOnce: 1 });
    line.counted();
    const before = await redisCommands();
    const count = customers * 4;
    await load(subject, platform.child, { count, customers, atOnce: 1 });
    const { requests, bytes } = line.counted();
    const commands = (await redisCommands()) - before;
    await endOne(subject.child);
    line.close();
    return { store: round1(requests / count), storeBytes: Math.round(bytes / count), redis: round1(commands / count) };
  },
  /** Resident memory of each conversation that waits for an LLM. */
  async waiting() {
    const costs: Record<string, { each: number; open: number; conversations: number }> = {};
    for (const [name, env] of [
      ['sqlite', {}],
      ['mongodb', onMongo(mongo.database())],
    ] as const)
      costs[name] = await waitingCosts({ ...(await around(`waiting-${name}`)), env }, llm.child, WAITING);
    return costs;
  },
  /** Replies a second and CPU a reply, of the shipped flows with a slow LLM. */
  async workers() {
    const all: [number, Subject][] = [[0, await shipped('single', await around('single'))]];
    for (const count of WORKERS)
      all.push([
        count,
        await workers(count, await around(`of ${count}`), { mongoUrl: mongo.database(), redisUrl: redis.url }),
      ]);
    await delay(SLOW_LLM_MS);
    const figures = { calm: new Map<number, Figure[]>(), full: new Map<number, Figure[]>() };
    for (let round = 0; round <= ROUNDS; round++)
      for (const [count, subject] of all) {
        say(`${round === 0 ? 'Warm-up' : `Round ${round} of ${ROUNDS}`}: ${subject.name}`);
        for (const kind of ['calm', 'full'] as const) {
          const work = { customers: CUSTOMERS, atOnce: AT_ONCE[kind], limitMs: LIMIT_MS, patient: true };
          if (round > 0) {
            const figure = await measured(() => load(subject, platform.child, { count: COUNT, ...work }));
            figures[kind].set(count, [...(figures[kind].get(count) ?? []), figure]);
          } else if (kind === 'full') await load(subject, platform.child, { count: WARM_UP, ...work });
        }
      }
    await delay(0);
    return { calm: medians(figures.calm), full: medians(figures.full) };
  },
};

/** Microseconds of CPU a reply where nothing else is said. */
interface Figure {
  repliesPerSecond: number;
  cpu: number;
  store: number;
  redis: number;
  /** The stand-ins of platform and LLM, and the customers. */
  others: number;
  /** Processors that all of it had, of those of the machine. */
  processors: number;
  redisCommands: number;
}

const medians = (figures: Map<number, Figure[]>) =>
  [...figures].map(([count, rounds]) => {
    const of = (name: keyof Figure) => round1(median(rounds.map((one) => one[name])));
    const names = Object.keys(rounds[0]!) as (keyof Figure)[];
    return { workers: count, ...Object.fromEntries(names.map((name) => [name, of(name)])) };
  });

async function measured(run: () => Promise<Round>): Promise<Figure> {
  const now = async () => ({
    ...{ store: cpuOf(engines.store), redis: cpuOf(engines.redis) },
    others: cpuOf(platform.child) + cpuOf(llm.child) + cpuOf({ pid: process.pid }),
    commands: await redisCommands(),
  });
  const before = await now();
  const round = await run();
  const after = await now();
  const each = (name: keyof typeof before) => (after[name] - before[name]) / COUNT;
  const [store, ofRedis, others] = [each('store'), each('redis'), each('others')];
  return {
    ...{ repliesPerSecond: rate(round), cpu: round.cpu, store, redis: ofRedis, others },
    processors: ((round.cpu + store + ofRedis + others) * COUNT) / round.seconds / 1e6,
    redisCommands: each('commands'),
  };
}

try {
  const known = quick || !existsSync(FILE) ? {} : JSON.parse(readFileSync(FILE, 'utf8'));
  for (const [name, part] of Object.entries(PARTS)) {
    if (!wanted.has(name)) continue;
    say(`${name} …`);
    const found = {
      on: new Date().toISOString().slice(0, 10),
      machine: machine(),
      rounds: ROUNDS,
      count: COUNT,
      figures: await part(),
    };
    process.stdout.write(`${name}: ${JSON.stringify(found, undefined, 1)}\n`);
    known[name] = found;
    if (!quick) writeFileSync(FILE, `${JSON.stringify(known, undefined, 2)}\n`);
  }
} finally {
  await endAll();
  await client.close();
  await redis[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
  await sleep(100);
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
