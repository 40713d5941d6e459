/**
 * What thousands of people who write for the first time leave behind: `node bench/memory.ts [people]`. Resident memory after the start, at its highest, and
 * after them; then once more, when they are known.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from './load.ts';
import { endAll, memoryOf, startHelper } from './process.ts';
import { dragoman } from './subjects.ts';

const people = Number(process.argv[2] ?? 20_000);
const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-memory-'));
try {
  const platform = await startHelper('platform.ts');
  const subject = await dragoman('a', 'static', { folder, platformPort: platform.port, llmPort: 0 });
  let highest = memoryOf(subject.child);
  const show = (when: string) =>
    process.stdout.write(`${when}: ${Math.round(memoryOf(subject.child))} MB (highest ${Math.round(highest)} MB)\n`);
  show('after the start');
  const watch = setInterval(() => (highest = Math.max(highest, memoryOf(subject.child))), 250);
  for (const round of ['who never wrote before', 'who wrote before']) {
    const { seconds, cpu } = await load(subject, platform.child, {
      count: people,
      customers: people,
      atOnce: 64,
      limitMs: 1_200_000,
    });
    await sleep(3_000);
    show(`after ${people} people ${round}, in ${Math.round(seconds)} s, ${Math.round(cpu)} µs of CPU each`);
  }
  clearInterval(watch);
} finally {
  await endAll();
  await rm(folder, { recursive: true, force: true });
}
