import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Rollout, Rollouts } from '../../core/ports.ts';
import { type MongoServer, mongoMissing, startMongo } from '../../test/support/wire.ts';
import { mongoRollouts } from './rollouts.ts';

const missing = mongoMissing();

const rollout = (revision: string, more: Partial<Rollout> = {}): Rollout => ({
  ...{ revision, flows: `[{"id":"${revision}","$odd.key":1}]`, credentials: '{"$":"…"}', version: '0.1.0', at: 1 },
  ...more,
});

describe.skipIf(missing)(`rollouts on MongoDB${missing ? `: ${missing}` : ''}`, () => {
  let server: MongoServer;
  let client: MongoClient;
  let db: Db;
  let rollouts: Rollouts;
  beforeAll(async () => {
    server = await startMongo();
  });
  beforeEach(async () => {
    await client?.close();
    client = new MongoClient(server.database());
    db = client.db();
    rollouts = mongoRollouts(db);
  });
  afterAll(async () => {
    await client?.close();
    await server?.[Symbol.asyncDispose]();
  });

  it('has none at first, then the newest only, as it was given', async () => {
    expect([await rollouts.revision(), await rollouts.newest()]).toEqual([undefined, undefined]);
    expect(await rollouts.publish(rollout('a'))).toBe(true);
    expect(await rollouts.publish(rollout('b', { at: 2 }))).toBe(true);
    expect(await rollouts.revision()).toBe('b');
    expect(await rollouts.newest()).toEqual(rollout('b', { at: 2 }));
    expect(await db.collection('rollouts').countDocuments()).toBe(1);
  });

  it('is given the same once, also by two at the same time, and goes back to an earlier one', async () => {
    const given = await Promise.all(Array.from({ length: 10 }, () => rollouts.publish(rollout('a'))));
    expect(given.filter((isNew) => isNew)).toHaveLength(1);
    expect(await rollouts.publish(rollout('a', { at: 9, version: '9.0.0' }))).toBe(false);
    expect(await rollouts.newest()).toEqual(rollout('a'));
    await rollouts.publish(rollout('b'));
    expect(await rollouts.publish(rollout('a'))).toBe(true);
  });

  it('refuses flows that fit into no document, and takes those that just do', async () => {
    const large = 'é'.repeat(6 * 1024 * 1024);
    await expect(rollouts.publish(rollout('large', { flows: `${large}é` }))).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: 'The flows have 12.0 MB, and at most 12 are handed out.',
    });
    expect(await rollouts.publish(rollout('fits', { flows: large.slice(100) }))).toBe(true);
    expect((await rollouts.newest())?.flows).toHaveLength(large.length - 100);
  });
});
