/** What it costs that each turn's way is noted: the same server with it and without, round after round. */
import type { ChildProcess } from 'node:child_process';
import { load, type Round } from './load.ts';
import { endOne, memoryOf } from './process.ts';
import { cpuRatio, figures, ratio } from './report.ts';
import type { Subject, Surroundings } from './subjects.ts';

/** So many that nobody writes six times: who says one of a few texts again and again is taken for a bot, and answered no more. */
const CUSTOMERS = 8_192;

/**
 * @param start (a) or (e) of `subjects.ts`
 * @param work of each round; `atOnce` replies are awaited at a time
 * @returns replies a second, and CPU a reply, with traces ÷ without
 */
export async function withTraces(
  start: (letter: string, around: Surroundings) => Promise<Subject>,
  around: Surroundings,
  platform: ChildProcess,
  { rounds, warmUp, count, atOnce }: { rounds: number; warmUp: number; count: number; atOnce: number },
): Promise<{ throughput: number; cpu: number }> {
  const work = { customers: CUSTOMERS, atOnce };
  const at = (letter: string, level: string) =>
    start(letter, { ...around, env: { ...around.env, DRAGOMAN_TRACES: level } });
  const subjects: Subject[] = [await at('with-traces', 'all'), await at('without-traces', 'off')];
  const measured = new Map(subjects.map((subject) => [subject, [] as Round[]]));
  for (const subject of subjects) await load(subject, platform, { count: warmUp, ...work });
  for (let round = 0; round < rounds; round++) {
    // Each goes first as often as the other.
    for (const subject of round % 2 ? subjects.toReversed() : subjects)
      measured.get(subject)!.push(await load(subject, platform, { count, ...work }));
  }
  const [noted, plain] = subjects.map((subject) =>
    figures(subject.letter, subject.name, measured.get(subject)!, memoryOf(subject.child)),
  );
  await Promise.all(subjects.map(({ child }) => endOne(child)));
  return { throughput: ratio(noted!, plain!), cpu: cpuRatio(noted!, plain!) };
}
