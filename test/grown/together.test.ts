/** An editor and two workers on one database and one Redis: each message is answered once, whoever takes it and whatever is away. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { deliver, delivery, onPlatforms } from '../support/chaos.ts';
import { echoFlow } from '../support/echo-flow.ts';
import { type Installation, installationMissing, startInstallation } from '../support/installation.ts';

const missing = installationMissing();

describe.skipIf(missing !== undefined)(`two workers${missing ? `: ${missing}` : ''}`, () => {
  let folder: string;
  let platforms: RunningSimulator;
  let installation: Installation;
  let words = 0;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dragoman-together-'));
    const [flows, knowledge] = [path.join(folder, 'flows'), path.join(folder, 'knowledge')];
    await mkdir(flows);
    await mkdir(knowledge);
    await writeFile(path.join(flows, 'echo.json'), JSON.stringify(echoFlow()));
    platforms = await startSimulator();
    installation = await startInstallation(2, {
      ...{ DRAGOMAN_FLOWS: flows, DRAGOMAN_KNOWLEDGE: knowledge, DRAGOMAN_SIMULATOR: 'off' },
      ...onPlatforms(platforms.url),
    });
  }, 120_000);
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]();
    await platforms?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Somebody says a word by a worker. @returns the word */
  async function says(person: number, worker: number): Promise<string> {
    const word = `w${++words}`;
    const { workers } = installation;
    await deliver(delivery(platforms, person, word), () => workers.all[worker]!.url);
    return word;
  }

  const repliesTo = (word: string) =>
    platforms.calls({ send: true }).filter((call) => call.messageId && call.text === `got ${word}`).length;

  async function answered(all: string[], ms = 30_000): Promise<void> {
    const end = Date.now() + ms;
    while (all.some((word) => repliesTo(word) === 0)) {
      if (Date.now() > end) {
        const logs = installation.workers.all.map((worker) => worker.output().slice(-4_000)).join('\n--\n');
        throw new Error(`Not answered: ${all.filter((word) => repliesTo(word) === 0)}\n${logs}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it('answer each word once, whichever took it', { timeout: 60_000 }, async () => {
    const said: string[] = [];
    for (let person = 1; person <= 10; person++) said.push(await says(person, person % 2));
    await answered(said);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(said.map(repliesTo)).toEqual(said.map(() => 1));
  });

  it('answer while Redis is away, and say so', { timeout: 60_000 }, async () => {
    await installation.redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const said = [await says(21, 0), await says(22, 1)];
    await answered(said);
    const ready = await fetch(`${installation.workers.all[0]!.url}/health/ready`);
    expect([ready.status, await ready.text()]).toEqual([200, expect.stringContaining('Redis is away')]);
    await installation.redis.start();
    const more = [await says(23, 0), await says(24, 1)];
    await answered(more);
    expect([...said, ...more].map(repliesTo)).toEqual([1, 1, 1, 1]);
  });

  it('answer what a worker had taken that was killed', { timeout: 120_000 }, async () => {
    const said = await Promise.all([31, 32, 33, 34, 35, 36].map((person) => says(person, 1)));
    await installation.workers.all[1]!.kill();
    // What was between its mark and the platform's answer nobody knows, so it is listed and not sent again.
    const store = await installation.openStore();
    const isOpen = async (word: string) =>
      repliesTo(word) === 0 &&
      !(await store.sends({ states: ['unknown'], limit: 99 })).some(({ text }) => text === `got ${word}`);
    for (const word of said)
      for (
        const end = Date.now() + 60_000;
        await isOpen(word);
        await new Promise((resolve) => setTimeout(resolve, 200))
      )
        if (Date.now() > end) throw new Error(`Not answered: ${word}`);
    await store.close();
    expect(Math.max(...said.map(repliesTo))).toBe(1);
    await installation.workers.all[1]!.start();
    await answered([await says(37, 1)]);
  });

  it('answer what a worker had taken that stood still past its lease; it sends nothing more of that', {
    timeout: 120_000,
  }, async () => {
    const stalled = installation.workers.all[1]!;
    platforms.faults.set({ platform: 'telegram' }, { kind: 'delay', ms: 25 });
    const said = await Promise.all([51, 52, 53, 54, 55, 56, 57, 58].map((person) => says(person, 1)));
    stalled.pause();
    // Whatever it had asked of a platform was done there, though it does not know yet.
    await new Promise((resolve) => setTimeout(resolve, 26_000));
    stalled.wake();
    await answered(said);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(said.map(repliesTo)).toEqual(said.map(() => 1));
    expect(stalled.output()).toContain('was written off');
    await answered([await says(59, 1)]);
  });

  it('leave in good order: the other one goes on at once', { timeout: 60_000 }, async () => {
    const said = await Promise.all([41, 42, 43].map((person) => says(person, 1)));
    expect(await installation.workers.all[1]!.stop()).toBe(0);
    await answered(said);
    expect(said.map(repliesTo)).toEqual([1, 1, 1]);
    await answered([await says(44, 0)]);
  });
});
