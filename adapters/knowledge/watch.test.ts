import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchKnowledge } from './watch.ts';

const errors: string[] = [];
const none = () => {};
const log = { debug: none, info: none, warn: none, error: (line: string) => void errors.push(line) };
let folder: string;

beforeEach(async () => {
  errors.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  await mkdir(join(folder, 'base'));
});
afterEach(() => rm(folder, { recursive: true }));

const until = (check: () => void) => vi.waitFor(check, { timeout: 8000, interval: 20 });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('calls at once, tells once of many changes, also in new folders, and never overlaps', async () => {
  let calls = 0;
  let running = 0;
  let most = 0;
  const watcher = watchKnowledge(
    folder,
    async () => {
      calls++;
      most = Math.max(most, ++running);
      await pause(400);
      running--;
    },
    log,
  );
  await until(() => expect(calls).toBe(1));
  for (let n = 0; n < 5; n++) await writeFile(join(folder, 'base', `${n}.md`), 'x');
  await until(() => expect(calls).toBe(2));
  await writeFile(join(folder, 'base', '0.md'), 'y');
  await until(() => expect(calls).toBe(3));
  await mkdir(join(folder, 'new'));
  await until(() => expect(calls).toBe(4));
  await writeFile(join(folder, 'new', 'a.md'), 'z');
  await until(() => expect(calls).toBe(5));
  await watcher.close();
  expect({ most, running }).toEqual({ most: 1, running: 0 });
});

it('logs what the callback throws and goes on; says nothing after close', async () => {
  let calls = 0;
  const watcher = watchKnowledge(
    folder,
    () => {
      calls++;
      throw new Error(`failure ${calls}`);
    },
    log,
  );
  await until(() => expect(errors).toEqual(['Knowledge was not updated: failure 1']));
  await writeFile(join(folder, 'a.md'), 'y');
  await until(() => expect(errors).toHaveLength(2));
  await writeFile(join(folder, 'a.md'), 'z');
  await watcher.close();
  await writeFile(join(folder, 'a.md'), '!');
  await pause(600);
  expect(calls).toBe(2);
});

it('waits for a folder that is not there yet, and follows one that is put in the place of another', async () => {
  const later = join(folder, 'sub', 'later');
  let calls = 0;
  const watcher = watchKnowledge(later, () => void calls++, log);
  await until(() => expect(calls).toBe(1));
  await mkdir(later, { recursive: true });
  await until(() => expect(calls).toBe(2));
  await writeFile(join(later, 'a.md'), 'x');
  await until(() => expect(calls).toBe(3));

  await rename(later, join(folder, 'old'));
  await mkdir(later);
  await writeFile(join(later, 'b.md'), 'y');
  await until(() => expect(calls).toBeGreaterThan(3));
  await pause(2500);
  const before = calls;
  await writeFile(join(later, 'c.md'), 'z');
  await until(() => expect(calls).toBe(before + 1));
  await watcher.close();
  expect(errors).toEqual([]);
});
