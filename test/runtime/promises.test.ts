/** Eight promises of the engine, asked through webhooks, flows and what an operator does: they hold whatever the engine is made of. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const HOOK = '/promise';
let bot: Dragoman;
let person = 820_000;

const account = (id: string, channel: string, more: object = {}): FlowItem =>
  accountConfig(id, { channel, takeoverSeconds: 300, ...more });
const door = (id: string, url: string): FlowItem[] => [
  { id: `post-${id}`, type: 'http in', url, method: 'post', skipBodyParsing: true, wires: [[`in-${id}`]] },
  { id: `in-${id}`, type: 'dragoman-channel-in', account: id, version: 1, wires: [['f']] },
];
const says = (code: string, wires: string[][] = [['out']]): FlowItem[] => [
  { id: 'f', type: 'function', func: code, outputs: wires.length, wires },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];
const wait = (seconds: number): FlowItem[] => [
  {
    ...{ id: 'wait', type: 'delay', pauseType: 'delay', timeout: String(seconds), timeoutUnits: 'seconds', outputs: 1 },
    wires: [['late']],
  },
  { id: 'late', type: 'function', func: "msg.payload = 'The answer.'; return msg;", outputs: 1, wires: [['out']] },
];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  bot = await startDragoman({ flows: [] });
}, 60_000);
afterAll(() => bot.stop());
beforeEach(() => bot.simulator.faults.clear());

const texts = (thread: number | string) => bot.shown({ thread: String(thread) }).map((call) => call.text);
const hears = (text: string, id: number) =>
  bot.happens('telegram', HOOK, { kind: 'text', customer: { id: Number(id) }, text });
async function conversationOf(address: number | string) {
  const all = await bot.engine.store.conversations({ limit: 100 });
  return all.find((one) => JSON.stringify(one.address).includes(String(address)));
}

it.each(['```', '** **', '   '])(
  '1: a reply that renders to nothing (%j) silences nobody',
  async (empty) => {
    const code = `msg.payload = msg.payload === 'one' ? ${JSON.stringify(empty)} : 'Here I am.'; return msg;`;
    await bot.runtime.deploy([account('acc', 'telegram'), ...door('acc', HOOK), ...says(code)]);
    const id = ++person;
    await hears('one', id);
    const conversation = await bot.until(() => conversationOf(id));
    await pause(300);
    await bot.engine.operator.reply(conversation.id, 'A colleague here.');
    await bot.until(() => texts(id).includes('A colleague here.'));
    const other = ++person;
    await hears('two', other);
    await bot.until(() => texts(other).includes('Here I am.'));
  },
  30_000,
);

it('2: a channel that throws costs its own message alone', async () => {
  await bot.runtime.deploy([account('acc', 'telegram'), ...door('acc', HOOK), ...says('return msg;')]);
  const { channel } = bot.engine.registry.account('acc')!;
  const { send } = channel;
  const id = ++person;
  channel.send = () => Promise.reject(new Error('a channel that broke'));
  await hears('one', id);
  await pause(1_500);
  channel.send = send;
  await hears('two', id);
  await bot.until(() => texts(id).includes('two'));
}, 30_000);

it('3: a reply that comes after its attempt is sent once', async () => {
  await bot.runtime.deploy([
    ...[account('acc', 'telegram', { timeoutSeconds: 1 }), ...door('acc', HOOK)],
    ...[...says('return msg;', [['wait']]), ...wait(2.5)],
  ]);
  const id = ++person;
  await hears('hello', id);
  await bot.until(() => texts(id)[0], 20_000);
  await pause(4_000);
  expect(texts(id)).toEqual(['The answer.']);
}, 40_000);

it('4: a person’s words pass a reply of the bot that must wait', async () => {
  await bot.runtime.deploy([account('acc', 'telegram'), ...door('acc', HOOK), ...says('return msg;')]);
  const id = ++person;
  const target = { platform: 'telegram' as const, thread: String(id) };
  bot.simulator.faults.set(target, { kind: 'rate-limit', retryAfter: 600, times: 1 });
  await hears('hello', id);
  await bot.until(() => bot.simulator.calls({ thread: String(id), send: true })[0]);
  const conversation = await bot.until(() => conversationOf(id));
  void bot.engine.operator.reply(conversation.id, 'I help you.').catch(() => {});
  await bot.until(() => texts(id).includes('I help you.'), 5_000);
}, 30_000);

it('5: of two numbers behind one URL, each is on or off by itself', async () => {
  const number = (id: string, enabled: boolean) =>
    account(id, 'whatsapp', { enabled, settings: { phoneNumberId: id === 'silent' ? '111' : '222' } });
  await bot.runtime.deploy([
    ...[number('silent', false), number('lively', true), ...door('silent', HOOK), ...door('lively', '/other')],
    ...says("msg.payload = 'Answered.'; return msg;"),
  ]);
  const ask = (to: string, phone: string) => {
    const action = { kind: 'text' as const, customer: { phone }, text: 'hello' };
    const { body, headers } = bot.simulator.webhook('whatsapp', action, { account: to });
    return bot.post(HOOK, body, headers);
  };
  const [one, two] = [`34611${++person}`, `34611${++person}`];
  await ask('222', one);
  await ask('111', two);
  await bot.until(() => texts(one)[0]);
  await pause(1_000);
  expect([texts(one), texts(two)]).toEqual([['Answered.'], []]);
}, 30_000);

it('6: a human who types the bot’s very words has taken over', async () => {
  await bot.runtime.deploy([
    account('acc', 'whatsapp'),
    ...door('acc', HOOK),
    ...says("msg.payload = 'Hello!'; return msg;"),
  ]);
  const customer = { phone: `34611${++person}` };
  await bot.happens('whatsapp', HOOK, { kind: 'text', customer, text: 'hello' });
  await bot.until(() => texts(customer.phone)[0]);
  await pause(500);
  await bot.happens('whatsapp', HOOK, { kind: 'echo', customer, text: 'Hello!' });
  await pause(500);
  expect((await conversationOf(customer.phone))!.humanUntil).toBeGreaterThan(Date.now());
}, 30_000);

it('7: a draft is not sent to whom said STOP since', async () => {
  await bot.runtime.deploy([
    ...[account('acc', 'telegram', { autoReply: 'off' }), ...door('acc', HOOK)],
    ...says("msg.payload = 'An offer.'; return msg;"),
  ]);
  const id = ++person;
  await hears('hello', id);
  const conversation = await bot.until(() => conversationOf(id));
  const draft = await bot.until(async () =>
    (await bot.engine.operator.drafts({ limit: 100 })).find((one) => one.conversationId === conversation.id),
  );
  await bot.engine.store.changeConversation(conversation.id, () => ({ optedOutAt: Date.now() }));
  await bot.engine.operator.approve(draft.id).catch(() => {});
  await pause(500);
  expect(texts(id)).toEqual([]);
}, 30_000);

it('8: an answer that was announced comes, although the customer said "ok" in between', async () => {
  const code = "return msg.payload === 'ok' ? [null, null] : [{ ...msg, payload: 'One moment.' }, msg];";
  await bot.runtime.deploy([
    ...[account('acc', 'telegram'), ...door('acc', HOOK)],
    ...[...says(code, [['out'], ['wait']]), ...wait(7)],
  ]);
  const id = ++person;
  await hears('question', id);
  await bot.until(() => texts(id)[0]);
  await hears('ok', id);
  await bot.until(() => texts(id).includes('The answer.'), 15_000);
}, 30_000);
