/**
 * An installation in its daily life: people write while one deploy after the other reaches two workers; then Redis and the store are away for a
 * while, and one worker leaves.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { isIdle, judge, keepAnswered, keepShown, onPlatforms } from '../support/chaos.ts';
import { echoFlow } from '../support/echo-flow.ts';
import { type Installation, installationMissing, startInstallation } from '../support/installation.ts';
import { seeded } from '../support/seeded.ts';
import { talk } from './people.ts';

const DEPLOYS = 6;
const missing = installationMissing();
const patient = { timeout: 30_000, interval: 50 };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(missing !== undefined)(`an editor and two workers${missing ? `: ${missing}` : ''}`, () => {
  let folder: string;
  let platforms: RunningSimulator;
  let installation: Installation;

  /** As a person changes the files, or git does. @param label another tab: all of it starts anew */
  const deploy = async (label: string, ms: number) => {
    // A turn takes its time, so that each deploy meets some.
    const func = `await new Promise((go) => setTimeout(go, ${ms})); msg.payload = 'got ' + msg.payload; return msg;`;
    const flows = echoFlow().map((node) =>
      'func' in node ? { ...node, func } : Reflect.get(node, 'type') === 'tab' ? { ...node, label } : node,
    );
    await writeFile(path.join(folder, 'flows', 'echo.json'), JSON.stringify(flows));
  };
  const ready = async (url: string) => {
    const response = await fetch(`${url}/health/ready`);
    return { ...((await response.json()) as { revision?: string; code?: string }), status: response.status };
  };
  const figures = async (url: string) =>
    (await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer the token' } })).text();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dragoman-handing-out-'));
    for (const name of ['flows', 'knowledge']) await mkdir(path.join(folder, name));
    await deploy('first', 300);
    platforms = await startSimulator({ random: seeded(1) });
    installation = await startInstallation(2, {
      DRAGOMAN_FLOWS: path.join(folder, 'flows'),
      DRAGOMAN_KNOWLEDGE: path.join(folder, 'knowledge'),
      DRAGOMAN_SIMULATOR: 'off',
      DRAGOMAN_API_TOKEN: 'the token',
      ...onPlatforms(platforms.url),
    });
  });
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]();
    await platforms?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it(`people are answered once and in order over ${DEPLOYS} deploys`, async () => {
    const { workers, editor } = installation;
    const shown = keepShown(platforms);
    const plan = { events: 200, people: 40, perSecond: 14, duplicates: 0.05, random: seeded(2) };
    const seconds: number[] = [];
    const deploys = async () => {
      for (let count = 1; count <= DEPLOYS; count++) {
        const before = (await ready(editor.all[0]!.url)).revision;
        await deploy(count % 2 ? 'first' : `${count}`, 300 + count);
        const begun = performance.now();
        await vi.waitFor(async () => {
          const revisions = await Promise.all([...editor.all, ...workers.all].map(({ url }) => ready(url)));
          expect(new Set(revisions.map(({ revision }) => revision)).size).toBe(1);
          expect(revisions[0]!.revision).not.toBe(before);
        }, patient);
        seconds.push((performance.now() - begun) / 1_000);
        await sleep(500);
      }
    };
    const { said } = talk(plan, platforms, () => workers.next().url, keepAnswered(platforms));
    const [words] = await Promise.all([said, deploys()]);
    const store = await installation.openStore();
    await vi.waitFor(async () => expect(await isIdle(store)).toBe(true), patient);
    const { problems, answered, unknown, received } = await judge(store, shown);
    await store.close();
    process.stdout.write(
      `from the file to all workers: ${seconds.map((each) => each.toFixed(1)).join(', ')} s; of ${unknown.length} the reply is unknown (${unknown})\n`,
    );
    expect(problems).toEqual([]);
    // A machine that is very busy may give up a request whose answer is on its way.
    expect(answered + unknown.length).toBeGreaterThanOrEqual(plan.events);
    expect([...received].sort()).toEqual([...words].sort());
  });

  it('each worker tells what it lacks, and that it has it again', async () => {
    const [worker] = installation.workers.all;
    await vi.waitFor(
      async () => expect(await figures(worker!.url)).toMatch(/^dragoman_workers\{role="worker".*\} 2$/m),
      patient,
    );
    await installation.redis.kill();
    await vi.waitFor(
      async () =>
        expect(await ready(worker!.url)).toMatchObject({
          status: 200,
          degraded: [{ code: 'redis' }],
        }),
      patient,
    );
    expect(await figures(worker!.url)).toMatch(/^dragoman_redis_up 0$/m);
    await installation.redis.start();
    await vi.waitFor(async () => expect(await ready(worker!.url)).not.toHaveProperty('degraded'), patient);
    installation.line.refuse();
    await vi.waitFor(
      async () => expect(await ready(worker!.url)).toMatchObject({ status: 503, code: 'store' }),
      patient,
    );
    expect((await fetch(`${worker!.url}/health`)).status).toBe(200);
    installation.line.pass();
    await vi.waitFor(async () => expect((await ready(worker!.url)).status).toBe(200), patient);
  });

  it('what one that leaves did for all, the other does at once', async () => {
    const [one, other] = installation.workers.all;
    const duties = async (url: string) => Number(/^dragoman_duties (\d+)$/m.exec(await figures(url))?.[1]);
    const all = (await duties(one!.url)) + (await duties(other!.url));
    expect(all).toBeGreaterThan(0);
    expect(await one!.stop()).toBe(0);
    await vi.waitFor(async () => expect(await duties(other!.url)).toBe(all), patient);
    await vi.waitFor(
      async () => expect(await figures(other!.url)).toMatch(/^dragoman_workers\{role="worker".*\} 1$/m),
      patient,
    );
  });
});
