/** The servers and the proxy that the tests of a grown installation stand on do what their names say. */
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { describe, expect, it } from 'vitest';
import { startProxy } from '../support/proxy.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { mongoMissing, startMongo } from '../support/wire.ts';

const noRedis = redisMissing();
const noMongo = mongoMissing();

describe.skipIf(noRedis)(`redis${noRedis ? ` (${noRedis})` : ''}`, () => {
  it('keeps its data over a stop and a kill, and loses them when it is emptied', async () => {
    await using redis = await startRedis();
    const read = async (write?: string) => {
      const client = await createClient({ url: redis.url }).connect();
      if (write) await client.set('word', write);
      const word = await client.get('word');
      await client.close();
      return word;
    };
    await read('first');
    await redis.stop();
    await expect(createClient({ url: redis.url, socket: { reconnectStrategy: false } }).connect()).rejects.toThrow();
    await redis.start();
    expect(await read()).toBe('first');
    await read('second');
    await redis.kill();
    await redis.start();
    expect(await read()).toBe('second');
    await redis.flush();
    expect(await read()).toBeNull();
  });
});

describe.skipIf(noMongo)(`mongo${noMongo ? ` (${noMongo})` : ''}`, () => {
  it('gives each test a database of its own', async () => {
    await using mongo = await startMongo();
    await using one = await MongoClient.connect(mongo.database());
    await using other = await MongoClient.connect(mongo.database());
    await one.db().collection('words').insertOne({ word: 'first' });
    expect(await one.db().collection('words').countDocuments()).toBe(1);
    expect(await other.db().collection('words').countDocuments()).toBe(0);
  });

  it('is reached through a proxy, whose line breaks as it is told', async () => {
    await using mongo = await startMongo();
    await using proxy = await startProxy(mongo);
    const url = mongo.through(mongo.database(), proxy.port);
    await using client = new MongoClient(url, { serverSelectionTimeoutMS: 2_000, socketTimeoutMS: 1_000 });
    const words = client.db().collection('words');
    const write = () =>
      words.insertOne({}, { timeoutMS: 3_000 }).then(
        () => true,
        () => false,
      );
    expect(await write()).toBe(true);
    proxy.freeze();
    expect(await write()).toBe(false);
    proxy.pass();
    expect(await write()).toBe(true);
    proxy.refuse();
    expect(await write()).toBe(false);
    proxy.pass();
    expect(await write()).toBe(true);
    proxy.cut();
    // A connection that was cut is found out by its next use.
    await write();
    expect(await write()).toBe(true);
    proxy.delay(20);
    expect(await write()).toBe(true);
  }, 90_000);
});
