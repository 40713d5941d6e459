/** In somebody else's Node-RED we are a guest: its process, its server and its paths stay as they are. */
import { chmodSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Stock, startStock } from '../support/stock.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const ours = JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, '../../dist/node-red/plugin.js')).href);

/** Our plugin, with a look at the host before it and when the flows run; and pages of the host at paths that we have had at the root. */
const plugin = `
import register from ${ours};
const sources = (emitter, event) => emitter.listeners(event).map(String);
const state = (RED) => ({
  uncaughtException: sources(process, 'uncaughtException'),
  unhandledRejection: sources(process, 'unhandledRejection'),
  SIGINT: sources(process, 'SIGINT'),
  SIGTERM: sources(process, 'SIGTERM'),
  exit: sources(process, 'exit'),
  request: sources(RED.server, 'request'),
});
export default (RED) => {
  let before;
  const look = () => RED.events.once('flows:started', () => setTimeout(() => console.log('STATE ' + JSON.stringify({ before, after: state(RED) })), 300));
  before = state(RED);
  register(RED);
  look();
  RED.httpNode.get(['/health', '/health/ready', '/simulator', '/orders'], (request, response) => response.end('the host’s own'));
};`;

let stock: Stock;
let data: string;
beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'guest-'));
  chmodSync(data, 0o755);
  const flows = [
    { id: 't', type: 'tab', label: 't' },
    { id: 'hook', type: 'http in', z: 't', x: 1, y: 1, url: '/hook', method: 'post', wires: [['reply']] },
    { id: 'reply', type: 'http response', z: 't', x: 1, y: 1, wires: [] },
  ];
  stock = await startStock({ plugin, flows, env: { DRAGOMAN_DATA: data } });
});
afterAll(async () => {
  await stock.stop();
  await rm(data, { recursive: true, force: true });
});

it('changes no handler of the process, and none of the server', async () => {
  await stock.printed('STATE ');
  const line = /STATE (\{.*\})/.exec(stock.output())![1]!;
  const { before, after } = JSON.parse(line);
  expect(after.uncaughtException.join()).toContain('[red] Uncaught Exception');
  // Node-RED puts its signals' handlers in place after plugins have loaded.
  for (const signal of ['SIGINT', 'SIGTERM']) expect(after[signal].join()).not.toMatch(/drain/i);
  expect(after.unhandledRejection).toEqual(before.unhandledRejection);
  expect(after.uncaughtException).toEqual(before.uncaughtException);
  expect(after.request).toEqual(before.request);
  expect(after.exit).toEqual(before.exit);
});

it('leaves the host its paths, and has its own under one', async () => {
  const get = async (route: string) => {
    const answer = await fetch(stock.url + route);
    return [answer.status, await answer.text(), answer.headers.get('x-frame-options')];
  };
  for (const route of ['/health', '/health/ready', '/simulator', '/orders'])
    expect(await get(route)).toEqual([200, 'the host’s own', null]);
  expect(await get('/dragoman/health')).toEqual([200, '{"status":"ok"}', 'SAMEORIGIN']);
  expect((await get('/dragoman/health/ready'))[0]).toBe(200);
  expect((await get('/dragoman/simulator'))[1]).toContain('<dm-simulator>');
  expect((await get('/dragoman/orders'))[1]).toContain('<dm-orders>');
  expect((await get('/'))[2]).toBeNull();
  expect((await get('/favicon.ico'))[1]).not.toContain('<svg');
});

it('refuses what cannot be read on its own paths, and leaves it to the host on others', async () => {
  for (const route of [
    '/dragoman/simulator/assets/%ff',
    '/dragoman/health/%',
    '/dragoman/api/accounts/%c3%28/webhook',
  ]) {
    const answer = await fetch(stock.url + route);
    expect([route, answer.status, await answer.text()]).toEqual([route, 400, 'The path cannot be read.']);
  }
  expect((await fetch(`${stock.url}/theirs/%ff`)).status).toBe(404);
});

it('writes for its own user only, as it does alone', async () => {
  await stock.printed('STATE ');
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  expect(files.some((file) => file.endsWith('.db'))).toBe(true);
  const open = [data, ...entries.map(({ parentPath, name }) => path.join(parentPath, name))].filter(
    (place) => (statSync(place).mode & 0o077) !== 0,
  );
  expect(open).toEqual([]);
});

it('limits no flow of the host’s', async () => {
  const big = await fetch(`${stock.url}/hook`, { method: 'POST', body: 'x'.repeat(4_300_000) });
  expect(big.status).toBe(200);
});

it('keeps knowledge with the data, where an update of the package does not reach it, and starts it with the demo’s', async () => {
  const shipped = await readdir(path.resolve(import.meta.dirname, '../../knowledge'));
  expect((await readdir(path.join(data, 'knowledge'))).sort()).toEqual(shipped.sort());
  const bases = async () => (await fetch(`${stock.url}/dragoman/knowledge`)).json();
  await vi.waitFor(async () => expect(await bases()).toMatchObject({ bases: expect.arrayContaining(shipped) }), 20_000);
});

it('prints its link, and ends with the host', async () => {
  for (const [name, page] of [
    ['Set-up', 'setup'],
    ['Simulator', 'simulator'],
  ])
    expect(stock.output()).toMatch(new RegExp(`${name}: http://127\\.0\\.0\\.1:\\d+/dragoman/${page}\\?key=[a-z]{28}`));
  expect(stock.output()).not.toContain('Editor: ');
  stock.kill('SIGTERM');
  expect(await stock.ended).toEqual({ code: 0, signal: null });
});
