/** The CRM's webhook, against a real server. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHttp } from '../adapters/net/http-client.ts';
import { virtualClock } from '../scenarios/clock.ts';
import { crmOf } from './crm.ts';
import type { Told } from './notices.ts';

const AT = Date.UTC(2026, 10, 20, 10);
const TOLD: Told = {
  text: 'Shop: Ana se queja.',
  view: {
    ...{ id: 'complaint:0197', kind: 'complaint', at: AT, reason: 'llegó roto' },
    account: { id: 'acc', name: 'Shop' },
    conversation: null,
    about: { shop: 'demo', order: '1' },
  },
};

const calls: { url?: string; headers: IncomingHttpHeaders; body: string }[] = [];
let answer: (response: ServerResponse) => void;
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  calls.push({ url: request.url, headers: request.headers, body });
  answer(response);
});
const clock = virtualClock(AT);
const http = createHttp();
const warnings: string[] = [];
const log = { warn: (line: string) => void warnings.push(line) };
let address: string;
beforeEach(async () => {
  calls.length = 0;
  warnings.length = 0;
  answer = (response) => response.writeHead(204).end();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
const crm = (env: Record<string, string> = {}) =>
  crmOf({ http, clock, log }, { CRM_WEBHOOK_URL: `${address}/hook`, ...env })!;

it('is there where an address is set, and takes no other than an http one', () => {
  expect(crmOf({ http, clock, log }, {})).toBeUndefined();
  for (const wrong of ['crm.example', 'ftp://user:word@crm.example', 'javascript:alert(1)'])
    try {
      crm({ CRM_WEBHOOK_URL: wrong });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'SETTING_INVALID', message: expect.not.stringContaining('crm.example') });
    }
});

it('posts what happened as JSON, signed with the time, under the notice’s id', async () => {
  expect(await crm({ CRM_WEBHOOK_SECRET: 'made-up word' })(TOLD)).toBeUndefined();
  const [{ url, headers, body } = { headers: {}, body: '' }] = calls;
  expect(url).toBe('/hook');
  expect(JSON.parse(body)).toEqual({ ...TOLD.view, text: TOLD.text });
  const seconds = headers['x-dragoman-timestamp'];
  expect(seconds).toBe(String(AT / 1_000));
  const hex = createHmac('sha256', 'made-up word').update(`${seconds}.${body}`).digest('hex');
  expect(headers).toMatchObject({
    ...{ 'x-dragoman-signature': `sha256=${hex}`, 'idempotency-key': 'complaint:0197' },
    'content-type': 'application/json',
  });
  expect(warnings).toEqual([]);
});

it('leaves the signature out where no secret is set, and sends a login of the address as one', async () => {
  await crm({ CRM_WEBHOOK_URL: `${address.replace('//', '//ana:p%40ss@')}/hook?key=1` })(TOLD);
  expect(calls[0]!.url).toBe('/hook?key=1');
  expect(calls[0]!.headers).not.toHaveProperty('x-dragoman-signature');
  expect(warnings).toEqual([expect.stringMatching(/^CRM_WEBHOOK_SECRET is not set/)]);
  expect(calls[0]!.headers.authorization).toBe(`Basic ${Buffer.from('ana:p@ss').toString('base64')}`);
});

it.each([
  [400, true],
  [404, true],
  [410, true],
  [408, false],
  [425, false],
  [429, false],
  [500, false],
  [503, false],
])('an answer of %i is for good: %s', async (status, forGood) => {
  answer = (response) => response.writeHead(status).end('no');
  const end = await crm()(TOLD);
  expect(end?.error).toBe(`The CRM answered ${status}.`);
  expect(end?.forGood ?? false).toBe(forGood);
});

it('follows no redirect, and tries again', async () => {
  answer = (response) => response.writeHead(302, { location: `${address}/elsewhere` }).end();
  expect(await crm()(TOLD)).toEqual({ error: 'The CRM answered 302.' });
  expect(calls.map(({ url }) => url)).toEqual(['/hook']);
});

it('tells no address where a server is away, and leaves the others alone for a moment', async () => {
  const tell = crm({ CRM_WEBHOOK_URL: 'http://ana:word@127.0.0.1:1/secret-path' });
  const end = await tell(TOLD);
  expect(end?.error).toMatch(/^The CRM: .*ECONNREFUSED/);
  expect(end?.error).not.toMatch(/ana|word|secret|127/);
  expect(await tell(TOLD)).toEqual({ error: 'The CRM failed a moment ago.' });
  await clock.advance(5_000);
  expect((await tell(TOLD))?.error).toMatch(/ECONNREFUSED/);
});

it('reads no answer without end', async () => {
  answer = (response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  expect((await crm()(TOLD))?.error).toMatch(/^The CRM: The connection broke/);
});
