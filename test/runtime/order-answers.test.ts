/** A customer complains after the thank-you for his order: people hear of it once, and the CRM once by id, though it fails at first and the server is killed. */
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulator } from '../../simulator/index.ts';
import { demoShop } from '../support/demo-shop.ts';
import type { Dragoman } from '../support/dragoman.ts';
import { freePort, type Server, startServer } from '../support/server.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const PHONE = '12125550177';
const TOKEN = 'word-for-other-systems';
const SECRET = 'made-up word';

interface Call {
  headers: IncomingHttpHeaders;
  body: string;
}
const crm: Call[] = [];
const people: Call[] = [];
let answer = 500;
const office = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const hers = request.url === '/crm';
  (hers ? crm : people).push({ headers: request.headers, body });
  response.writeHead(hers ? answer : 200).end('ok');
});

let folder: string;
let env: Record<string, string>;
let server: Server;
beforeAll(async () => {
  office.listen(0, '127.0.0.1');
  await once(office, 'listening');
  const at = `http://127.0.0.1:${(office.address() as AddressInfo).port}`;
  folder = await mkdtemp(path.join(tmpdir(), 'dragoman-answers-'));
  env = {
    ...{ PORT: String(await freePort()), DRAGOMAN_API_TOKEN: TOKEN, OPENAI_API_KEY: '', ORDERS_API_URL: '' },
    ...{ DRAGOMAN_DATA: path.join(folder, 'data'), DRAGOMAN_FLOWS: path.join(folder, 'flows') },
    ...{ CRM_WEBHOOK_URL: `${at}/crm`, CRM_WEBHOOK_SECRET: SECRET, DRAGOMAN_NOTICE_URL: `${at}/people` },
  };
  server = await startServer(env);
}, 90_000);
afterAll(async () => {
  await server?.kill();
  office.closeAllConnections();
  office.close();
  await rm(folder, { recursive: true, force: true });
});

const get = async (route: string) =>
  (await fetch(server.url + route, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
const figures = async () => JSON.parse(await get('/ai-seller/metrics')) as { sent: number; results: never };
const dragoman = (...args: string[]) =>
  new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } }, (error, out) =>
      error ? reject(error) : resolve(out),
    );
  });

/** The customer's message, as WAHA would post it. */
function words(text: string) {
  const customer = { phone: PHONE, name: 'Ivan' };
  const { body, headers } = createSimulator().webhook('waha', { kind: 'text', customer, text });
  return () =>
    fetch(`${server.url}/api/integrations/webhooks/waha/`, {
      ...{ method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } },
    });
}

it('tells people once and the CRM until it has it, signed and under one id, over a kill', async () => {
  const shop = demoShop({ runtime: { url: server.url } } as Dragoman);
  const number = await shop.order(`+${PHONE}`);
  await expect.poll(async () => (await figures()).sent, { timeout: 30_000 }).toBe(1);

  const post = words('llegó roto');
  expect((await post()).status).toBe(200);
  await expect.poll(() => crm.length, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => dragoman('notices'), { timeout: 20_000 }).toMatch(/ complaint +1 .* The CRM answered 500\./);
  expect(await get('/metrics')).toMatch(/dragoman_notices\{kind="complaint",state="failing"\} 1/);

  answer = 200;
  await server.kill();
  server = await startServer(env);
  expect((await post()).status).toBe(200);
  await expect.poll(() => crm.length, { timeout: 30_000 }).toBe(2);
  await expect.poll(() => dragoman('notices'), { timeout: 20_000 }).toBe('Everything was told.\n');
  expect(await get('/metrics')).toMatch(/dragoman_notices\{kind="complaint",state="told"\} 1/);

  const [first, second] = crm.map((call) => ({ ...call, told: JSON.parse(call.body) }));
  expect(second!.told).toEqual(first!.told);
  expect(first!.told).toMatchObject({
    ...{ id: expect.stringMatching(/^complaint:[\w-]+$/), kind: 'complaint', reason: 'llegó roto' },
    about: { order: number, event: 'POST_PURCHASE', followUp: `shop/${number}/POST_PURCHASE` },
    conversation: { name: 'Ivan' },
  });
  expect(first!.body).not.toContain(PHONE);
  for (const { headers: sent, body: bytes, told } of [first!, second!]) {
    const signed = `${sent['x-dragoman-timestamp']}.${bytes}`;
    const hex = createHmac('sha256', SECRET).update(signed).digest('hex');
    expect(sent).toMatchObject({ 'x-dragoman-signature': `sha256=${hex}`, 'idempotency-key': told.id });
  }
  expect(people.map((call) => JSON.parse(call.body).id)).toEqual([first!.told.id]);
  expect(server.output()).not.toContain(env.CRM_WEBHOOK_URL);
}, 120_000);

it('shows what came of the message in figures, table, metrics and command', async () => {
  expect((await figures()).results).toMatchObject({ all: { sent: 1, replied: { count: 1, of: 1, high: 1 } } });
  expect(await get('/ai-seller/metrics?format=csv')).toMatch(/\nresult replied,,1\r\nresult replied rate,,1\r\n/);
  expect(await get('/metrics')).toMatch(
    /dragoman_follow_up_outcomes\{account="[^"]+",event="POST_PURCHASE",.*outcome="replied"\} 1/,
  );
  expect(await dragoman('results')).toMatch(/REPLIED .*\nall +1 .* 1 \(100\.0, 20\.7–100\.0\)/);
});

it('gives up what the CRM refuses for good, and lists it', async () => {
  answer = 410;
  expect((await words('STOP')()).status).toBe(200);
  await expect
    .poll(() => dragoman('notices'), { timeout: 20_000 })
    .toMatch(/ opt-out:[\w-]+ +opt-out +0 +given up +The CRM answered 410\.\n$/);
  expect(JSON.parse(crm.at(-1)!.body)).toMatchObject({ kind: 'opt-out', about: { event: 'POST_PURCHASE' } });
  expect(await get('/metrics')).toMatch(/dragoman_notices\{kind="opt-out",state="given_up"\} 1/);
  expect((await figures()).results).toMatchObject({ all: { optedOut: { count: 1 } } });
});
