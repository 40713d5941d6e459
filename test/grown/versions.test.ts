/**
 * A rolling update: two workers of this version, while one of the next works on the same database and Redis, as ADR 19 lets it, and then one of the version
 * before. People are answered once and in order, what the next one keeps stays, and the inbox is right after the one before.
 *
 * Neither of them is a build: what they share with this one is records and messages, so those are written here, by this version's own steps.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNodeRedisClient, Queue } from 'bullmq';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../adapters/net/clock.ts';
import { installationOf } from '../../app/stores.ts';
import { conditionsOf } from '../../core/desk/queues.ts';
import { newId } from '../../core/ids.ts';
import type { Hints, Rollout } from '../../core/ports.ts';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import type { Name } from '../../stores/mongodb/collections.ts';
import { createCommitter } from '../../stores/mongodb/commit.ts';
import { type Connection, connect } from '../../stores/mongodb/connection.ts';
import { createMemory } from '../../stores/mongodb/memory.ts';
import { mongoRollouts } from '../../stores/mongodb/rollouts.ts';
import { createSteps } from '../../stores/mongodb/steps.ts';
import { mongoWorkers } from '../../stores/mongodb/workers.ts';
import { openRedis, prefixOf } from '../../stores/redis/hints.ts';
import { isIdle, judge, keepAnswered, keepShown, onPlatforms } from '../support/chaos.ts';
import { echoFlow } from '../support/echo-flow.ts';
import { type Installation, installationMissing, startInstallation } from '../support/installation.ts';
import { seeded } from '../support/seeded.ts';
import { talk } from './people.ts';

const missing = installationMissing();
const patient = { timeout: 60_000, interval: 100 };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const LATER = { later: 'text', laterToo: { deep: [1] } };

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

describe.skipIf(missing !== undefined)(`a rolling update${missing ? `: ${missing}` : ''}`, () => {
  let folder: string;
  let platforms: RunningSimulator;
  let installation: Installation;
  let line: Connection;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dragoman-versions-'));
    for (const name of ['flows', 'knowledge']) await mkdir(path.join(folder, name));
    const slow = `await new Promise((go) => setTimeout(go, 300)); msg.payload = 'got ' + msg.payload; return msg;`;
    const flows = echoFlow().map((node) => ('func' in node ? { ...node, func: slow } : node));
    await writeFile(path.join(folder, 'flows', 'echo.json'), JSON.stringify(flows));
    platforms = await startSimulator({ random: seeded(1) });
    installation = await startInstallation(2, {
      DRAGOMAN_FLOWS: path.join(folder, 'flows'),
      DRAGOMAN_KNOWLEDGE: path.join(folder, 'knowledge'),
      DRAGOMAN_SIMULATOR: 'off',
      ...onPlatforms(platforms.url),
    });
    line = await connect(installation.mongoUrl);
  });
  afterAll(async () => {
    await line?.close();
    await installation?.[Symbol.asyncDispose]();
    await platforms?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A worker of another version: it lives in the store, until it leaves. @param marks undefined: it knows of none */
  async function neighbour(version: string, marks: number | undefined, more: object = {}) {
    const workers = mongoWorkers(line.db);
    const id = newId(Date.now());
    await workers.put({ id, role: 'worker', version, marks, startedAt: 1, pulse: 0, gone: false, about: {}, ...more });
    let pulse = 0;
    const living = setInterval(() => void workers.renew(id, ++pulse, {}), 1_000);
    return {
      id,
      async leave() {
        clearInterval(living);
        await workers.leave(id);
      },
    };
  }

  /** What the next version keeps, tells and asks for beside all that this one does, until `end` is called. */
  async function next() {
    const { id, leave } = await neighbour('99.0.0', 99, LATER);
    await mongoWorkers(line.db).handOver('a later duty', null, id);
    const committer = createCommitter(line, createSteps(line), createMemory());
    const shared = openRedis(installation.redis.url, installationOf(installation.mongoUrl), {
      clock: systemClock,
      log: quiet,
    });
    const client = createClient({ url: installation.redis.url });
    await client.connect();
    const connection = createNodeRedisClient(client as never) as never;
    const prefix = prefixOf(installationOf(installation.mongoUrl));
    const queue = new Queue('lanes', { prefix, connection, skipVersionCheck: true });
    const random = seeded(3);
    const touched = new Map<string, Name>();
    let over = false;
    const work = async () => {
      for (let round = 0; !over; round++) {
        shared.hints.tell({ kind: 'later', about: LATER } as unknown as Parameters<Hints['tell']>[0]);
        await queue.add('a later job', { later: round }, { removeOnComplete: true });
        for (const name of ['conversations', 'contacts', 'messages', 'identities', 'turns'] as const) {
          const all = await line.c(name).find().project<{ _id: string }>({ _id: 1 }).toArray();
          const found = all[Math.floor(random() * all.length)];
          if (!found) continue;
          await committer.run((view) => view.update(name, found._id, LATER));
          touched.set(found._id, name);
        }
        await sleep(30);
      }
    };
    const working = work();
    return {
      touched,
      async end() {
        over = true;
        await working;
        await committer.settled();
        await queue.close();
        await client.close();
        await shared.hints.close();
        await leave();
      },
    };
  }

  it('beside the next version nobody is lost or told twice, and what that keeps stays', async () => {
    const { workers } = installation;
    const shown = keepShown(platforms);
    const plan = { events: 200, people: 30, perSecond: 12, duplicates: 0.05, random: seeded(2) };
    const beside = await next();
    const { said } = talk(plan, platforms, () => workers.next().url, keepAnswered(platforms));
    const words = await said;
    const store = await installation.openStore();
    await vi.waitFor(async () => expect(await isIdle(store)).toBe(true), patient);
    await beside.end();
    const { problems, answered, unknown, received } = await judge(store, shown);
    expect(problems).toEqual([]);
    expect(answered + unknown.length).toBeGreaterThanOrEqual(plan.events);
    expect([...received].sort()).toEqual([...words].sort());
    expect(await store.deskCount(conditionsOf({ queue: 'unanswered', user: '' }))).toBe(0);
    await store.close();
    expect(beside.touched.size).toBeGreaterThan(50);
    for (const [id, name] of beside.touched) {
      const kept = await line.c(name).findOne({ _id: id });
      expect([name, id, kept]).toEqual([name, id, expect.objectContaining(LATER)]);
    }
    for (const { output } of workers.all) expect(output()).not.toMatch(/\[error\]|Unhandled/);
  });

  it('flows that the next version saved are not taken, and those before go on', async () => {
    const rollouts = mongoRollouts(line.db);
    const { revision, ...now } = (await rollouts.newest())!;
    const nodes: { type: string; version?: number }[] = JSON.parse(now.flows);
    const newer = nodes.map((node) => (node.type === 'dragoman-status-gate' ? { ...node, version: 99 } : node));
    const flows = JSON.stringify(newer);
    const later = { ...now, flows, ...LATER } as Omit<Rollout, 'revision'>;
    await rollouts.publish({ revision: 'of the next version', ...later });
    const ready = async (url: string) => (await fetch(`${url}/health/ready`)).json();
    for (const { url } of installation.workers.all)
      await vi.waitFor(
        async () => expect(await ready(url)).toMatchObject({ revision, degraded: [{ code: 'flows' }] }),
        patient,
      );
    await rollouts.publish({ revision, ...now });
    for (const { url } of installation.workers.all)
      await vi.waitFor(async () => expect(await ready(url)).not.toHaveProperty('degraded'), patient);
  });

  it('what the version before left without marks is in the inbox, while it works and when it is gone', async () => {
    // The store itself keeps no marks, as no version did before they came.
    const store = await installation.openStore();
    const inQueue = async (queue: 'person' | 'failed') => {
      const order = { by: 'updatedAt', first: 'newest' } as const;
      const found = await store.desk({ conditions: conditionsOf({ queue, user: '' }), order, offset: 0, limit: 50 });
      return found.map(({ id }) => id);
    };
    const [one, other, third] = (await store.conversations({ limit: 3 })).map(({ id }) => id) as [
      string,
      string,
      string,
    ];
    const lose = async (id: string) => {
      const last = (await store.messages(id, { limit: 50 })).findLast(({ direction }) => direction === 'out')!;
      await store.run((records) => records.updateMessage(last.id, { state: 'failed' }));
    };
    const before = await neighbour('0.0.1', undefined);
    await lose(one);
    await vi.waitFor(async () => expect(await inQueue('failed')).toEqual([one]), patient);
    await store.run((records) =>
      records.updateConversation(other, { status: 'support_active', unansweredSince: Date.now() }),
    );
    await lose(third);
    await before.leave();
    await vi.waitFor(async () => expect((await inQueue('failed')).sort()).toEqual([one, third].sort()), patient);
    await vi.waitFor(async () => expect(await inQueue('person')).toEqual([other]), patient);
    await store.close();
  });
});
