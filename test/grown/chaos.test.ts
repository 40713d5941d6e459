/**
 * Hundreds of people talk with a bot that asks a slow model, while it is killed with -9 and stopped in its tracks: no word is lost, none is
 * answered twice, each person is answered in order, and a minute after the last fault every reply is there. CHAOS_EVENTS=5000 is the whole of it,
 * CHAOS_SEED repeats a run.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startSimulator } from '../../simulator/index.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { isIdle, judge, keepShown, makeFaulty, onPlatforms } from '../support/chaos.ts';
import { echoFlow } from '../support/echo-flow.ts';
import { startEchoLlm } from '../support/echo-llm.ts';
import { seeded } from '../support/seeded.ts';
import { startWorkers } from '../support/workers.ts';
import { strike } from './faults.ts';
import { talk } from './people.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 20261129);
const EVENTS = Number(process.env.CHAOS_EVENTS ?? 500);
const WHOLE = EVENTS >= 5_000;
const PEOPLE = WHOLE ? 300 : 100;
const SECONDS = WHOLE ? 200 : 30;
const MINUTE = 60_000;

it(`loses nothing and doubles nothing (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const random = seeded(SEED);
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-chaos-'));
  const [flows, knowledge, data] = ['flows', 'knowledge', 'data'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(flows);
  await mkdir(knowledge);
  await writeFile(path.join(flows, 'echo.json'), JSON.stringify(echoFlow('llm')));
  const platforms = await startSimulator({ random });
  const llm = await startEchoLlm(random);
  makeFaulty(platforms);
  const shown = keepShown(platforms);
  await using workers = await startWorkers(1, {
    DRAGOMAN_DATA: data,
    DRAGOMAN_FLOWS: flows,
    DRAGOMAN_KNOWLEDGE: knowledge,
    DRAGOMAN_SIMULATOR: 'off',
    OPENAI_API_KEY: 'sk-chaos',
    OPENAI_BASE_URL: llm.url,
    ...onPlatforms(platforms.url),
  });
  const [worker] = workers.all;
  const [said, lastFault] = await Promise.all([
    talk(
      { events: EVENTS, people: PEOPLE, seconds: SECONDS, duplicates: 0.05, random },
      platforms,
      () => workers.next().url,
    ),
    strike([
      { name: 'kill', at: 3, begin: () => worker!.kill(), end: () => worker!.start() },
      { name: 'pause', at: 10, seconds: 5, begin: () => worker!.pause(), end: () => worker!.wake() },
      { name: 'kill', at: 24, begin: () => worker!.kill(), end: () => worker!.start() },
    ]),
  ]);
  const store = openStore(path.join(data, 'dragoman.db'), { beside: true });
  while (!(await isIdle(store)) && performance.now() - lastFault < MINUTE)
    await new Promise((resolve) => setTimeout(resolve, 200));
  const seconds = Math.round((performance.now() - lastFault) / 1000);
  const { problems, answered, unknown, received } = await judge(store, shown);
  await store.close();
  await llm.close();
  await platforms.stop();
  process.stdout.write(
    `chaos: ${answered} of ${EVENTS} words answered, of ${unknown.length} the reply is unknown (${unknown}); quiet ${seconds} s after the last fault\n`,
  );
  if (problems.length > 0) {
    await Promise.all(
      workers.all.map((one, index) => writeFile(path.join(folder, `worker-${index}.log`), one.output())),
    );
    problems.push(`The logs are in ${folder}.`);
  } else await rm(folder, { recursive: true });
  expect(problems).toEqual([]);
  expect([...received].sort()).toEqual([...said].sort());
  expect(answered).toBeGreaterThan(EVENTS * 0.95);
});
