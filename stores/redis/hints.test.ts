/** Wake-ups, news and shared words on a real Redis that comes and goes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/net/clock.ts';
import type { Logger, News, Wake } from '../../core/ports.ts';
import { startProxy } from '../../test/support/proxy.ts';
import { type RedisServer, redisMissing, startRedis } from '../../test/support/redis.ts';
import { openRedis, type Redis } from './hints.ts';

const missing = redisMissing();
const MINUTE = 60_000;

let server: RedisServer;
let opened: Redis[];
let lines: string[];
beforeEach(async () => {
  if (missing) return;
  server = await startRedis();
  opened = [];
  lines = [];
});
afterEach(async () => {
  if (missing) return;
  await Promise.all(opened.map(({ hints }) => hints.close()));
  await server[Symbol.asyncDispose]();
});

const log: Logger = {
  debug() {},
  info: (line) => lines.push(line),
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};

interface Process extends Redis {
  woken: string[];
  news: News[];
}

function processOf(url = server.url, look: (wake: Wake) => Promise<void> = async () => {}): Process {
  const redis = openRedis(url, 'test', { clock: systemClock, log });
  opened.push(redis);
  const woken: string[] = [];
  const news: News[] = [];
  const wake = async (told: Wake) => {
    woken.push(told.conversationId);
    await look(told);
  };
  redis.hints.listen({ wake, news: (told) => news.push(told) }, true);
  return { ...redis, woken, news };
}

async function until(look: () => unknown, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`Not so within ${ms} ms: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const there = (...all: Redis[]) => until(() => all.every(({ hints }) => hints.away() === undefined));
const wake = (conversationId: string, at = Date.now()): Wake => ({ conversationId, accountId: 'acc', at });

describe.skipIf(missing)(`Redis${missing ? ` (${missing})` : ''}`, () => {
  it('wakes one process for each conversation', { timeout: MINUTE }, async () => {
    const [one, two] = [processOf(), processOf()];
    await there(one, two);
    for (let index = 0; index < 50; index++) expect(one.hints.wake(wake(`c${index}`))).toBe(true);
    await until(() => one.woken.length + two.woken.length >= 50);
    expect([...one.woken, ...two.woken].sort()).toEqual(Array.from({ length: 50 }, (_, index) => `c${index}`).sort());
  });

  it('loses no wake-up that comes while one of the same conversation is looked at', { timeout: MINUTE }, async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const one = processOf(server.url, () => held);
    await there(one);
    one.hints.wake(wake('c'));
    await until(() => one.woken.length === 1);
    for (let index = 0; index < 5; index++) one.hints.wake(wake('c'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(one.woken).toEqual(['c']);
    release();
    await until(() => one.woken.length === 2);
  });

  it('wakes when it is time, and sooner where somebody says so', { timeout: MINUTE }, async () => {
    const one = processOf();
    await there(one);
    const begun = Date.now();
    one.hints.wake(wake('c', begun + 600));
    await until(() => one.woken.length === 1);
    expect(Date.now()).toBeGreaterThanOrEqual(begun + 590);
    one.hints.wake(wake('later', Date.now() + MINUTE));
    await new Promise((resolve) => setTimeout(resolve, 100));
    one.hints.wake(wake('later'));
    await until(() => one.woken.includes('later'));
  });

  it('tells news to all others, and to nobody of another installation', { timeout: MINUTE }, async () => {
    const [one, two, three] = [processOf(), processOf(), processOf()];
    const other = openRedis(server.url, 'another database', { clock: systemClock, log });
    opened.push(other);
    const strange: News[] = [];
    other.hints.listen({ wake: async () => {}, news: (told) => strange.push(told) }, false);
    await there(one, two, three, other);
    await until(() => {
      one.hints.tell({ kind: 'notices' });
      return two.news.length > 0 && three.news.length > 0;
    });
    expect(two.news[0]).toEqual({ kind: 'notices' });
    expect(one.news).toEqual([]);
    expect(strange).toEqual([]);
  });

  it('goes on after it was emptied', { timeout: MINUTE }, async () => {
    const [one, two] = [processOf(), processOf()];
    await there(one, two);
    one.hints.wake(wake('before'));
    await until(() => [...one.woken, ...two.woken].includes('before'));
    one.hints.wake(wake('lost', Date.now() + MINUTE));
    await server.flush();
    one.hints.wake(wake('after'));
    one.hints.wake(wake('lost'));
    await until(() => ['after', 'lost'].every((id) => [...one.woken, ...two.woken].includes(id)));
  });

  it('is a state while it is away, and is there again when it is started', { timeout: MINUTE }, async () => {
    const one = processOf();
    await there(one);
    await server.kill();
    await until(() => one.hints.away() !== undefined);
    expect(one.hints.away()).toMatch(/^The line broke \(\w+\)\.$/);
    expect(one.hints.wake(wake('lost'))).toBe(false);
    one.hints.tell({ kind: 'notices' });
    expect(await one.generations.get('k')).toBeUndefined();
    expect(await one.limits.take('openings', 'c', { most: 1, seconds: 60 })).toBe(0);
    expect(await one.limits.take('openings', 'c', { most: 1, seconds: 60 })).toBeGreaterThan(0);
    await server.start();
    await there(one);
    const two = processOf();
    await there(two);
    one.hints.wake(wake('again'));
    await until(() => [...one.woken, ...two.woken].includes('again'));
    await until(() => {
      two.hints.tell({ kind: 'orders' });
      return one.news.length > 0;
    });
    expect(lines.filter((line) => line.startsWith('Redis is away'))).toHaveLength(1);
    expect(lines.filter((line) => line === 'Redis is there again.')).toHaveLength(1);
  });

  it('may not be there at the start', { timeout: MINUTE }, async () => {
    await server.stop();
    const one = processOf();
    expect(one.hints.away()).toBeDefined();
    expect(one.hints.wake(wake('lost'))).toBe(false);
    await server.start();
    await there(one);
    // The line of the tokens may come a moment after that of the pings; until then the process wakes for itself.
    await until(() => one.hints.wake(wake('c')));
    await until(() => one.woken.includes('c'));
  });

  it('that freezes is away, and whoever needs it does not wait', { timeout: MINUTE }, async () => {
    await using proxy = await startProxy(server.port);
    const one = processOf(`redis://127.0.0.1:${proxy.port}`);
    const two = processOf();
    await there(one, two);
    await one.generations.set('k', 'words');
    proxy.freeze();
    await until(() => one.hints.away() === 'It does not answer.');
    const begun = performance.now();
    expect(one.hints.wake(wake('lost'))).toBe(false);
    expect(await one.generations.get('k')).toBe('words');
    expect(await one.generations.get('other')).toBeUndefined();
    expect(performance.now() - begun).toBeLessThan(200);
    // Long enough to give its lines up.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    proxy.pass();
    await there(one);
    await until(() => {
      two.hints.tell({ kind: 'orders' });
      return one.news.length > 0;
    });
    const held = two.woken.length;
    await two.hints.deafen();
    one.hints.wake(wake('again'));
    await until(() => one.woken.includes('again'));
    expect(two.woken).toHaveLength(held);
  });

  it('shares what models wrote, and limits', { timeout: MINUTE }, async () => {
    const [one, two] = [processOf(), processOf()];
    await there(one, two);
    await one.generations.set('k', 'words');
    expect(await two.generations.get('k')).toBe('words');
    const limit = { most: 3, seconds: 60 };
    for (const each of [one, two, one]) expect(await each.limits.take('openings', 'c', limit)).toBe(0);
    expect(await two.limits.take('openings', 'c', limit)).toBeGreaterThan(1_000);
    expect(await two.limits.take('openings', 'other', limit)).toBe(0);
  });

  it('tells no password when it refuses one', { timeout: MINUTE }, async () => {
    const url = new URL(server.url);
    Object.assign(url, { username: 'nobody', password: 'SECRET' });
    const one = processOf(url.href);
    await until(() => one.hints.away()?.includes('refuses'));
    expect(JSON.stringify([one.hints.away(), lines])).not.toContain('SECRET');
  });
});
