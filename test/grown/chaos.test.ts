/**
 * Hundreds of people talk with a bot that asks a slow model, while its workers are killed with -9 and stopped in their tracks, Redis is emptied and
 * restarted, and the store's line is cut and frozen: no word is lost, none is answered twice, each person is answered in order, and a minute after
 * the last fault every reply is there. CHAOS_EVENTS=5000 is the whole of it, CHAOS_SEED repeats a run.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../simulator/index.ts';
import { isIdle, judge, keepAnswered, keepShown, makeFaulty, onPlatforms } from '../support/chaos.ts';
import { echoFlow } from '../support/echo-flow.ts';
import { startEchoLlm } from '../support/echo-llm.ts';
import { type Installation, installationMissing, startInstallation } from '../support/installation.ts';
import { seeded } from '../support/seeded.ts';
import type { Workers } from '../support/workers.ts';
import { type Fault, strike } from './faults.ts';
import { talk } from './people.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 20261129);
const EVENTS = Number(process.env.CHAOS_EVENTS ?? 500);
const WHOLE = EVENTS >= 5_000;
const PEOPLE = WHOLE ? 300 : 100;
const PER_SECOND = WHOLE ? 25 : 15;
/** How long the store's line is cut, and frozen. */
const LINE_SECONDS = WHOLE ? 10 : 4;
/** Longer than it takes the others to write a worker off. */
const PAUSE_SECONDS = 24;
/** A minute after the last fault every reply to what was said before is there; a busy machine that runs all tests may take longer. */
const LIMIT = WHOLE ? 60_000 : 180_000;

const missing = installationMissing();

/** In the whole of it one after the other, else some at once. */
function faultsOf({ workers, line, redis }: Installation): Fault[] {
  const [first, second, third] = workers.all;
  return [
    { name: 'kill -9', at: 0.07, begin: () => first!.kill(), end: () => first!.start() },
    { name: 'stall', at: 0.15, seconds: PAUSE_SECONDS, begin: () => second!.pause(), end: () => second!.wake() },
    { name: 'Redis emptied', at: 0.3, begin: () => redis.flush() },
    { name: 'Redis restarted', at: 0.35, seconds: 3, begin: () => redis.kill(), end: () => redis.start() },
    { name: 'line cut', at: 0.45, seconds: LINE_SECONDS, begin: () => line.refuse(), end: () => line.pass() },
    { name: 'line frozen', at: 0.65, seconds: LINE_SECONDS, begin: () => line.freeze(), end: () => line.pass() },
    { name: 'kill -9', at: 0.85, begin: () => third!.kill(), end: () => third!.start() },
  ];
}

describe.skipIf(missing !== undefined)(`three workers${missing ? `: ${missing}` : ''}`, () => {
  it(`lose nothing and double nothing (seed ${SEED})`, { timeout: WHOLE ? 3_600_000 : 600_000 }, async () => {
    const random = seeded(SEED);
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-chaos-'));
    const [flows, knowledge] = [path.join(folder, 'flows'), path.join(folder, 'knowledge')];
    await mkdir(flows);
    await mkdir(knowledge);
    await writeFile(path.join(flows, 'echo.json'), JSON.stringify(echoFlow('llm')));
    const platforms = await startSimulator({ random });
    const llm = await startEchoLlm(random);
    makeFaulty(platforms);
    const shown = keepShown(platforms);
    await using installation = await startInstallation(3, {
      DRAGOMAN_FLOWS: flows,
      DRAGOMAN_KNOWLEDGE: knowledge,
      DRAGOMAN_SIMULATOR: 'off',
      OPENAI_API_KEY: 'sk-chaos',
      OPENAI_BASE_URL: llm.url,
      ...onPlatforms(platforms.url),
    });
    const { workers } = installation;
    await using logs = keepLogs(workers, folder);
    const plan = { events: EVENTS, people: PEOPLE, perSecond: PER_SECOND, duplicates: 0.05, random };
    const answered = keepAnswered(platforms);
    const { said, taken, reached } = talk(plan, platforms, () => workers.next().url, answered);
    const [words, lastFault] = await Promise.all([said, strike(faultsOf(installation), reached)]);
    const store = await installation.openStore();
    const until = performance.now() + LIMIT;
    while (!(await isIdle(store)) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 200));
    const waits = [...answered].map(([token, at]) => at - Math.max(lastFault, taken.get(token)!));
    const longest = Math.round(Math.max(...waits) / 1000);
    const { problems, unknown, overtaken, received } = await judge(store, shown);
    await store.close();
    await llm.close();
    await platforms.stop();
    process.stdout.write(
      `chaos: ${answered.size} of ${EVENTS} words answered, of ${unknown.length} the reply is unknown (${unknown}), of ${overtaken.length} overtaken (${overtaken}); the last reply came ${longest} s after the last fault, or after its word\n`,
    );
    expect(problems).toEqual([]);
    expect([...received].sort()).toEqual([...words].sort());
    expect(longest * 1000).toBeLessThanOrEqual(LIMIT);
    expect(answered.size).toBeGreaterThan(EVENTS * 0.95);
    logs.drop();
  });
});

/** What the workers printed, for who looks after a failure. */
function keepLogs({ all }: Workers, folder: string) {
  let isWanted = true;
  return {
    drop() {
      isWanted = false;
    },
    async [Symbol.asyncDispose]() {
      if (!isWanted) return rm(folder, { recursive: true });
      await Promise.all(all.map((one, index) => writeFile(path.join(folder, `worker-${index}.log`), one.output())));
      process.stdout.write(`The workers' logs are in ${folder}\n`);
    },
  };
}
