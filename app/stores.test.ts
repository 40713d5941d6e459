import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, describe as suite } from 'vitest';
import { describe } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';
import { roleOf } from '../core/role.ts';
import { mongoMissing, startMongo } from '../test/support/wire.ts';
import { openStores, type Stores } from './stores.ts';

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stores-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tell = (line: string) => void lines.push(line);
const log: Logger = { debug: tell, info: tell, warn: tell, error: tell };
const options = (environment: Record<string, string>, secret: string | undefined = 'shared', name = 'one') => ({
  ...{ dataFolder: path.join(folder, name), log, duties: roleOf({}), version: () => '1', secret, environment },
});

it('alone, the store is there at once, and nobody else is asked for', async () => {
  const stores = openStores(options({ REDIS_URL: 'redis://127.0.0.1:1' })) as Stores;
  expect(stores).not.toBeInstanceOf(Promise);
  expect([stores.fleet.alone, stores.many]).toEqual([true, undefined]);
  expect(lines.join()).toContain('REDIS_URL is not used');
  await stores.close();
});

it('a MongoDB that is away is one sentence without its password, and leaves nothing locked', async () => {
  const url = 'mongodb://user:SECRET@127.0.0.1:1/dragoman';
  const failed = await Promise.resolve(openStores(options({ MONGODB_URL: url }))).catch((error) => error);
  expect(failed).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(describe(failed) + lines.join()).not.toContain('SECRET');
  await (openStores(options({})) as Stores).close();
}, 20_000);

it('processes that share a store need what they share', async () => {
  const failed = await Promise.resolve(openStores(options({ MONGODB_URL: 'mongodb://127.0.0.1:1' }, ''))).catch(
    (error) => error,
  );
  expect(failed).toMatchObject({ code: 'SETTING_INVALID', message: expect.stringContaining('CREDENTIAL_SECRET') });
});

const missing = mongoMissing();
suite.skipIf(missing)(`on MongoDB${missing ? ` (${missing})` : ''}`, () => {
  it('two processes know of each other, and one that closes is gone at once', async () => {
    await using server = await startMongo();
    const environment = { MONGODB_URL: server.database() };
    const one = await openStores(options(environment));
    const two = await openStores(options(environment, 'shared', 'two'));
    expect(two.fleet.isGone(one.fleet.id)).toBe(false);
    const ticket = await one.door.issue('chat');
    expect([await two.door.redeem(ticket, 'chat'), await one.door.redeem(ticket, 'chat')]).toEqual([true, false]);
    const gone = new Promise<void>((resolve) => void two.fleet.onGone(resolve));
    await one.close();
    await gone;
    expect(two.fleet.isGone(one.fleet.id)).toBe(true);
    await two.close();
  }, 60_000);

  it('a process with another key is told so', async () => {
    await using server = await startMongo();
    const environment = { MONGODB_URL: server.database() };
    const one = await openStores(options(environment));
    const other = await Promise.resolve(openStores(options(environment, 'another', 'two'))).catch((error) => error);
    expect(other).toMatchObject({ code: 'SETTING_INVALID' });
    await one.close();
  }, 60_000);
});
