/**
 * `npm run bench`: Dragoman beside its peers, in one run. See README.md.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { countTurns } from './counts.ts';
import { load, type Round } from './load.ts';
import { endAll, endOne, memoryOf, startHelper } from './process.ts';
import {
  atLeast,
  atMost,
  cpuRatio,
  type Figures,
  figures,
  type Goal,
  goalLine,
  machine,
  ratio,
  spread,
  table,
} from './report.ts';
import { startTimes } from './starts.ts';
import { bareNode, bareNodeRed, dragoman, type Subject, type Surroundings, shipped } from './subjects.ts';
import { withTraces } from './traces.ts';
import { waitingCosts } from './waiting.ts';

/** Milliseconds. */
type PollCost = { first: number; again: number; longest: number };

const PARTS = ['a', 'b', 'c', 'd', 'e', 'f', 'slow', 'counts', 'waiting', 'starts', 'search', 'orders', 'traces'];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join() },
    profile: { type: 'string' },
  },
});
const { quick } = options;
const wanted = new Set(options.only.split(','));

const WARM_UP = quick ? 1500 : 3_000;
const COUNT = quick ? 1500 : 3_000;
const ROUNDS = quick ? 3 : 5;
const CUSTOMERS = 4_096;
const AT_ONCE = 512;
const SLOW_LLM_MS = 2_000;
/** So many wait for the slow LLM at once that it is no limit. */
const SLOW_CUSTOMERS = 4_000;
const SLOW_COUNT = quick ? 2_000 : 6_000;
const WAITING = quick ? 2_000 : 10_000;
const PAIRS = quick ? 2 : 5;
const PASSAGES = quick ? 10_000 : 100_000;
const ORDERS = 10_000;
const LIMIT_MS = 900_000;
const say = (text: string) => void process.stderr.write(`${text}\n`);

/** A warm-up and the rounds, subject after subject in each, so that whatever disturbs the machine meets all of them. */
async function interleaved(subjects: Subject[], platform: ChildProcess): Promise<Figures[]> {
  const rounds = new Map(subjects.map((subject) => [subject, [] as Round[]]));
  for (const subject of subjects) await load(subject, platform, { count: WARM_UP, ...workOf(subject) });
  for (let round = 1; round <= ROUNDS; round++) {
    say(`Round ${round} of ${ROUNDS}`);
    for (const subject of subjects)
      rounds.get(subject)!.push(await load(subject, platform, { count: COUNT, ...workOf(subject) }));
  }
  return subjects.map((subject) =>
    figures(subject.letter, subject.name, rounds.get(subject)!, memoryOf(subject.child)),
  );
}

/**
 * Many customers in turn, so that none writes faster than people do, and so many of them wait for an answer at once. The shipped flow waits for the
 * end of a burst, so it takes more to keep it at work.
 */
const workOf = ({ letter }: Subject) => ({ customers: CUSTOMERS, atOnce: letter === 'e' ? AT_ONCE * 4 : AT_ONCE });

const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-bench-'));
const end = async (code: number) => {
  await endAll();
  await rm(folder, { recursive: true, force: true });
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(130));
setTimeout(() => {
  say(`Stopped: not done after ${LIMIT_MS / 1000} s.`);
  end(1);
}, LIMIT_MS).unref();

async function measure(around: Surroundings, platform: ChildProcess, llm: ChildProcess) {
  const slowLlm = async (delayMs: number) => {
    llm.send({ delayMs });
    await once(llm, 'message');
  };
  const start: Record<string, () => Promise<Subject>> = {
    a: () => dragoman('a', 'static', around),
    b: () => dragoman('b', 'llm', around),
    c: () => bareNodeRed('c', around),
    d: () => bareNode('d', around),
    e: () => shipped('e', around),
    f: () => bareNodeRed('f', around, { llm: true }),
  };
  const goals: Goal[] = [];
  const tables: string[] = [];
  const all: Figures[] = [];
  // Two groups, so that no more processes than must be wait beside the one that is measured.
  for (const group of ['abcd', 'ef']) {
    const letters = [...group].filter((letter) => wanted.has(letter));
    const subjects: Subject[] = [];
    for (const letter of letters) subjects.push(await start[letter]!());
    if (subjects.length > 0) all.push(...(await interleaved(subjects, platform)));
    const b = subjects.find(({ letter }) => letter === 'b');
    if (b && wanted.has('slow')) {
      say(`With an LLM that takes ${SLOW_LLM_MS / 1_000} s`);
      await slowLlm(SLOW_LLM_MS);
      const round = await load(b, platform, { count: SLOW_COUNT, customers: SLOW_CUSTOMERS, limitMs: 120_000 });
      await slowLlm(0);
      const slow = figures('b', 'the same, the LLM takes 2 s', [round], memoryOf(b.child));
      tables.push(table([slow]));
      const fast = all.find(({ letter }) => letter === 'b')!;
      goals.push(
        atLeast('(b) with a 2 s LLM ÷ without, replies/s', slow.repliesPerSecond / fast.repliesPerSecond, 0.8),
      );
    }
    await Promise.all(subjects.map(({ child }) => endOne(child)));
  }
  if (all.length > 0) tables.unshift(table(all));
  const pair = (one: string, other: string, add: (a: Figures, b: Figures) => Goal[]) => {
    const [a, b] = [one, other].map((letter) => all.find((found) => found.letter === letter));
    if (a && b) goals.push(...add(a, b));
  };
  pair('a', 'c', (a, c) => [
    atLeast('(a) ÷ (c) bare Node-RED, replies/s', ratio(a, c), 1.6),
    atMost('(a) ÷ (c), CPU a reply', cpuRatio(a, c), 0.65),
  ]);
  pair('a', 'd', (a, d) => [atLeast('(a) ÷ (d) bare node:http, replies/s', ratio(a, d), 0.4)]);
  pair('b', 'c', (b, c) => [atLeast('(b) with the LLM node ÷ (c), replies/s', ratio(b, c), 0.7)]);
  pair('e', 'f', (e, f) => [
    atLeast('(e) shipped helpdesk ÷ (f) drawn by hand, replies/s', ratio(e, f), 0.9),
    atMost('(e) ÷ (f), CPU a reply', cpuRatio(e, f), 1.2),
  ]);
  if (wanted.has('counts')) {
    say('Steps and statements a turn');
    const { steps, statements, allocated } = await countTurns(around, platform);
    goals.push(atMost('durable steps a turn', steps, 4), atMost('SQL statements a turn', statements, 10));
    tables.push(`A turn allocates ${(allocated / 1024).toFixed(0)} kB.`);
  }
  if (wanted.has('waiting')) {
    say(`${WAITING} conversations that wait for an LLM`);
    const { each, open } = await waitingCosts(around, llm, WAITING);
    await slowLlm(0);
    goals.push(atMost(`memory a waiting conversation, kB (${open} requests at once)`, each, 25));
  }
  if (wanted.has('starts')) {
    say('Starts');
    const { ratio: times, ours, bare } = await startTimes(around, PAIRS);
    goals.push(atMost(`start to ready ÷ bare Node-RED (${ours.toFixed(0)} ÷ ${bare.toFixed(0)} ms)`, times, 1.3));
  }
  if (wanted.has('search')) {
    say(`Searches in ${PASSAGES} passages`);
    const { p50, p99 } = await startHelper<{ p50: number; p99: number }>('search.ts', [String(PASSAGES)], LIMIT_MS);
    tables.push(`A search over ${PASSAGES} passages takes ${p50.toFixed(1)} ms (median), ${p99.toFixed(1)} ms (p99).`);
  }
  if (wanted.has('orders')) {
    say(`Polls of ${ORDERS} orders`);
    const { first, again, longest } = await startHelper<PollCost>('orders.ts', [String(ORDERS)], LIMIT_MS);
    tables.push(
      `A poll of ${ORDERS} unchanged orders costs ${again.toFixed(0)} ms of CPU (the first ${first.toFixed(0)}) and holds nothing up for over ${longest.toFixed(0)} ms.`,
    );
  }
  if (wanted.has('traces')) {
    say('With and without what is noted of each turn');
    const more = (cpu: number) => `${((cpu - 1) * 100).toFixed(1)} % more CPU`;
    const rounds = ROUNDS * 2;
    const main = await withTraces(shipped, around, platform, {
      ...{ rounds, warmUp: WARM_UP },
      count: COUNT / 3,
      atOnce: 128,
    });
    const easy = await withTraces((letter, where) => dragoman(`static-${letter}`, 'static', where), around, platform, {
      ...{ rounds, warmUp: WARM_UP, count: COUNT, atOnce: 512 },
    });
    goals.push(atLeast('(e) with traces ÷ without, replies/s', main.throughput, 0.98));
    tables.push(
      `With traces a reply of (e) costs ${more(main.cpu)} than without; one of (a) ${more(easy.cpu)}, and replies/s are ${easy.throughput.toFixed(2)} of those without.`,
    );
  }
  return { all, tables, goals };
}

try {
  const before = machine();
  say(before);
  const platform = await startHelper('platform.ts');
  const llm = await startHelper('llm.ts');
  const around: Surroundings = {
    folder,
    platformPort: platform.port,
    llmPort: llm.port,
    profileTo: options.profile && path.resolve(options.profile),
  };
  const { all, tables, goals } = await measure(around, platform.child, llm.child);
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: before, all, goals }, null, 2)}\n`);
  else
    process.stdout.write(
      `\n${tables.join('\n\n')}\n\n${goals.map(goalLine).join('\n')}\n\n${before}\n` +
        (all.length > 0
          ? `Times in ms. A subject's rounds differ by up to ${spread(all).toFixed(2)}×; ratios are medians of the rounds'.\n`
          : ''),
    );
  await end(0);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  await end(1);
}
