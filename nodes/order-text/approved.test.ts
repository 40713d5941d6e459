/** Orders on WhatsApp's Cloud API: what leaves in the customer's window, and what once it is closed. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { itemsOf } from '../../app/simulator/history.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';

const UNASKED = { outreachPaceSeconds: 0, outreachPauseHours: 0, outreachMaxMessages: 1_000 };
const thanks = { name: 'order_thanks', code: 'es_ES', body: 'Hola {{1=name}}, gracias por {{2=number}}.' };
const texts = { POST_PURCHASE: { template: { es: 'Gracias, {number}' }, approved: { es: thanks } } };
const words = (id: string, more: object = {}): FlowItem => ({
  ...{ id, type: 'dragoman-order-text', provider: '', usesModel: false, style: '', fallback: '', texts },
  ...{ experiment: '', variants: [], version: 1, wires: [['out']], ...more },
});
const shop = (name: string, account: string): FlowItem => ({
  ...{ id: `orders-${name}`, type: 'dragoman-order-in', account, source: 'api', settings: { shop: name } },
  ...{ pollSeconds: '', version: 1, wires: [[`policy-${name}`]] },
});
const policy = (name: string, next: string): FlowItem => ({
  ...{ id: `policy-${name}`, type: 'dragoman-send-policy', version: 1, wires: [[next], []] },
});

const flows: FlowItem[] = [
  accountConfig('cloud', { channel: 'whatsapp', ...UNASKED }),
  accountConfig('tested', { channel: 'whatsapp', ...UNASKED, outreachTestMode: 'on' }),
  accountConfig('phone', { channel: 'waha', ...UNASKED }),
  ...['cloud', 'tested', 'phone'].flatMap((account) => [
    ...entryNodes(account, `/${account}`, 'answers'),
    shop(account, account),
    policy(account, 'words'),
  ]),
  { id: 'answers', type: 'tap' },
  words('words'),
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
  { id: 'watch', type: 'status', scope: null, wires: [['shown']] },
  { id: 'shown', type: 'tap' },
];

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({
    flows,
    env: { OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined, AI_SELLER_TEST_MODE: undefined },
  });
}, 60_000);
afterAll(() => bot.stop());
beforeEach(() =>
  bot.simulator.approve({ name: 'order_thanks', language: 'es_ES', body: 'Hola {{1}}, gracias por {{2}}.' }),
);

let count = 0;
const person = () => `+3460011${String(1_000 + ++count)}`;
/** Somebody orders; resolves with what became of writing about it, and what the platform was asked. */
async function ordered(name: string, phone: string, customer: object = { name: 'Ana' }, event = 'POST_PURCHASE') {
  const number = `B-${++count}`;
  const now = Date.now();
  bot.runtime.inject(`orders-${name}`, {
    payload: {
      ...{ number, state: event === 'POST_PURCHASE' ? 'placed' : 'delivered', placed_at: now, changed_at: now },
      customer: { phone, language: 'es', ...customer },
      consent: { at: now, where: 'checkout', words: 'Write to me.' },
    },
  });
  const followUp = await bot.until(async () => {
    const found = await bot.engine.store.followUp(`${name}/${number}/${event}`);
    return found && !['waiting', 'running'].includes(found.state) ? found : null;
  }, 30_000);
  const calls = bot.simulator.calls({ send: true }).filter(({ thread }) => thread?.startsWith(phone.slice(1)));
  return { followUp, number, calls };
}
const wrote = async (phone: string) => {
  const customer = { phone: phone.slice(1), name: 'Ana' };
  await bot.happens('whatsapp', '/cloud', { kind: 'text', customer, text: 'Hola' });
  await bot.quiet();
};

it('to whoever never wrote the template leaves, and the conversation says what he reads', async () => {
  const { followUp, number, calls } = await ordered('cloud', person());
  const text = `Hola Ana, gracias por ${number}.`;
  expect(calls).toMatchObject([{ method: 'messages.template', text, status: 200, schemaErrors: [] }]);
  expect(followUp).toMatchObject({ state: 'sent' });
  expect(await bot.engine.store.message(followUp.messageId!)).toMatchObject({
    text,
    parts: [{ request: { text, body: { type: 'template' } }, state: 'sent' }],
  });
  expect(bot.runtime.received('shown')).toContainEqual(
    expect.objectContaining({ status: expect.objectContaining({ text: 'WhatsApp template' }) }),
  );
});

it('the simulator’s page shows it as he reads it, also where the platform knows no such template', async () => {
  bot.simulator.reset();
  const { followUp, number, calls } = await ordered('cloud', person());
  expect(calls.map(({ text }) => text)).toEqual([`order_thanks (es_ES): Ana · ${number}`]);
  const account = bot.engine.registry.account('cloud')!;
  const message = (await bot.engine.store.message(followUp.messageId!))!;
  const { address } = (await bot.engine.store.conversation(message.conversationId))!;
  expect(await itemsOf([message], account, address, bot.simulator)).toMatchObject([
    { from: 'bot', text: `Hola Ana, gracias por ${number}.`, state: 'sent', schemaErrors: [] },
  ]);
});

it('to whoever wrote today the text leaves', async () => {
  const phone = person();
  await wrote(phone);
  const { number, calls } = await ordered('cloud', phone);
  expect(calls.map(({ method, text }) => [method, text])).toEqual([['messages.text', `Gracias, ${number}`]]);
});

it('of an order that lacks a field nothing leaves, and the reason names it', async () => {
  const { followUp, calls } = await ordered('cloud', person(), {});
  expect(calls).toEqual([]);
  expect(followUp).toMatchObject({
    ...{ state: 'held', rule: 'window', dueAt: expect.any(Number) },
    reason: expect.stringMatching(
      /he never did\. Template "order_thanks" \(es_ES\) needs name, which the order lacks\.$/,
    ),
  });
});

it('of an event without a template no turn is asked for', async () => {
  const { followUp, calls } = await ordered('cloud', person(), { name: 'Ana' }, 'ORDER_DELIVERED');
  expect(followUp).toMatchObject({ state: 'held', rule: 'window', turnId: null });
  expect(calls).toEqual([]);
});

it('a template that WhatsApp paused is not tried again by itself, and says what to do', async () => {
  bot.simulator.approve({ ...{ name: 'order_thanks', language: 'es_ES', body: 'Hola {{1}}, {{2}}' }, state: 'paused' });
  const { followUp, calls } = await ordered('cloud', person());
  expect(calls.map(({ status }) => status)).toEqual([400]);
  expect(followUp).toMatchObject({ state: 'failed', rule: 'WHATSAPP_132015' });
  const { error } = (await bot.engine.store.message(followUp.messageId!))!;
  expect(error!.action).toMatch(/paused the template/);
});

it('test mode shows what would have left', async () => {
  const { followUp, number, calls } = await ordered('tested', person());
  expect(followUp).toMatchObject({ state: 'shown' });
  expect((await bot.engine.store.message(followUp.messageId!))!.text).toBe(`Hola Ana, gracias por ${number}.`);
  expect(calls).toEqual([]);
});

it('a channel without a window gets the text', async () => {
  const { followUp, number, calls } = await ordered('phone', person());
  expect(calls.map(({ text }) => text)).toEqual([`Gracias, ${number}`]);
  expect((await bot.engine.store.message(followUp.messageId!))!.template).toBeUndefined();
});
