/** What it costs that each turn's way is noted: the same server with it and without, round after round. */
import type { ChildProcess } from 'node:child_process';
import { load, type Round } from './load.ts';
import { endOne, memoryOf } from './process.ts';
import { cpuRatio, figures, ratio } from './report.ts';
import { dragoman, type Subject, type Surroundings } from './subjects.ts';

/** So many that nobody writes six times: who says one of a few texts again and again is taken for a bot, and answered no more. */
const WORK = { customers: 8_192, atOnce: 512 };

/** @returns replies a second, and CPU a reply, with traces ÷ without */
export async function withTraces(
  around: Surroundings,
  platform: ChildProcess,
  { rounds, warmUp, count }: { rounds: number; warmUp: number; count: number },
): Promise<{ throughput: number; cpu: number }> {
  const start = (letter: string, level: string) =>
    dragoman(letter, 'static', { ...around, env: { ...around.env, DRAGOMAN_TRACES: level } });
  const subjects: Subject[] = [await start('with-traces', 'all'), await start('without-traces', 'off')];
  const measured = new Map(subjects.map((subject) => [subject, [] as Round[]]));
  for (const subject of subjects) await load(subject, platform, { count: warmUp, ...WORK });
  for (let round = 0; round < rounds; round++) {
    // Each goes first as often as the other.
    for (const subject of round % 2 ? subjects.toReversed() : subjects)
      measured.get(subject)!.push(await load(subject, platform, { count, ...WORK }));
  }
  const [noted, plain] = subjects.map((subject) =>
    figures(subject.letter, subject.name, measured.get(subject)!, memoryOf(subject.child)),
  );
  await Promise.all(subjects.map(({ child }) => endOne(child)));
  return { throughput: ratio(noted!, plain!), cpu: cpuRatio(noted!, plain!) };
}
