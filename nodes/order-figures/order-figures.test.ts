import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KINDS } from '../../app/orders/kinds.ts';
import type { ReadOrder } from '../../core/ports.ts';
import { onLog } from '../../node-red/red.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';

const TOKEN = 'a-token-of-a-test';
const PATHS: Record<(typeof KINDS)[number], string> = {
  ...{ sells: '/sells/:shop_id', metrics: '/metrics-of-orders', reset: '/reset', delivered: '/delivered/:order_id' },
  status: '/state',
};
const flows: FlowItem[] = [
  accountConfig('shop', { name: 'Corner shop', channel: 'whatsapp', outreachHours: '00:00-24:00' }),
  ...['corner', 'north'].map((shop): FlowItem => {
    const own = { id: shop, source: 'api', settings: { shop }, pollSeconds: '', version: 1 };
    return { ...own, type: 'dragoman-order-in', account: 'shop', wires: [[]] };
  }),
  ...KINDS.flatMap((what): FlowItem[] => [
    ...['get', 'post'].map((method): FlowItem => {
      const own = { id: `${method}-${what}`, type: 'http in', skipBodyParsing: false };
      return { ...own, method, url: PATHS[what], wires: [[what]] };
    }),
    { id: what, type: 'dragoman-order-figures', what, version: 1, wires: [['answer']] },
  ]),
  { id: 'no-part', type: 'http in', method: 'get', url: '/no-part', skipBodyParsing: false, wires: [['sells']] },
  { id: 'wrong-in', type: 'http in', method: 'get', url: '/wrong', skipBodyParsing: false, wires: [['wrong']] },
  { id: 'wrong', type: 'dragoman-order-figures', what: 'everything', version: 1, wires: [['answer']] },
  { id: 'answer', type: 'http response' },
  { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
  { id: 'caught', type: 'tap' },
  { id: 'watch', type: 'status', scope: null, wires: [['shown']] },
  { id: 'shown', type: 'tap' },
];

let bot: Dragoman;
const lines: string[] = [];
beforeAll(async () => {
  bot = await startDragoman({
    flows,
    env: { DRAGOMAN_API_TOKEN: TOKEN },
    beforeStart: (RED) => onLog(RED, ({ msg }) => lines.push(String(msg))),
  });
  await told('corner', order('A-1', '12990.50'), order('A-2', '0.25'), order('A-3', '1', 'delivered'));
  await told('corner', order('=1+1', undefined, 'cancelled'), order('B/7'));
  await told('north', order('A-1', '7'));
  await bot.engine.dispatch.idle();
}, 60_000);
afterAll(() => bot.stop());

const NAME = 'Aizhan Seitkali';
const PHONE = '+77010000321';
const order = (number: string, amount?: string, state = 'placed'): ReadOrder =>
  ({
    ok: true,
    order: {
      ...{ number, state, placedAt: Date.now(), fields: {}, customer: { name: NAME, phone: PHONE } },
      items: [{ name: 'Cup, "blue"', quantity: 2 }],
      ...(amount && { total: { amount, currency: 'KZT' } }),
    },
  }) as unknown as ReadOrder;
const told = (shop: string, ...orders: ReadOrder[]) =>
  bot.engine.intake(orders, {
    ...{ shop, accountId: 'shop', nodeId: shop, timezone: 'UTC', clockAheadMs: 0, since: null },
  });

/** `GET` by default; `token` null: without one. */
async function call(path: string, { method = 'GET', headers = { 'x-api-key': TOKEN } as Record<string, string> } = {}) {
  const answer = await fetch(bot.runtime.url + path, { method, headers });
  const text = await answer.text();
  const body = /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  return { status: answer.status, headers: answer.headers, body };
}
const post = (path: string) => call(path, { method: 'POST' });

describe('the door', () => {
  it.each(KINDS)('is closed to whoever has no token, or a wrong one: %s', async (what) => {
    const before = await bot.engine.desk.figures();
    const path = PATHS[what].replace(':shop_id', 'corner').replace(':order_id', 'A-2');
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { 'x-api-key': '' }])
      for (const method of ['GET', 'POST']) {
        const answer = await call(path, { method, headers: headers as Record<string, string> });
        expect(answer).toMatchObject({
          status: 401,
          body: { error: { code: 'UNAUTHORIZED', action: expect.stringMatching(/DRAGOMAN/) } },
        });
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
    expect(await bot.engine.desk.figures()).toEqual(before);
    expect(await bot.engine.store.followUp('corner/A-2/ORDER_DELIVERED')).toBeNull();
  });

  it('opens to the token, either way it is sent', async () => {
    for (const headers of [{ authorization: `Bearer ${TOKEN}` }, { 'x-api-key': TOKEN }])
      expect((await call('/state', { headers: headers as unknown as Record<string, string> })).status).toBe(200);
  });

  it('lets nobody change something by following a link', async () => {
    const { since } = await bot.engine.desk.figures();
    for (const path of ['/reset', '/delivered/A-2']) {
      const answer = await call(path);
      expect(answer).toMatchObject({ status: 405, body: { error: { action: 'Call it by POST.' } } });
      expect(answer.headers.get('allow')).toBe('POST');
    }
    expect((await bot.engine.desk.figures()).since).toBe(since);
  });
});

describe('what a shop sold', () => {
  it('is counted by state and currency to the last digit, with what became of the messages, and of nobody’s name', async () => {
    const { status, body, headers } = await call('/sells/corner');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      ...{ shop: 'corner', count: 5, states: { placed: 3, delivered: 1, cancelled: 1 } },
      sums: { KZT: { placed: '12990.75', delivered: '1' } },
    });
    const first = body.orders.find(({ number }: { number: string }) => number === 'A-1');
    expect(first).toMatchObject({
      ...{ state: 'placed', placedAt: expect.stringMatching(/^\d{4}-.*Z$/), changedAt: null, fault: null },
      ...{ total: { amount: '12990.50', currency: 'KZT' }, items: [{ name: 'Cup, "blue"', quantity: 2 }] },
      messages: { POST_PURCHASE: { state: expect.stringMatching(/held|waiting|refused/) } },
    });
    expect(JSON.stringify(body)).not.toMatch(/Aizhan|77010000321/);
  });

  it('is a table that a spreadsheet opens without running anything', async () => {
    const { status, body, headers } = await call('/sells/corner?format=csv');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const rows = String(body).split('\r\n');
    expect(rows[0]).toMatch(/number,state,placed,changed,items,amount,currency,POST_PURCHASE,/);
    expect(rows).toHaveLength(7);
    expect(rows.some((row) => row.startsWith("'=1+1,cancelled,"))).toBe(true);
    expect(rows.every((row) => !/^[=+@-]/.test(row))).toBe(true);
    expect(body).toContain('"2 × Cup, ""blue""",12990.50,KZT');
  });

  it('is nothing yet of a shop that has an order-in, and unknown of any other', async () => {
    expect(await call('/sells/nowhere')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    expect(await call('/no-part')).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/shop_id/) } },
    });
    const { body } = await call('/sells/north');
    expect(body).toMatchObject({ count: 1, sums: { KZT: { placed: '7' } } });
  });
});

describe('an order that was delivered', () => {
  it('is told once, of the shop that is named', async () => {
    expect(await post('/delivered/A-1')).toMatchObject({
      status: 400,
      body: { error: { action: expect.stringMatching(/\?shop=/) } },
    });
    const answer = await post('/delivered/A-1?shop=corner');
    expect(answer).toMatchObject({ status: 200, body: { shop: 'corner', number: 'A-1', message: {} } });
    expect((await post('/delivered/A-2')).status).toBe(200);
    expect(await bot.engine.store.followUp('corner/A-2/ORDER_DELIVERED')).not.toBeNull();
    expect(await bot.engine.store.followUp('north/A-1/ORDER_DELIVERED')).toBeNull();
    expect((await post(`/delivered/${encodeURIComponent('B/7')}`)).status).toBe(200);
  });

  it.each(['/delivered/Z-9', '/delivered/Z-9?shop=corner', '/delivered/A-1?shop=west'])(
    'and is not known is answered with a sentence: %s',
    async (path) => {
      expect(await post(path)).toMatchObject({
        status: 404,
        body: { error: { message: expect.stringMatching(/There is no order/) } },
      });
    },
  );
});

describe('figures', () => {
  it('tell what was sent and what was not, and begin anew where somebody says so', async () => {
    const before = await call('/metrics-of-orders');
    expect(before).toMatchObject({ status: 200, body: { since: null, sent: 0, errors: { total: 0 } } });
    expect(before.body.limiter.accounts).toMatchObject([{ account: 'Corner shop', usedToday: 0, dailyLimit: 100 }]);
    expect(before.body).toMatchObject({ successRate: null, blocked: { byReason: {} }, variants: {} });
    const csv = String((await call('/metrics-of-orders?format=csv')).body).split('\r\n');
    expect(csv).toEqual(
      expect.arrayContaining(['sent,,0', 'limit today,Corner shop,100', 'daily limit,Corner shop,100']),
    );
    const after = await post('/reset');
    expect(after).toMatchObject({ status: 200, body: { since: expect.stringMatching(/^2/), blocked: { total: 0 } } });
    // What waits is not over.
    expect(after.body.held).toEqual(before.body.held);
    expect(after.body.held.total).toBeGreaterThan(0);
    expect((await call('/sells/corner')).body.count).toBe(5);
  });

  it('are told in no other format, and a switch is not thrown for one', async () => {
    for (const [path, method] of [
      ['/metrics-of-orders?format=xml', 'GET'],
      ['/metrics-of-orders?format[a]=csv', 'GET'],
      ['/state?format=csv', 'GET'],
      ['/delivered/A-3?format=csv', 'POST'],
    ] as const)
      expect((await call(path, { method })).status, path).toBe(400);
  });

  it('say who writes, and where the orders come from', async () => {
    const { body } = await call('/state');
    expect(body).toMatchObject({ enabled: true, testMode: false, stoppedAt: null, held: { byReason: {} } });
    expect(body.accounts).toMatchObject([{ account: 'Corner shop', enabled: true, testMode: false }]);
    expect(body.sources).toMatchObject([
      { shop: 'corner', account: 'Corner shop', asks: false, at: null },
      { shop: 'north' },
    ]);
    await bot.engine.desk.switch(true);
    expect((await call('/state')).body).toMatchObject({ enabled: false, stoppedAt: expect.stringMatching(/^2/) });
    await bot.engine.desk.switch(false);
  });

  it('that cannot be read now are an answer and an error', async () => {
    const failing = vi.spyOn(bot.engine.desk, 'figures').mockRejectedValue(new Error('The disk is gone.'));
    expect(await call('/metrics-of-orders')).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } });
    failing.mockRestore();
    expect((await bot.runtime.next('caught')) as object).toMatchObject({
      error: { message: expect.stringMatching(/disk is gone/) },
    });
  });
});

it('shows how the last call went', async () => {
  await call('/state');
  await call('/state', { headers: {} });
  const texts = () =>
    (bot.runtime.received('shown') as { status?: { text?: string } }[]).map((one) => one.status?.text);
  await bot.until(() => ['answered', 'refused'].every((text) => texts().includes(text)));
});

it('answers where it is set to something that it does not know, and says so at the deploy', async () => {
  expect((await call('/wrong')).status).toBe(503);
  expect(await bot.runtime.next('caught')).toMatchObject({ error: { message: expect.stringMatching(/everything/) } });
  expect(lines.some((line) => line.includes('"everything" is nothing that can be told of orders.'))).toBe(true);
});

it('tells a message that came from no http in what to do', async () => {
  bot.runtime.inject('metrics', { payload: '' });
  const caught = (await bot.runtime.next('caught')) as { error?: { message: string } };
  expect(caught.error!.message).toContain('Wire an http in node to this order-figures.');
});
