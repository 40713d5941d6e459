/**
 * Several processes change the same records on MongoDB, in steps of several documents, while their lines are cut and frozen, and they are stopped in
 * their tracks and killed with -9: each step is there whole and once, or not at all, and what a process was told is there. CHAOS_SEED repeats the faults, STEPS_SECONDS gives them time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, said, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Store } from '../../core/ports.ts';
import { openMongo } from '../../stores/mongodb/store.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';
import { seeded } from '../support/seeded.ts';
import { mongoMissing, startMongo } from '../support/wire.ts';
import { COUNTERS } from './counters.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 20261129);
const SECONDS = Number(process.env.STEPS_SECONDS ?? 12);
const missing = mongoMissing();

interface Told {
  word: string;
  conversationId: string;
  lane: string;
}

/** A process, the next one when it is killed, and its line. */
interface Stepper {
  line: TcpProxy;
  kill(): Promise<void>;
  start(): void;
  /** It stands still for so long, and knows nothing of it. */
  stall(ms: number): void;
}

function startStepper(name: string, url: string, line: TcpProxy, conversations: string[], told: Told[]): Stepper {
  let child: ChildProcess;
  let born = 0;
  const start = () => {
    const given = [url, `${name}${born++}`, conversations.join()];
    child = spawn(process.execPath, [path.join(import.meta.dirname, 'stepper.ts'), ...given], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface(child.stdout!).on('line', (text) => {
      // The last line may be cut off.
      if (text.endsWith('}')) told.push(JSON.parse(text) as Told);
    });
  };
  start();
  const kill = async () => {
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  };
  const stall = (ms: number) => {
    const stalled = child;
    stalled.kill('SIGSTOP');
    setTimeout(() => stalled.kill('SIGCONT'), ms);
  };
  return { line, kill, start, stall };
}

/** Something happens to one of them every now and then. */
async function trouble(steppers: Stepper[], random: () => number): Promise<void> {
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; ) {
    await sleep(50 + random() * 300);
    const stepper = steppers[Math.floor(random() * steppers.length)]!;
    const kind = random();
    if (kind < 0.08) {
      await stepper.kill();
      stepper.start();
    } else if (kind < 0.2) {
      stepper.line.freeze();
      // Also longer than the driver waits: then it has given up, and what it had written arrives after all.
      setTimeout(stepper.line.pass, random() < 0.5 ? 500 : 6_000);
    } else if (kind < 0.3) stepper.stall(random() * 4_000);
    else stepper.line.cut();
  }
}

async function check(store: Store, told: Told[], conversations: string[]): Promise<string[]> {
  const problems: string[] = [];
  const stored = (await Promise.all(conversations.map((id) => store.messages(id, { limit: 100_000 })))).flat();
  const words = stored.map(({ text }) => text).filter((text) => text !== 'hi.');
  const counted = await store.run((records) => COUNTERS.map((id) => records.sender(id)));
  const counts = counted.flatMap((counter) => counter?.phone?.trim().split(' ') ?? []);
  const leads = (await store.leads({ limit: 100_000 })).map(({ notes }) => notes!);
  const times = (word: string, of: string[]) => of.filter((one) => one === word).length;
  for (const word of new Set([...words, ...counts, ...leads, ...told.map((one) => one.word)])) {
    const found = [times(word, words), times(word, counts), times(word, leads)].join();
    const isTold = told.some((one) => one.word === word);
    if (found !== '1,2,1') problems.push(`${word}${isTold ? ', which was told done,' : ''} is there ${found} times`);
  }
  for (const counter of counted)
    if (counter && counter.days !== counter.phone!.trim().split(' ').length) problems.push(`${counter.id} miscounted`);
  for (const lane of new Set(told.map((one) => one.lane)))
    for (const conversationId of conversations) {
      const mine = told.filter((one) => one.lane === lane && one.conversationId === conversationId);
      const order = stored
        .filter(
          (message) => message.conversationId === conversationId && mine.some(({ word }) => word === message.text),
        )
        .map(({ text }) => text);
      if (order.join() !== mine.map(({ word }) => word).join()) problems.push(`${lane} is out of order: ${order}`);
    }
  return problems;
}

describe.skipIf(missing !== undefined)(`steps${missing ? `: ${missing}` : ''}`, () => {
  it(`are whole, and happen once (seed ${SEED})`, { timeout: (SECONDS + 60) * 1000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const mongo = stack.use(await startMongo());
    const url = mongo.database();
    const open = () => openMongo(url, { key: Buffer.alloc(32, 7) });
    const first = await open();
    const conversations: string[] = [];
    for (const person of ['1', '2', '3', '4', '5'])
      for (const { conversationId } of await verbs.accept(first, [
        toIncoming(said('hi.', person, person), ACCOUNT, T0),
      ]))
        conversations.push(conversationId!);
    await first.close();

    const told: Told[] = [];
    const steppers = await Promise.all(
      ['x', 'y', 'z'].map(async (name) => {
        const line = stack.use(await startProxy(mongo));
        return startStepper(name, mongo.through(url, line.port), line, conversations, told);
      }),
    );
    await trouble(steppers, seeded(SEED));
    // Whatever was held arrives.
    await sleep(6_500);
    await Promise.all(steppers.map(({ kill }) => kill()));

    const store = await open();
    const problems = await check(store, told, conversations);
    await store.close();
    process.stdout.write(`steps: ${told.length} were told done\n`);
    expect(problems).toEqual([]);
    expect(told.length).toBeGreaterThan(SECONDS * 10);
  });
});
