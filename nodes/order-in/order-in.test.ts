import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialKey } from '../../app/account/config.ts';
import { onLog } from '../../node-red/red.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';

const SECRET = 'orders-secret-of-a-test';
const HOUR = 3_600_000;
const OPEN = { channel: 'whatsapp', outreachPaceSeconds: 0, outreachPauseHours: 0, outreachMaxMessages: 1_000 };

const orderIn = (id: string, account: string, more: object = {}): FlowItem => ({
  ...{ id, type: 'dragoman-order-in', account, source: 'api', settings: { shop: id }, pollSeconds: 1, version: 1 },
  ...{ wires: [['thanks']], ...more },
});
const shopHook = (id: string, to: string, more: object = {}): FlowItem => ({
  ...{ id, type: 'http in', method: 'post', url: `/${id}`, skipBodyParsing: true, wires: [[to]] },
  ...more,
});
const flows = (): FlowItem[] => [
  accountConfig('wa', OPEN),
  ...entryNodes('wa', '/wa', 'echo'),
  shopHook('calls', 'called'),
  shopHook('calls-get', 'called', { method: 'get', url: '/calls' }),
  orderIn('called', 'wa', { settings: { shop: 'corner', country: 'KZ' } }),
  orderIn('asked', 'wa', { settings: { shop: 'api-shop', url: `${shopUrl}/orders` } }),
  orderIn('failing', 'wa', { settings: { shop: 'broken', url: `${shopUrl}/closed` } }),
  orderIn('idle', 'wa'),
  shopHook('parsed', 'in-parsed', { skipBodyParsing: false }),
  orderIn('in-parsed', 'wa'),
  accountConfig('trial', { ...OPEN, outreachTestMode: 'on' }),
  ...entryNodes('trial', '/trial', 'echo'),
  shopHook('trials', 'trying'),
  orderIn('trying', 'trial', { wires: [['policy']] }),
  { id: 'policy', type: 'dragoman-send-policy', version: 1, wires: [['thanks'], []] },
  accountConfig('off', { ...OPEN, enabled: false }),
  orderIn('resting', 'off'),
  accountConfig('deaf', OPEN),
  orderIn('unheard', 'deaf'),
  accountConfig('tg'),
  orderIn('numberless', 'tg'),
  orderIn('strange', 'wa', { source: 'pigeon' }),
  orderIn('hasty', 'wa', { pollSeconds: 0.2 }),
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'thanks', type: 'template', template: 'Thank you for {{{order.number}}}!', wires: [['seen', 'out']] },
  { id: 'seen', type: 'tap' },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
  { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
  { id: 'caught', type: 'tap' },
  { id: 'watch', type: 'status', scope: null, wires: [['shown']] },
  { id: 'shown', type: 'tap' },
];

let bot: Dragoman;
let shop: Server;
let shopUrl: string;
/** What the shop has now. */
let has: object[] = [];
const lines: string[] = [];

beforeAll(async () => {
  shop = createServer((request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(request.url === '/closed' ? 401 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ orders: has }));
  });
  await new Promise<void>((listening) => shop.listen(0, '127.0.0.1', listening));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  bot = await startDragoman({
    flows: flows(),
    credentials: { called: { [credentialKey('api', 'webhookSecret')]: SECRET } },
    beforeStart: (RED) => onLog(RED, ({ msg }) => lines.push(String(msg))),
  });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  shop.close();
});

const order = (number: string, phone: string, more: object = {}) => {
  const at = new Date().toISOString();
  const consent = { at, where: 'checkout', words: 'Write to me about my order.' };
  return { number, state: 'placed', placed_at: at, customer: { name: 'Aizhan', phone }, consent, ...more };
};
const signed = (body: string, secret = SECRET) =>
  bot.post('/calls', body, {
    'x-orders-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  });
/** Somebody writes first: the platform's window is open then. */
async function hears(phone: string, webhook = '/wa') {
  await bot.happens('whatsapp', webhook, { kind: 'text', customer: { phone: phone.slice(1), name: 'A' }, text: 'Hi' });
  await bot.quiet();
}
const thanks = (phone: string) => {
  const texts = bot.shown({ thread: phone.slice(1) }).map((call) => call.text);
  return texts.filter((text) => text?.startsWith('Thank you'));
};
interface Shown {
  status: { fill: string; text: string; source: { id: string } };
}
const statuses = (id: string) =>
  (bot.runtime.received('shown') as unknown as Shown[]).flatMap(({ status }) =>
    status.source.id === id ? [`${status.fill}: ${status.text}`] : [],
  );
const status = (id: string) => statuses(id).at(-1);

describe('a shop that calls', () => {
  it('starts a turn for its order, once, however often it is told', async () => {
    await hears('+77010000001');
    const body = JSON.stringify(order('A-1', '+77010000001', { total: { amount: '12990', currency: 'KZT' } }));
    for (let time = 0; time < 3; time++) {
      const answer = await signed(body);
      expect([answer.status, await answer.json()]).toEqual([200, { told: 1, taken: 1, faulty: 0, faults: [] }]);
    }
    await bot.until(() => thanks('+77010000001').length);
    await bot.quiet();
    expect(thanks('+77010000001')).toEqual(['Thank you for A-1!']);
    const [msg, ...more] = bot.runtime.received('seen');
    expect(more).toEqual([]);
    expect(msg).toMatchObject({
      order: { shop: 'corner', number: 'A-1', event: 'POST_PURCHASE', name: 'Aizhan', total: { currency: 'KZT' } },
      turn: { account: { id: 'wa' }, messages: [] },
    });
    expect(JSON.stringify(msg!.order)).not.toContain('7701');
  });

  it('hears of each order that something is wrong with, and the others are taken', async () => {
    await hears('+77010000002');
    const orders = [
      order('B-1', '+77010000002'),
      order('B-2', 'none'),
      order('B-3', '8 (7172) 74-50-00'),
      order('B-4', '+77010000003', { state: 'somewhere' }),
      order('B-5', '+77010000004', { total: 'cheap' }),
      'nonsense',
    ];
    const answer = await signed(JSON.stringify({ orders }));
    const told = (await answer.json()) as { faults: { number: string; code: string; action: string }[] };
    expect(told).toMatchObject({ told: 6, taken: 2, faulty: 4 });
    expect(told.faults.map(({ number, code }) => [number, code])).toEqual([
      ['B-2', 'ORDER_PHONE_MISSING'],
      ['B-3', 'ORDER_PHONE_LANDLINE'],
      ['B-4', 'ORDER_STATE_UNKNOWN'],
      ['B-5', 'ORDER_PRICE_UNREADABLE'],
      ['', 'ORDER_UNREADABLE'],
    ]);
    for (const { action } of told.faults) expect(action).toMatch(/\w{3}/);
    await bot.until(() => thanks('+77010000002').length);
  });

  it('is refused without its signature, and where what it sends is no JSON or no post', async () => {
    const body = JSON.stringify(order('C-1', '+77010000001'));
    const refusals = [await bot.post('/calls', body), await signed(body, 'wrong'), await signed('<html>')];
    expect(refusals.map((each) => each.status)).toEqual([401, 401, 400]);
    for (const each of refusals) expect(((await each.json()) as { error: string }).error).toMatch(/\.$/);
    expect((await fetch(`${bot.runtime.url}/calls`)).status).toBe(405);
    expect(await bot.engine.store.order('corner/C-1')).toBeNull();
    const [webhook] = await bot.engine.store.webhooks({ limit: 1 });
    expect(webhook).toMatchObject({ channel: 'orders', accountId: 'wa', path: '/calls', status: 405, payload: '' });
  });

  it('waits while the store cannot write, and is told to call again', async () => {
    const { store } = bot.engine;
    const { digests } = store;
    store.digests = async () => {
      throw new Error('The disk is full.');
    };
    expect((await signed(JSON.stringify(order('D-1', '+77010000001')))).status).toBe(503);
    store.digests = digests;
    expect(((await bot.runtime.next('caught')) as { error?: { message: string } }).error!.message).toContain('disk');
    await bot.until(() => status('called') === 'red: The disk is full.');
    expect((await signed(JSON.stringify(order('D-1', '+77010000001')))).status).toBe(200);
    await bot.until(() => status('called') === 'green: listening');
  });

  it('cannot be verified where the http in parses the body', async () => {
    expect((await bot.post('/parsed', order('E-1', '+77010000001'))).status).toBe(500);
    expect(lines.some((line) => line.startsWith('RAW_BODY_MISSING') || line.includes('parses the body'))).toBe(true);
  });

  it('in test mode is worked through, and nobody hears of it', async () => {
    await hears('+77010000005', '/trial');
    await bot.post('/trials', order('F-1', '+77010000005'));
    const followUp = () => bot.engine.store.followUp('trying/F-1/POST_PURCHASE');
    await bot.until(async () => (await followUp())?.state === 'shown');
    expect(thanks('+77010000005')).toEqual([]);
    for (const id of ['trying', 'policy', 'out']) await bot.until(() => status(id) === 'yellow: test mode');
  });
});

describe('a shop that is asked', () => {
  it('starts turns for what is new, and for nothing that it had before', async () => {
    await hears('+77010000006');
    await bot.until(() => status('asked') === 'green: waiting, 0 read');
    has = [
      order('G-1', '+77010000006'),
      order('G-old', '+77010000006', { placed_at: new Date(Date.now() - 24 * HOUR).toISOString() }),
    ];
    await bot.until(() => thanks('+77010000006').length > 1 || status('asked')?.includes('2 read'));
    await bot.until(() => thanks('+77010000006').includes('Thank you for G-1!'));
  });

  it('that is another one from now on is old up to now, as at the first time', async () => {
    await hears('+77010000007');
    const before = new Date(Date.now() - HOUR).toISOString();
    has = [order('K-old', '+77010000007', { placed_at: before })];
    const moved = { settings: { shop: 'api-shop', url: `${shopUrl}/elsewhere` } };
    await bot.runtime.deploy(flows().map((node) => (node.id === 'asked' ? { ...node, ...moved } : node)));
    const followUp = () => bot.engine.store.followUp('api-shop/K-old/POST_PURCHASE');
    await bot.until(async () => (await followUp())?.state === 'old');
    has = [];
    await bot.runtime.deploy(flows());
  });

  it('that refuses us is told with what to do, and does not stop the others', async () => {
    await bot.until(() => status('failing') === 'red: the shop refuses our key');
    expect(lines.some((line) => line.includes('The orders of "broken" cannot be read'))).toBe(true);
  });

  it('is asked no more when its node is gone, and what it had told goes on from there', async () => {
    await bot.runtime.deploy(flows().filter(({ id }) => id !== 'failing'));
    await bot.until(() => status('asked')?.startsWith('green: waiting'));
    await bot.quiet();
    expect(thanks('+77010000006').filter((text) => text === 'Thank you for G-1!')).toHaveLength(1);
  });
});

it.each([
  ['called', 'green: listening'],
  ['idle', 'yellow: nothing comes'],
  ['trying', 'yellow: test mode'],
  ['resting', 'yellow: writes to nobody'],
  ['unheard', 'yellow: no channel-in'],
])('shows how it is: %s', (id, words) => expect(status(id)).toBe(words));

it.each([
  ['Nobody can be written to by his phone number on telegram.'],
  ['The source of orders "pigeon" is not installed.'],
  ['"0.2" is no number of seconds from 1 to 86400.'],
])('says at the deploy: %s', (words) => expect(lines.some((line) => line.includes(words))).toBe(true));

it('tells a message that came from no http in what to do', async () => {
  bot.runtime.inject('called', { payload: '{}' });
  const messages = () =>
    (bot.runtime.received('caught') as { error?: { message: string } }[]).map(({ error }) => error?.message);
  await bot.until(() => messages().some((message) => message?.includes('Wire an http in node to this order-in.')));
});

it('takes orders that a flow has from elsewhere, and tells it of the first that something is wrong with', async () => {
  const order = { number: 'F-1', state: 'placed', placed_at: Date.now(), customer: { phone: '+77010000009' } };
  bot.runtime.inject('idle', { payload: [{ ...order, number: 'F-0', customer: { phone: '12' } }, order] });
  await bot.until(() => bot.engine.store.followUp('idle/F-1/POST_PURCHASE'));
  await bot.until(() =>
    (bot.runtime.received('caught') as { error?: { message: string } }[]).some(({ error }) =>
      error?.message.includes('Order F-0: '),
    ),
  );
});
