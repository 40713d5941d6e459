/** The shipped flows as a fresh install has them: what is ordered in the demo shop is followed by messages on WAHA's stand-in. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { onLog } from '../../node-red/red.ts';
import { startLlm } from '../../simulator/llm.ts';
import { demoShop } from '../support/demo-shop.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';

const WEBHOOK = '/api/integrations/webhooks/waha/';
const UNSET = { OPENAI_API_KEY: undefined, ORDERS_API_URL: undefined, AI_SELLER_TEST_MODE: undefined };

let bot: Dragoman;
let shop: ReturnType<typeof demoShop>;
let llm: Awaited<ReturnType<typeof startLlm>>;
beforeAll(async () => {
  llm = await startLlm({ dialect: 'ollama' });
  bot = await startDragoman({ env: { ...UNSET, OPENAI_BASE_URL: llm.url } });
  shop = demoShop(bot);
  await bot.until(async () => (await bot.engine.knowledge.search('home-goods', 'delivery cost', 1))[0]);
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  // It is down, unless a test says otherwise.
  llm.fault = { kind: 'unauthorized' };
});

/** Numbers for fiction: a customer each. */
let line = 100;
const newPhone = () => `+1212555${String(++line).padStart(4, '0')}`;
const threadOf = (phone: string) => phone.slice(1);
const sentTo = (phone: string) =>
  bot
    .shown({ platform: 'waha' })
    .filter(({ thread }) => thread?.startsWith(threadOf(phone)))
    .map(({ text }) => text?.replace(/\u00a0/g, ' '));
const says = async (phone: string, text: string) => {
  await bot.happens('waha', WEBHOOK, { kind: 'text', customer: { phone: threadOf(phone), name: 'Ivan' }, text });
  await bot.quiet();
};

/** What became of writing about it, once that is known. */
const outcome = (number: string, event = 'POST_PURCHASE') =>
  bot.until(async () => {
    const followUp = await bot.engine.store.followUp(`shop/${number}/${event}`);
    return followUp && !['waiting', 'running'].includes(followUp.state) ? followUp : null;
  }, 20_000);

it('E1 E2 E3 thanks for an order once, and tells of its delivery once, in the template’s words while no model answers', async () => {
  const lines: string[] = [];
  const stop = onLog(bot.runtime.RED, ({ msg }) => void lines.push(String(msg)));
  const phone = newPhone();
  const number = await shop.order(phone);
  const { state, turnId } = await outcome(number);
  stop();
  expect(state).toBe('sent');
  expect(lines).toContainEqual(
    expect.stringMatching(`Turn ${turnId} answered in .*, written by the template, sent\\.$`),
  );
  const thanks = `Hello Ivan! Thank you for your order ${number}: Kettle and 2 × Bowl. Total: ₸17,970.00. If you have a question, just reply to this message.`;
  expect(sentTo(phone)).toEqual([thanks]);
  expect((await bot.engine.store.turn(turnId!))?.decisions).toMatchObject([
    { gate: 'send-policy', result: 'pass' },
    { gate: 'order-text', result: 'pass', rule: 'model-failed' },
  ]);

  for (const next of ['shipped', 'delivered', 'delivered']) await shop.becomes(number, next);
  expect(await outcome(number, 'ORDER_DELIVERED')).toMatchObject({ state: 'sent' });
  expect(sentTo(phone)).toEqual([
    thanks,
    expect.stringMatching(new RegExp(`^Hello Ivan! Your order ${number} was delivered`)),
  ]);
});

it('E5 says nothing more to whoever wrote STOP, and why', async () => {
  const phone = newPhone();
  expect(await outcome(await shop.order(phone))).toMatchObject({ state: 'sent' });
  await says(phone, 'STOP');
  const before = sentTo(phone);
  expect(before).toEqual([expect.stringContaining('Thank you'), expect.stringContaining('START')]);
  const reason = expect.stringMatching(/\w+/);
  expect(await outcome(await shop.order(phone))).toMatchObject({ state: 'refused', rule: 'consent', reason });
  expect(sentTo(phone)).toEqual(before);
});

it('E4 writes three messages to a person, and says of the fourth why not', async () => {
  const phone = newPhone();
  for (let count = 0; count < 3; count++)
    expect(await outcome(await shop.order(phone))).toMatchObject({ state: 'sent' });
  expect(await outcome(await shop.order(phone))).toMatchObject({ state: 'refused', rule: 'customer-cap' });
  expect(sentTo(phone).length).toBe(3);
});

it('lets the ordinary bot answer in the same conversation', async () => {
  const phone = newPhone();
  expect(await outcome(await shop.order(phone))).toMatchObject({ state: 'sent' });
  await says(phone, 'How much does delivery cost?');
  expect(sentTo(phone)).toEqual([expect.stringContaining('Thank you'), expect.stringContaining('tenge')]);
  const authors = (await bot.messages()).map(({ author }) => author);
  expect(authors).toEqual(['bot', 'customer', 'bot']);
});

it('writes to nobody who did not agree', async () => {
  const phone = newPhone();
  expect(await outcome(await shop.order(phone, { consent: '' }))).toMatchObject({ state: 'refused' });
  expect(sentTo(phone)).toEqual([]);
});

it('E1 takes an order that a shop posts', async () => {
  const phone = newPhone();
  const at = new Date().toISOString();
  const consent = { at, where: 'checkout', words: 'Write to me.' };
  const told = { number: 'W-1', state: 'placed', placed_at: at, customer: { phone }, items: [{ name: 'Lamp' }] };
  const answer = await bot.post('/api/integrations/webhooks/orders/', { ...told, consent });
  expect(await answer.json()).toMatchObject({ told: 1, taken: 1 });
  expect(await outcome('W-1')).toMatchObject({ state: 'sent' });
  expect(sentTo(phone)).toEqual([expect.stringContaining('W-1')]);
});

it('E2 has a model word it, who is told neither name, number nor phone', async () => {
  llm.fault = null;
  llm.brain = ({ text }) => text.replace('Thank you', 'A thousand thanks');
  llm.journal.length = 0;
  const phone = newPhone();
  const number = await shop.order(phone);
  const { messageId } = await outcome(number);
  expect(sentTo(phone)).toEqual([expect.stringContaining(`Hello Ivan! A thousand thanks for your order ${number}`)]);
  expect((await bot.engine.store.message(messageId!))?.source).toMatchObject({
    ...{ kind: 'llm', node: 'order-follow-up-text' },
    usage: { input: expect.any(Number) },
  });
  expect(llm.journal.length).toBe(1);
  const asked = JSON.stringify(llm.journal);
  for (const secret of ['Ivan', number, threadOf(phone)]) expect(asked).not.toContain(secret);
});

it('E8 in test mode everything is done but the sending', async () => {
  const account = 'account-orders-waha';
  await bot.runtime.deploy(
    (await shippedFlows()).map((node) => (node.id === account ? { ...node, outreachTestMode: 'on' } : node)),
  );
  const phone = newPhone();
  const followUp = await outcome(await shop.order(phone));
  expect(followUp).toMatchObject({ state: 'shown' });
  expect((await bot.engine.store.message(followUp.messageId!))?.text).toMatch(/^Hello Ivan! .*thank/i);
  expect(sentTo(phone)).toEqual([]);
});
