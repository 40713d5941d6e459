/**
 * Only the gateway can reach a platform, at work: whatever way an order's message is asked for, each request that leaves for the platform is a part
 * that the store has marked at that moment, and what no way may send is not even typed. The sources say the same in `../only-gateway.test.ts`.
 */
import { execFile } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Message } from '../../core/model.ts';
import { startLlm } from '../../simulator/llm.ts';
import { demoShop } from '../support/demo-shop.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const ACCOUNT = 'account-orders-waha';
const WEBHOOK = '/api/integrations/webhooks/waha/';
const TOKEN = 'word-for-other-systems';
const UNSET = { OPENAI_API_KEY: undefined, ORDERS_API_URL: undefined, AI_SELLER_TEST_MODE: undefined };

/** A request that left for the platform, and what of the store was on its way then. */
interface Left {
  path: string;
  body: { chatId?: string; text?: string };
  marked: Promise<Message[]>;
}

let bot: Dragoman;
let shop: ReturnType<typeof demoShop>;
let llm: Awaited<ReturnType<typeof startLlm>>;
let flows: FlowItem[];
let left: Left[] = [];
/** Where else this process called. */
const elsewhere = new Set<string>();

function watch() {
  const platform = new URL(bot.engine.registry.account(ACCOUNT)!.settings.apiBase!);
  const own = new Set([platform, bot.runtime.url, llm.url].map((url) => new URL(url).origin));
  const note = (origin: string) => own.has(origin) || elsewhere.add(origin);
  diagnostics.subscribe('undici:request:create', (event) => {
    const { origin } = (event as { request: { origin: string | URL } }).request;
    note(new URL(origin).origin);
  });
  diagnostics.subscribe('http.client.request.start', (event) => {
    const { protocol, host } = (event as { request: { protocol: string; host: string } }).request;
    note(`${protocol}//${host}`);
  });
  diagnostics.subscribe('undici:request:bodyChunkSent', (event) => {
    const { request, chunk } = event as { request: { origin: string | URL; path: string }; chunk: string | Uint8Array };
    if (new URL(request.origin).origin !== platform.origin || !request.path.startsWith(platform.pathname)) return;
    const body = JSON.parse(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()) as Left['body'];
    left.push({ path: request.path, body, marked: bot.engine.store.sends({ states: ['sending'], limit: 100 }) });
  });
}

beforeAll(async () => {
  flows = await shippedFlows();
  llm = await startLlm({ dialect: 'ollama' });
  bot = await startDragoman({ flows, env: { ...UNSET, OPENAI_BASE_URL: llm.url, DRAGOMAN_API_TOKEN: TOKEN } });
  shop = demoShop(bot);
  watch();
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  left = [];
  llm.fault = null;
});

let line = 100;
const newPhone = () => `+1212556${String(++line).padStart(4, '0')}`;
const dragoman = (...args: string[]) => promisify(execFile)(process.execPath, [MAIN, ...args]);
const deploy = (account: object) =>
  bot.runtime.deploy(flows.map((node) => (node.id === ACCOUNT ? { ...node, ...account } : node)));
const outcome = (number: string, event = 'POST_PURCHASE') =>
  bot.until(async () => {
    const followUp = await bot.engine.store.followUp(`shop/${number}/${event}`);
    return followUp && !['waiting', 'running'].includes(followUp.state) ? followUp : null;
  }, 20_000);

const sent = (number: string) =>
  bot.until(async () => (await bot.engine.store.followUp(`shop/${number}/POST_PURCHASE`))!.state === 'sent', 20_000);

/** The messages that left, each with its mark. Beside them nothing left but that one is written, and nothing to anybody else. */
async function arrived(phone: string): Promise<string[]> {
  await bot.quiet();
  const texts: string[] = [];
  for (const { path: asked, body, marked } of left) {
    expect(body.chatId).toBe(`${phone.slice(1)}@c.us`);
    const method = asked.split('/').at(-1);
    if (['sendSeen', 'startTyping', 'stopTyping'].includes(method!)) continue;
    expect(method).toBe('sendText');
    const parts = (await marked).flatMap(({ parts = [] }) => parts.filter(({ state }) => state === 'sending'));
    expect(parts.filter(({ request }) => (request as { text: string }).text === body.text)).toHaveLength(1);
    texts.push(body.text!.replace(/\u00a0/g, ' '));
  }
  expect([...elsewhere]).toEqual([]);
  return texts;
}

it('a message that every gate let pass leaves once, and its state is the platform’s answer', async () => {
  const phone = newPhone();
  const number = await shop.order(phone);
  const { state, messageId } = await outcome(number);
  expect(await arrived(phone)).toEqual([expect.stringContaining(number)]);
  expect(state).toBe('sent');
  const { parts } = (await bot.engine.store.message(messageId!))!;
  expect(parts).toMatchObject([{ state: 'sent', platformId: expect.any(String) }]);
});

it('an order that other systems call delivered leads to one message', async () => {
  const phone = newPhone();
  const number = await shop.order(phone);
  await outcome(number);
  left = [];
  for (let time = 0; time < 2; time++) {
    const answer = await fetch(`${bot.runtime.url}/ai-seller/trigger-delivered/${number}`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } },
    });
    expect(answer.status).toBe(200);
  }
  expect(await outcome(number, 'ORDER_DELIVERED')).toMatchObject({ state: 'sent' });
  expect(await arrived(phone)).toEqual([expect.stringContaining('delivered')]);
});

it('a message that the platform refused leaves once more when the command says so, and no other way', async () => {
  const phone = newPhone();
  bot.simulator.faults.set({ platform: 'waha', thread: phone.slice(1) }, { kind: 'blocked', times: 1 });
  const { state, messageId } = await outcome(await shop.order(phone));
  expect(state).toBe('failed');
  expect(await arrived(phone)).toHaveLength(1);
  left = [];
  await dragoman('resend', messageId!);
  expect(await arrived(phone)).toHaveLength(1);
  expect((await bot.engine.store.message(messageId!))!.state).toBe('sent');
});

it('a draft leaves when a person approves it by command', async () => {
  const phone = newPhone();
  await deploy({ autoReply: 'off' });
  const { state, messageId } = await outcome(await shop.order(phone));
  expect([state, await arrived(phone)]).toEqual(['drafted', []]);
  await dragoman('approve', messageId!);
  expect(await arrived(phone)).toHaveLength(1);
  await deploy({});
});

it.each<[string, object, object, Record<string, string>]>([
  ['is a test', { state: 'shown' }, { outreachTestMode: 'on' }, { 'q-kettle': '3' }],
  ['is of an account that is switched off', { state: 'held', rule: 'switch' }, { outreachEnabled: 'off' }, {}],
  ['comes out of hours', { rule: 'hours' }, { outreachHours: '00:00-00:01' }, {}],
  ['has nobody’s consent', { state: 'refused', rule: 'proof' }, {}, { consent: '' }],
])(
  'a message that %s does not leave, nor does its customer see that it is written',
  async (_what, became, account, form) => {
    const phone = newPhone();
    // So long that an answer would show as typing; of what was not worded before.
    llm.fault = { kind: 'delay', ms: 6_000 };
    await deploy(account);
    const number = await shop.order(phone, form);
    expect(await outcome(number)).toMatchObject(became);
    await bot.quiet();
    expect([left, [...elsewhere]]).toEqual([[], []]);
    llm.fault = null;
    await deploy({});
    // What the switch alone held back leaves then.
    if ('rule' in became && became.rule === 'switch') await sent(number);
  },
);

it('nothing leaves while the command has stopped everything, and what is held leaves once it goes on', async () => {
  const phone = newPhone();
  await dragoman('outreach', 'off');
  const number = await shop.order(phone);
  expect(await outcome(number)).toMatchObject({ state: 'held', rule: 'switch' });
  expect(await arrived(phone)).toEqual([]);
  await dragoman('outreach', 'on');
  await sent(number);
  expect(await arrived(phone)).toEqual([expect.stringContaining(number)]);
});

it('a message that its customer forbids while a model words it does not leave', async () => {
  const phone = newPhone();
  llm.fault = { kind: 'delay', ms: 6_000 };
  llm.journal.length = 0;
  const number = await shop.order(phone, { 'q-kettle': '4' });
  await bot.until(() => llm.journal.length > 0);
  const customer = { phone: phone.slice(1), name: 'Ivan' };
  expect((await bot.happens('waha', WEBHOOK, { kind: 'text', customer, text: 'Стоп' })).status).toBe(200);
  left = [];
  expect(await outcome(number)).toMatchObject({ state: 'refused', rule: 'consent' });
  // Only that he was understood.
  expect((await arrived(phone)).map((text) => text.includes(number))).toEqual([false]);
});
