/** What a turn asks of the store and allocates: one text in, one out, of a customer who is known. In a process of its own, for counting costs time. */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from './load.ts';
import { endOne } from './process.ts';
import { dragoman, type Surroundings } from './subjects.ts';

export interface Counts {
  /** Durable steps (commits), SQL statements, and bytes of the JavaScript heap, a turn. */
  steps: number;
  statements: number;
  allocated: number;
}

const TURNS = 200;
const CUSTOMERS = 40;

/** Of subject (a). One turn after another, so that no two share a commit. */
export async function countTurns(around: Surroundings, platform: ChildProcess): Promise<Counts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-counts-'));
  const file = path.join(folder, 'counts.json');
  const preload = path.join(import.meta.dirname, 'counting.mjs');
  const subject = await dragoman('counted', 'static', { ...around, preload, env: { BENCH_COUNTS: file } });
  await load(subject, platform, { count: CUSTOMERS, customers: CUSTOMERS, atOnce: 1 });
  await counted(subject.child, file);
  await load(subject, platform, { count: TURNS, customers: CUSTOMERS, atOnce: 1 });
  const { steps, statements, allocated } = await counted(subject.child, file);
  await endOne(subject.child);
  await rm(folder, { recursive: true, force: true });
  return { steps: steps / TURNS, statements: statements / TURNS, allocated: allocated / TURNS };
}

/** What was counted since the last time. */
async function counted(child: ChildProcess, file: string): Promise<Counts> {
  await sleep(200);
  await rm(file, { force: true });
  child.kill('SIGWINCH');
  for (;;) {
    await sleep(50);
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text) as Counts;
  }
}
