/**
 * 2,000 events over three channels, each delivered up to three times, shuffled, while the process is killed with -9 again and again and the
 * platforms fail: every conversation gets exactly its replies, in order. What the platform may or may not have done is `unknown`, never twice.
 * CHAOS_SEED repeats a run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../core/ports.ts';
import { startSimulator } from '../../simulator/index.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import {
  type Delivery,
  deliver,
  delivery,
  isIdle,
  judge,
  keepShown,
  makeFaulty,
  onPlatforms,
} from '../support/chaos.ts';
import { echoFlow } from '../support/echo-flow.ts';
import { seeded, shuffle } from '../support/seeded.ts';
import { freePort, type Server, startServer } from '../support/server.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 20261120);
const EVENTS = 2_000;
const PEOPLE = 240;
const KILLS = 5;
const CONCURRENT = 24;

const random = seeded(SEED);
const pick = (count: number) => Math.floor(random() * count);

let folder: string;
let platforms: Awaited<ReturnType<typeof startSimulator>>;
let server: Server;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chaos-'));
  const flows = path.join(folder, 'flows');
  const data = path.join(folder, 'data');
  platforms = await startSimulator({ random });
  mkdirSync(flows);
  writeFileSync(path.join(flows, 'echo.json'), JSON.stringify(echoFlow()));
  env = {
    PORT: String(await freePort()),
    DRAGOMAN_DATA: data,
    DRAGOMAN_FLOWS: flows,
    DRAGOMAN_SIMULATOR: 'off',
    ...onPlatforms(platforms.url),
  };
  server = await startServer(env);
}, 60_000);

afterAll(async () => {
  await server.kill();
  await platforms.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What each person says, as the webhooks that the platforms would post, up to three times each, in no order. */
function deliveries(): Delivery[] {
  const all: Delivery[] = [];
  for (let index = 0; index < EVENTS; index++) {
    const one = delivery(platforms, pick(PEOPLE), `w${index}`);
    const times = 1 + pick(3);
    for (let time = 0; time < times; time++) all.push(one);
  }
  return shuffle(all, random);
}

/** Beside the running server, as the commands do. */
async function whenIdle(store: Store): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    if (await isIdle(store)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('There is still something to do after two minutes.');
}

it(`loses nothing and doubles nothing (seed ${SEED})`, async () => {
  makeFaulty(platforms);
  const shown = keepShown(platforms);
  const queue = deliveries();
  const total = queue.length;
  const killAt = Array.from(
    { length: KILLS },
    (_, index) => Math.floor((total * (index + 1)) / (KILLS + 1)) + pick(50),
  );
  const workers = Array.from({ length: CONCURRENT }, async () => {
    for (let next = queue.pop(); next; next = queue.pop()) await deliver(next, () => server.url);
  });
  for (const at of killAt) {
    while (total - queue.length < at) await new Promise((resolve) => setTimeout(resolve, 2));
    await server.kill();
    server = await startServer(env);
  }
  await Promise.all(workers);

  const store = openStore(path.join(env.DRAGOMAN_DATA!, 'dragoman.db'), { beside: true });
  await whenIdle(store);
  const { problems, answered, unknown } = await judge(store, shown);
  const dead = await store.turns({ state: 'dead', limit: 10 });
  await store.close();
  expect(problems).toEqual([]);
  expect(dead).toEqual([]);
  expect(answered).toBeGreaterThan(EVENTS - 200);
  expect(unknown.length).toBeLessThan(150);
  process.stdout.write(
    `chaos: ${total} deliveries of ${EVENTS} events, ${KILLS} kills, ${answered} answered, ${unknown.length} words whose reply is unknown\n`,
  );
}, 300_000);
