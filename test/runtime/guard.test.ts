import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { maskLine } from '../../adapters/personal-data/mask-log.ts';
import { type Stock, spawnStock, startStock } from '../support/stock.ts';

// The machine may be busy; nothing here depends on how long it takes.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const source = (file: string) => JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, '../..', file)).href);
const guard = source('node-red/host/guard.ts');
const maskLog = source('adapters/personal-data/mask-log.ts');

/** Answers `GET /throw/<how>`, after which a node's code throws where nobody catches it. */
const plugin = `
import { installGuard } from ${guard};
export default async (RED) => {
  installGuard(RED);
  RED.httpNode.get('/throw/:how', (request, response) => {
    response.end(request.params.how);
    RED.nodes.getNode('bad').receive({ payload: request.params.how });
  });
};`;

const nodes = `
export default (RED) => {
  RED.nodes.registerType('bad', function (config) {
    RED.nodes.createNode(this, config);
    this.on('input', async (msg, send, done) => {
      if (msg.payload === 'timer') setTimeout(() => { throw new Error('boom of +39 333 1234567'); }, 1);
      if (msg.payload === 'handler') throw new TypeError('rejected by "Mario Rossi"');
      if (msg.payload === 'text') Promise.reject('plain text');
      done();
    });
  });
};`;

const flows = [
  { id: 't', type: 'tab', label: 't' },
  { id: 'bad', type: 'bad', z: 't', x: 1, y: 1, wires: [] },
];

let stock: Stock | undefined;
afterEach(async () => {
  await stock?.stop();
  stock = undefined;
});

describe('an error that nobody catches', () => {
  it('does not end a stock Node-RED, whether in a timer, a handler or a promise', async () => {
    stock = await startStock({ plugin, nodes, flows });
    for (const how of ['timer', 'handler', 'text'])
      expect(await (await fetch(`${stock.url}/throw/${how}`)).text()).toBe(how);
    await stock.printed('Error: boom of …');
    await stock.printed('TypeError: rejected by "…"');
    await stock.printed('plain text');
    expect(await (await fetch(`${stock.url}/throw/nothing`)).text()).toBe('nothing');
    expect(stock.output()).not.toMatch(/1234567|Mario|\[red\] Uncaught/);
  });

  it('is told once where nobody reads what is printed, and the flows go on', async () => {
    const counting = plugin.replace(
      'installGuard(RED);',
      `installGuard(RED);
       // As our own start does; a console alone overlooks what happens to its stream.
       (await import(${maskLog})).maskProcessOutput();
       let thrown = 0;
       process.on('uncaughtException', () => thrown++);
       RED.httpNode.get('/thrown', (_request, response) => setTimeout(() => response.end(String(thrown)), 300));`,
    );
    stock = await startStock({ plugin: counting, nodes, flows });
    stock.unread();
    // The first line finds the pipe closed, the second one begins the storm.
    for (const times of ['1', '2']) {
      await fetch(`${stock.url}/throw/timer`);
      expect(await (await fetch(`${stock.url}/thrown`)).text()).toBe(times);
    }
  });

  it('ends it without the guard, which shows that there is something to guard', async () => {
    stock = await startStock({ plugin: plugin.replace('installGuard(RED);', ''), nodes, flows });
    await fetch(`${stock.url}/throw/timer`);
    expect(await stock.ended).toEqual({ code: 1, signal: null });
  });
});

describe('a start that fails', () => {
  it('ends with 1 where the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const address = other.address();
    try {
      stock = await spawnStock({
        plugin,
        nodes,
        flows,
        port: typeof address === 'object' && address ? address.port : 0,
      });
      expect(await stock.ended).toEqual({ code: 1, signal: null });
      expect(stock.output()).toContain('port in use');
    } finally {
      other.close();
    }
  });

  it('ends with 1 where a plugin throws before the flows start', async () => {
    const broken = plugin.replace(
      'installGuard(RED);',
      "installGuard(RED); process.nextTick(() => { throw new Error('broken'); });",
    );
    stock = await spawnStock({ plugin: broken, nodes, flows });
    expect(await stock.ended).toEqual({ code: 1, signal: null });
    expect(stock.output()).toContain('broken');
  });
});

it.each([
  ['Error: 401 for https://api.telegram.org/bot123456:AAHk3-secret_token/getMe', '123456|AAHk3'],
  ['connect ECONNREFUSED mongodb://user:pass@db/', 'pass'],
  ['Unexpected token H, "Hola, soy Ana" is not valid JSON', 'Ana'],
  ['no user ana.b@example.com', 'ana'],
  ['GET /v1?access_token=EAAG&x=1 failed', 'EAAG'],
  ['Authorization: Bearer sk-abcdefgh', 'sk-'],
  ['wrong key sk-proj-abcdefghijklm0pqrstuvwxyz', 'abcdef'],
  ['to 39 (333) 123-45.67', '333|123'],
])('masks %s', (line, secret) => expect(maskLine(line)).not.toMatch(new RegExp(secret)));

it('keeps what helps', () => {
  expect(maskLine("TypeError: Cannot read properties of undefined (reading 'id')\n at x")).toBe(
    "TypeError: Cannot read properties of undefined (reading 'id')",
  );
});
