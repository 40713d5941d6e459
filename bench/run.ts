/**
 * `npm run bench`: Dragoman beside its peers, in one run. See README.md.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { load, type Round } from './load.ts';
import { endAll, memoryOf, startHelper } from './process.ts';
import { type Figures, figures, type Goal, goalLine, machine, ratio, spread, table } from './report.ts';
import { bareNode, bareNodeRed, dragoman, type Subject, type Surroundings } from './subjects.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'keep-alive': { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
interface Load {
  /** Messages a round, and before the first one. */
  count: number;
  warmUp: number;
  rounds: number;
  customers: number;
  /** No new round after this; each is run with all subjects or not at all. */
  budgetMs: number;
}

const CUSTOMERS = 512;
const SLOW_LLM_MS = 2_000;
// With the slow LLM everybody writes once, so that nobody waits for an answer and webhooks come as fast as they are acknowledged.
const [FAST, SLOW, LIMIT_MS]: [Load, Load, number] = options.quick
  ? [
      { count: 600, warmUp: 500, rounds: 3, customers: CUSTOMERS, budgetMs: 9_000 },
      { count: 300, warmUp: 0, rounds: 2, customers: 300, budgetMs: 5_000 },
      60_000,
    ]
  : [
      { count: 4_000, warmUp: 3_000, rounds: 5, customers: CUSTOMERS, budgetMs: 75_000 },
      { count: 1_000, warmUp: 0, rounds: 3, customers: 1_000, budgetMs: 40_000 },
      178_000,
    ];
const say = (text: string) => void process.stderr.write(`${text}\n`);

/** A warm-up and the rounds, subject after subject in each, so that whatever disturbs the machine meets all of them. */
async function interleaved(subjects: Subject[], platform: ChildProcess, size: Load): Promise<Figures[]> {
  const { count, customers, warmUp } = size;
  const end = Date.now() + size.budgetMs;
  const rounds = new Map(subjects.map((subject) => [subject, [] as Round[]]));
  if (warmUp) for (const { url } of subjects) await load(url, platform, { count: warmUp, customers });
  for (let round = 1; round <= size.rounds && (round === 1 || Date.now() < end); round++) {
    say(`Round ${round} of ${size.rounds}`);
    for (const subject of subjects) rounds.get(subject)!.push(await load(subject.url, platform, { count, customers }));
  }
  return subjects.map((subject) =>
    figures(subject.letter, subject.name, rounds.get(subject)!, memoryOf(subject.child)),
  );
}

async function measure(folder: string) {
  const platform = await startHelper('platform.ts');
  const llm = await startHelper('llm.ts');
  const around: Surroundings = {
    folder,
    platformPort: platform.port,
    llmPort: llm.port,
    profileTo: options.profile && path.resolve(options.profile),
  };
  const a = await dragoman('a', 'static', around);
  const b = await dragoman('b', 'llm', around);
  const c = await bareNodeRed('c', false, around);
  const d = await bareNode('d', around);
  const more = options['keep-alive'] ? [await bareNodeRed('e', true, around)] : [];
  const fast = await interleaved([a, b, c, d, ...more], platform.child, FAST);

  say('With an LLM that takes 2 s');
  llm.child.send({ delayMs: SLOW_LLM_MS });
  await once(llm.child, 'message');
  const slow = await interleaved([b, c], platform.child, SLOW);
  return { fast, slow };
}

function goalsOf([a, , c, d]: Figures[], [slow, bare]: Figures[]): Goal[] {
  const atLeast = (name: string, value: number, goal: number): Goal => ({ name, value, goal, met: value >= goal });
  const ack = slow!.ackP99 / bare!.ackP99;
  return [
    atLeast('(a) / (c), replies/s', ratio(a!, c!), 1.6),
    atLeast('(a) / (d), replies/s', ratio(a!, d!), 0.57),
    { name: '(b) / (c), ack p99 with a 2 s LLM, at most', value: ack, goal: 2, met: ack <= 2 },
  ];
}

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

try {
  const before = machine();
  say(before);
  const { fast, slow } = await measure(folder);
  const goals = goalsOf(fast, slow);
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: before, fast, slow, goals }, null, 2)}\n`);
  else
    process.stdout.write(
      `\n${table(fast)}\n\nWith a 2 s LLM behind (b), every message from another customer:\n${table(slow)}\n\n` +
        `${goals.map(goalLine).join('\n')}\n\n${before}\n` +
        `Times in ms. A subject's rounds differ by up to ${spread(fast).toFixed(2)}×; ratios are medians of the rounds'.\n`,
    );
  await end(0);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  await end(1);
}
