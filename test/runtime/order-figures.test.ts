/** E6, E7: the shipped endpoints on the real runtime, over real HTTP: who may ask, what is told, what a restart and a reset leave. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderDesk } from '../../core/orders/read.ts';
import type { ReadOrder } from '../../core/ports.ts';
import { createSimulator } from '../../simulator/index.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { freePort, startServer } from '../support/server.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(PROJECT, 'dist/cli/main.js');
const TOKEN = 'word-for-other-systems';
const OPEN = { outreachHours: '00:00-24:00', outreachPaceSeconds: 0, outreachPauseHours: 0 };

const follow: FlowItem[] = [
  accountConfig('wa', { name: 'Corner shop', channel: 'whatsapp', ...OPEN }),
  ...entryNodes('wa', '/wa', 'echo'),
  { id: 'hook-orders', type: 'http in', method: 'post', url: '/orders', skipBodyParsing: true, wires: [['orders']] },
  {
    ...{ id: 'orders', type: 'dragoman-order-in', account: 'wa', source: 'api', settings: { shop: 'corner' } },
    ...{ pollSeconds: '', version: 1, wires: [['policy']] },
  },
  { id: 'policy', type: 'dragoman-send-policy', version: 1, wires: [['words'], []] },
  { id: 'words', type: 'template', template: '{{{order.event}}} {{{order.number}}}', wires: [['out']] },
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];
const endpoints = async () =>
  JSON.parse(await readFile(path.join(PROJECT, 'flows/order-figures.json'), 'utf8')) as FlowItem[];

const NAME = 'Aizhan Seitkali';
const agreed = () => ({ at: new Date().toISOString(), where: 'checkout', words: 'Write to me about my order.' });
const told = (number: string, phone: string, more: object = {}) => ({
  ...{ number, state: 'placed', placed_at: new Date().toISOString(), customer: { name: NAME, phone } },
  ...{ items: [{ name: 'Cup', quantity: 2 }], total: { amount: '12990.50', currency: 'KZT' }, consent: agreed() },
  ...more,
});

const ENDPOINTS: [method: string, route: string][] = [
  ['GET', '/kaspi/get_sells_info/corner'],
  ['GET', '/ai-seller/metrics'],
  ['POST', '/ai-seller/reset-metrics'],
  ['POST', '/ai-seller/trigger-delivered/A-1'],
  ['GET', '/ai-seller/status'],
];
interface Metrics {
  since: string | null;
  sent: number;
  successRate: number | null;
  blocked: { total: number; byReason: Record<string, number> };
  limiter: { stoppedAt: string | null; accounts: { usedToday: number }[] };
}

async function ask<T = Record<string, unknown>>(url: string, method = 'GET', token: string | null = TOKEN) {
  const answer = await fetch(url, { method, headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, text, body: (json ? JSON.parse(text) : {}) as T };
}

describe('other systems', () => {
  let bot: Dragoman;
  beforeAll(async () => {
    bot = await startDragoman({ flows: [...follow, ...(await endpoints())], env: { DRAGOMAN_API_TOKEN: TOKEN } });
  }, 60_000);
  afterAll(() => bot.stop());

  const PHONE = '+77010000421';
  const get = <T = Record<string, unknown>>(route: string) => ask<T>(bot.runtime.url + route);
  const post = <T = Record<string, unknown>>(route: string) => ask<T>(bot.runtime.url + route, 'POST');
  /** What the shop tells, as its order-in would hand it on. */
  async function takes(...orders: object[]) {
    const book = await bot.engine.phoneBook();
    const desk = orderDesk({ shop: 'corner' }, { now: bot.engine.clock.now, readPhone: book.readPhone });
    const read: ReadOrder[] = orders.map((order) => desk.read(order as never));
    await bot.engine.intake(read, {
      ...{ shop: 'corner', accountId: 'wa', nodeId: 'orders', timezone: 'UTC', clockAheadMs: 0, since: null },
    });
    await bot.engine.dispatch.idle();
    await bot.quiet();
  }
  const becomes = (number: string, event: string, state: string) =>
    bot.until(async () => (await bot.engine.store.followUp(`corner/${number}/${event}`))?.state === state);
  const shown = () => bot.shown({ thread: PHONE.slice(1) }).map(({ text }) => text);

  it('E6 without the token hear nothing, and nothing is done', async () => {
    await bot.happens('whatsapp', '/wa', { kind: 'text', customer: { phone: PHONE.slice(1), name: 'A' }, text: 'Hi' });
    await bot.quiet();
    await takes(told('A-1', PHONE));
    await becomes('A-1', 'POST_PURCHASE', 'sent');
    const before = await bot.engine.desk.figures();
    for (const [method, route] of ENDPOINTS)
      for (const token of [null, 'wrong', '']) {
        const answer = await ask(bot.runtime.url + route, method, token);
        expect(answer, route).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
        expect(answer.text).not.toMatch(/12990|Corner|A-1/);
      }
    await bot.quiet();
    expect(await bot.engine.desk.figures()).toEqual(before);
    expect(shown()).toEqual(['You wrote: Hi', 'POST_PURCHASE A-1']);
  });

  it('E6 E7 with it hear of sales and messages, and tell that an order was delivered', async () => {
    const customer = { name: 'Bolat', phone: 'none' };
    await takes(told('B-1', PHONE, { consent: undefined }), told('B-2', PHONE, { customer }));
    await becomes('B-1', 'POST_PURCHASE', 'refused');
    expect((await post('/ai-seller/trigger-delivered/Z-9')).status).toBe(404);
    expect(await post('/ai-seller/trigger-delivered/A-1')).toMatchObject({ status: 200, body: { shop: 'corner' } });
    await becomes('A-1', 'ORDER_DELIVERED', 'sent');
    expect(shown()).toEqual(['You wrote: Hi', 'POST_PURCHASE A-1', 'ORDER_DELIVERED A-1']);

    const { body: metrics } = await get<Metrics>('/ai-seller/metrics');
    expect(metrics).toMatchObject({ since: null, sent: 2, successRate: 1 });
    expect(metrics.blocked).toEqual({ total: 1, byReason: { proof: 1 } });
    expect(metrics.limiter.accounts).toMatchObject([
      { account: 'Corner shop', usedToday: 2, limitToday: 100, testMode: false },
    ]);

    const sells = await get('/kaspi/get_sells_info/corner');
    expect(sells.body).toMatchObject({
      ...{ shop: 'corner', count: 3, states: { delivered: 1, placed: 1, unreadable: 1 } },
      sums: { KZT: { delivered: '12990.50', placed: '12990.50' } },
    });
    expect(sells.text).not.toMatch(/Aizhan|Bolat|7701000/);
    const csv = await get('/kaspi/get_sells_info/corner?format=csv');
    expect(csv.text).toMatch(/^\ufeffnumber,|^number,/);
    expect(csv.text).toMatch(/\nA-1,delivered,.*,2 × Cup,12990\.50,KZT,sent,,sent,/);
    expect((await get('/ai-seller/status')).body).toMatchObject({
      ...{ enabled: true, testMode: false, accounts: [{ account: 'Corner shop', enabled: true }] },
      sources: [{ shop: 'corner', asks: false }],
    });
  });

  it('E7 read the figures for Prometheus, line by line', async () => {
    expect((await ask(`${bot.runtime.url}/metrics`, 'GET', null)).status).toBe(401);
    const { status, text } = await get('/metrics');
    expect(status).toBe(200);
    const lines = text.split('\n').filter(Boolean);
    const samples = lines.filter((line) => !line.startsWith('#'));
    expect(samples.filter((line) => !/^[a-z_]\w*(\{(\w+="[^"\n]*",?)*\})? (-?[\d.e+-]+|NaN)$/i.test(line))).toEqual([]);
    const of = (name: string) => samples.filter((line) => line.startsWith(`${name}{`));
    expect(of('dragoman_follow_ups').sort()).toEqual([
      expect.stringMatching(/account="Corner shop",event="ORDER_DELIVERED",state="sent",.* 1$/),
      expect.stringMatching(/event="POST_PURCHASE",state="refused",rule="proof",.* 1$/),
      expect.stringMatching(/event="POST_PURCHASE",state="sent",.* 1$/),
    ]);
    expect(of('dragoman_unasked_today')).toEqual(['dragoman_unasked_today{account="Corner shop"} 2']);
    expect(of('dragoman_unasked_limit')).toEqual(['dragoman_unasked_limit{account="Corner shop"} 100']);
    expect(of('dragoman_turns_total').some((line) => / [1-9]\d*$/.test(line))).toBe(true);
    expect(text).not.toMatch(/Aizhan|7701000/);
  });

  it('E7 count anew, and find everything in the lists still', async () => {
    const reset = await post<Metrics>('/ai-seller/reset-metrics');
    expect(reset.body).toMatchObject({ since: expect.stringMatching(/^2/), sent: 0, successRate: null });
    expect((await get<Metrics>('/ai-seller/metrics')).body).toMatchObject({ sent: 0, blocked: { total: 0 } });
    expect((await get('/kaspi/get_sells_info/corner')).body).toMatchObject({ count: 3 });
    expect(await bot.engine.store.followUps({ states: ['sent'], limit: 9 })).toHaveLength(2);
  });

  describe('the commands', () => {
    const dragoman = (...args: string[]) =>
      new Promise<{ code: number; out: string; err: string }>((resolve) => {
        execFile(process.execPath, [MAIN, ...args], (error, out, err) =>
          resolve({ code: error ? Number(error.code) : 0, out, err }),
        );
      });

    it('list what cannot be written about, with what to do, and what was refused, with its reason', async () => {
      const faulty = await dragoman('orders', '--faulty');
      expect(faulty).toMatchObject({ code: 0, err: '' });
      expect(faulty.out).toMatch(/^TIME +SHOP +NUMBER +STATE +WRONG\n.* corner +B-2 .*phone/);
      expect(faulty.out).not.toContain('A-1');
      const refused = await dragoman('follow-ups', '--state', 'refused');
      expect(refused.code).toBe(0);
      expect(refused.out).toMatch(/ corner\/B-1 +POST_PURCHASE +refused +proof /);
      expect(refused.out).not.toContain('corner/A-1');
      expect((await dragoman('follow-ups', '--state', 'sent')).out).toMatch(/ corner\/A-1 .* He agreed at 2/);
      expect((await dragoman('follow-ups', '--state', 'lost')).code).not.toBe(0);
    });

    it('stop everything that nobody asked for, and let it go on', async () => {
      expect((await dragoman('outreach', 'off')).code).toBe(0);
      expect((await get('/ai-seller/status')).body).toMatchObject({ enabled: false, stoppedAt: expect.any(String) });
      await takes(told('C-1', PHONE));
      await becomes('C-1', 'POST_PURCHASE', 'held');
      expect(shown()).not.toContain('POST_PURCHASE C-1');
      expect((await dragoman('outreach', 'on')).code).toBe(0);
      expect((await get('/ai-seller/status')).body).toMatchObject({ enabled: true, stoppedAt: null });
    });
  });
});

it('E7 figures are the same after the process is killed', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-figures-'));
  const flows = path.join(folder, 'flows');
  await mkdir(flows);
  const place = { z: 'tab', x: 100, y: 100 };
  const nodes = follow.map(({ config, ...node }) => (config ? node : { ...place, wires: [], ...node }));
  const tab = { id: 'tab', type: 'tab', label: 'Follow' };
  await writeFile(path.join(flows, 'follow.json'), JSON.stringify([tab, ...nodes]));
  await writeFile(path.join(flows, 'order-figures.json'), JSON.stringify(await endpoints()));
  const env = {
    ...{ PORT: String(await freePort()), DRAGOMAN_API_TOKEN: TOKEN },
    ...{ DRAGOMAN_DATA: path.join(folder, 'data'), DRAGOMAN_FLOWS: flows },
  };
  let server = await startServer(env);
  try {
    const phone = '77010000422';
    const { body, headers } = createSimulator().webhook('whatsapp', {
      ...{ kind: 'text', customer: { phone, name: 'A' }, text: 'Hi' },
    });
    const send = (route: string, content: string, more: object = {}) =>
      fetch(server.url + route, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...more },
        body: content,
      });
    expect((await send('/wa', body, headers)).status).toBe(200);
    expect((await send('/orders', JSON.stringify(told('A-1', `+${phone}`)))).status).toBe(200);
    const metrics = async () => (await ask<Metrics>(`${server.url}/ai-seller/metrics`)).body;
    await expect.poll(async () => (await metrics()).sent, { timeout: 20_000 }).toBe(1);
    const before = await metrics();
    const sells = await ask(`${server.url}/kaspi/get_sells_info/corner`);
    await server.kill();
    server = await startServer(env);
    expect(await metrics()).toEqual(before);
    expect((await ask(`${server.url}/kaspi/get_sells_info/corner`)).body).toEqual(sells.body);
  } finally {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
