/** Whose word counts on who asks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express, Request, Response } from 'express';
import { afterEach, expect, it, vi } from 'vitest';
import { nodeRed } from '../../test/support/node-red.ts';
import { trustProxies } from './proxies.ts';

const express = nodeRed('express');

afterEach(() => vi.unstubAllEnvs());

/** @returns who asks, as a flow sees it, where the last proxy speaks from this machine */
async function asked(forwarded: string): Promise<string> {
  const app: Express = express();
  trustProxies({ httpNode: app });
  app.get('/', (request: Request, response: Response) => void response.send(request.ip));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = await fetch(url, { headers: { 'x-forwarded-for': forwarded } });
  server.close();
  return answer.text();
}

it.each([
  ['', '203.0.113.9', '127.0.0.1'],
  ['10.0.0.0/8', '203.0.113.9', '127.0.0.1'],
  ['127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['loopback', '192.0.2.1, 203.0.113.9', '203.0.113.9'],
  ['loopback, 10.0.0.0/8', '192.0.2.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['loopback', '2001:db8::7', '2001:db8::7'],
])('with %j the header "%s" is from %s', async (proxies, forwarded, address) => {
  vi.stubEnv('DRAGOMAN_TRUST_PROXY', proxies);
  expect(await asked(forwarded)).toBe(address);
});

it.each(['true', '1', 'proxy.example.com', '10.0.0.0/64', 'loopback,,'])(
  'refuses %j, and says what to write',
  (proxies) => {
    vi.stubEnv('DRAGOMAN_TRUST_PROXY', proxies);
    expect(() => trustProxies({ httpNode: express() })).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', message: expect.stringContaining(`"${proxies}"`) }),
    );
  },
);
