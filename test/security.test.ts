/** SECURITY.md says what holds; here is that each claim names a test that exists, and the two that no other test holds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { SETTINGS } from '../core/settings.ts';
import { freePort, startServer } from './support/server.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The titles of the tests that a file has, as they are written there. */
const titlesIn = (source: string) =>
  [...source.matchAll(/(?:\b(?:it|test)\(|\]\)\(|\.each\(\w+\)\()\s*(['"`])((?:(?!\1).)+)\1/g)].map(
    ([, , title]) => title,
  );

it('every claim names tests that exist, by file and title', () => {
  const claims = read('SECURITY.md')
    .split('\n')
    .filter((line) => /^\| (?!claim|---)/.test(line));
  expect(claims.length).toBeGreaterThan(10);
  for (const claim of claims) {
    const held = claim.split('|').at(-2)!;
    const named = [...held.matchAll(/`([^`]+)` _(.+?)_(?=, `| $)/g)];
    expect([claim, named.length]).toEqual([claim, held.split('`').length >> 1]);
    expect(named.length, claim).toBeGreaterThan(0);
    for (const [, file, title] of named)
      expect([file, titlesIn(read(file!))]).toEqual([file, expect.arrayContaining([title])]);
  }
});

it('nothing that runs evaluates a text', async () => {
  const rooms = '{adapters,app,channels,cli,core,node-red,nodes,providers,shops,simulator,stores,tools,web}/**/*.ts';
  const evaluates =
    /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|from 'node:vm'|setTimeout\(\s*['"`]|document\.write\(/;
  const found: string[] = [];
  let looked = 0;
  for await (const file of glob(rooms, { cwd: root })) {
    if (/\.test\.ts$/.test(file)) continue;
    looked++;
    if (evaluates.test(read(file))) found.push(file);
  }
  expect(looked).toBeGreaterThan(200);
  expect(found).toEqual([]);
});

/** Loaded before everything in the process: tells of every connection and every name that is looked up. */
const SPY = `
import dns from 'node:dns';
import net from 'node:net';
import fs from 'node:fs';
const tell = (what) => fs.appendFileSync(process.env.SPY_FILE, what + '\\n');
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [given] = Array.isArray(args[0]) ? args[0] : args;
  tell('connect ' + (typeof given === 'object' ? (given.host ?? given.path ?? 'localhost') : typeof args[1] === 'string' ? args[1] : 'localhost'));
  return connect.apply(this, args);
};
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const real = dns[name];
  dns[name] = function (host, ...rest) { tell('name ' + host); return real.call(this, host, ...rest); };
}
`;

it('with nothing configured, nothing leaves this machine', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-quiet-'));
  const [spy, seen] = [path.join(folder, 'spy.mjs'), path.join(folder, 'seen')];
  writeFileSync(spy, SPY);
  writeFileSync(seen, '');
  const unset = Object.fromEntries(Object.values(SETTINGS).map(({ env }) => [env, '']));
  const server = await startServer({
    ...unset,
    ADMIN_PASSWORD: 'test-password',
    PORT: String(await freePort()),
    DRAGOMAN_DATA: path.join(folder, 'data'),
    DRAGOMAN_FLOWS: path.join(folder, 'flows'),
    NODE_OPTIONS: `--import=${pathToFileURL(spy).href}`,
    SPY_FILE: seen,
  });
  try {
    for (const page of ['/simulator', '/editor/', '/health/ready']) await fetch(server.url + page);
    const body = JSON.stringify({ message: { chat: { id: 4711 }, text: '¿Por qué mi internet está lento?' } });
    const headers = { 'content-type': 'application/json' };
    const hook = `${server.url}/api/integrations/webhooks/telegram/`;
    expect((await fetch(hook, { method: 'POST', headers, body })).status).toBe(200);
    for (const end = Date.now() + 20_000; !/Turn \S+ answered/.test(server.output()) && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.output()).toMatch(/Turn \S+ answered .*, sent\./);
  } finally {
    await server.stop();
  }
  const lines = readFileSync(seen, 'utf8').split('\n').filter(Boolean);
  rmSync(folder, { recursive: true });
  // The reply went to the stand-in: the spy sees what there is to see.
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !/ (localhost|127\.0\.0\.1|::1)$/.test(line))).toEqual([]);
}, 150_000);
