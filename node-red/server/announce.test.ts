import { once } from 'node:events';
import { createServer } from 'node:http';
import type { NodeAPI } from 'node-red';
import { afterEach, expect, it, vi } from 'vitest';
import { announce, onceListening } from './announce.ts';
import { simulatorKey } from './near.ts';

/** Only what `announce` reads of Node-RED's API; a server with no port is one that does not listen yet. */
function said(settings: object, host = '127.0.0.1', server = createServer()): string[] {
  const lines: string[] = [];
  const log = { info: (line: string) => lines.push(line) };
  announce({ settings, log, server } as unknown as NodeAPI, { port: 1880, host });
  return lines;
}
afterEach(() => vi.unstubAllEnvs());

it('names set-up, editor and simulator in one line', () => {
  expect(said({ httpAdminRoot: '/editor/', httpNodeRoot: '/' })).toEqual([
    `Set-up: http://127.0.0.1:1880/setup?key=${simulatorKey}  Editor: http://127.0.0.1:1880/editor  Simulator: http://127.0.0.1:1880/simulator?key=${simulatorKey}`,
  ]);
});

it('names addresses that a browser can open', () => {
  expect(said({ httpAdminRoot: '/', httpNodeRoot: '/bot/', https: {} }, '0.0.0.0')).toEqual([
    `Set-up: https://127.0.0.1:1880/bot/setup?key=${simulatorKey}  Editor: https://127.0.0.1:1880/  Simulator: https://127.0.0.1:1880/bot/simulator?key=${simulatorKey}`,
  ]);
  expect(said({ httpAdminRoot: '/editor/', httpNodeRoot: '/' }, '::1')[0]).toContain('http://[::1]:1880/editor');
});

it('names the port that the server really got', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [line] = said({ httpAdminRoot: '/editor/', httpNodeRoot: '/' }, '127.0.0.1', server);
  const address = server.address();
  server.close();
  expect(line).toContain(`:${typeof address === 'object' && address?.port}/editor`);
});

it('leaves out what is off', () => {
  expect(said({ httpAdminRoot: false, httpNodeRoot: '/' })).toEqual([
    `Set-up: http://127.0.0.1:1880/setup?key=${simulatorKey}  Simulator: http://127.0.0.1:1880/simulator?key=${simulatorKey}`,
  ]);
  vi.stubEnv('DRAGOMAN_SIMULATOR', 'off');
  expect(said({ httpAdminRoot: false, httpNodeRoot: '/' })).toEqual([
    `Set-up: http://127.0.0.1:1880/setup?key=${simulatorKey}`,
  ]);
  expect(said({ httpAdminRoot: false, httpNodeRoot: false })).toEqual([]);
});

it('waits until the server listens, and says nothing where it never does', async () => {
  const server = createServer();
  const say = vi.fn();
  onceListening({ server } as never, say);
  await new Promise(setImmediate);
  expect(say).not.toHaveBeenCalled();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(say).toHaveBeenCalledTimes(1);
  onceListening({ server } as never, say);
  expect(say).toHaveBeenCalledTimes(2);
  server.close();
});
