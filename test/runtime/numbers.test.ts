/** A real account on WAHA's stand-in, on the real runtime: it types, repeats itself to few, is warmed up, and knows who agreed in words of his own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { followUpId } from '../../core/orders/plans.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const OPEN = { outreachHours: '00:00-24:00', outreachPaceSeconds: 0, outreachPauseHours: 0 };
const THANKS = 'Thank you for your order!';
/** Several messages at once. */
const PARTS = "return [msg.payload.split('|').map((payload) => ({ ...msg, payload }))];";

/** An address of its own makes the account a real one. */
const flows = (server: string, account: object = {}): FlowItem[] => [
  accountConfig('shop', { channel: 'waha', settings: { apiBase: `${server}/waha` }, ...OPEN, ...account }),
  ...entryNodes('shop', '/waha', 'opt-out'),
  { id: 'opt-out', type: 'dragoman-opt-out', version: 1, wires: [['echo'], []] },
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'hook', type: 'http in', method: 'post', url: '/orders', skipBodyParsing: true, wires: [['orders']] },
  { id: 'orders', type: 'dragoman-order-in', account: 'shop', ...SOURCE, wires: [['policy']] },
  { id: 'policy', type: 'dragoman-send-policy', version: 1, wires: [['words'], []] },
  { id: 'words', type: 'template', template: `${THANKS} {{{order.fields.note}}}`, wires: [['parts']] },
  { id: 'parts', type: 'function', func: PARTS, outputs: 1, wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];
const SOURCE = { source: 'api', settings: { shop: 'corner' }, pollSeconds: '', version: 1 };

let bot: Dragoman;
let person = 12_125_550_100;
beforeAll(async () => {
  bot = await startDragoman({ flows: [] });
  await bot.runtime.deploy(flows(bot.engine.simulator!.base()));
}, 60_000);
afterAll(() => bot.stop());

const newPhone = () => String(++person);
async function says(phone: string, text: string) {
  await bot.happens('waha', '/waha', { kind: 'text', customer: { phone, name: 'Ivan' }, text });
  await bot.quiet();
}
async function told(number: string, phone: string, more: object = {}) {
  const at = new Date().toISOString();
  const consent = { at, where: 'checkout', words: 'Write to me about my order.' };
  const order = {
    number,
    state: 'placed',
    placed_at: at,
    customer: { name: 'Ivan', phone: `+${phone}` },
    consent,
    ...more,
  };
  expect(await (await bot.post('/orders', order)).json()).toMatchObject({ told: 1, taken: 1 });
}
const followUp = (number: string) => bot.engine.store.followUp(followUpId(`corner/${number}`, 'POST_PURCHASE'));
const outcome = (number: string) =>
  bot.until(async () => {
    const found = await followUp(number);
    return found && !['waiting', 'running'].includes(found.state) ? found : null;
  }, 20_000);
const calls = (phone: string) => bot.simulator.calls({ platform: 'waha', thread: phone }).map(({ method }) => method);

it('shows the customer that somebody types before a message that he did not ask for', async () => {
  const phone = newPhone();
  await told('T-1', phone, { fields: { note: 'T-1' } });
  expect(await outcome('T-1')).toMatchObject({ state: 'sent' });
  expect(calls(phone)).toEqual(['startTyping', 'stopTyping', 'sendText']);
});

it('types one after another what a flow says at once, and sends it in that order', async () => {
  const phone = newPhone();
  await told('T-2', phone, {
    fields: { note: `T-2, and much more to say.${' More.'.repeat(20)}|Short T-2.|Last T-2.` },
  });
  expect(await outcome('T-2')).toMatchObject({ state: 'sent' });
  await bot.quiet();
  expect(bot.shown({ thread: phone }).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Thank you .* More\.$/),
    'Short T-2.',
    'Last T-2.',
  ]);
  expect(calls(phone)).toEqual(Array.from({ length: 3 }, () => ['startTyping', 'stopTyping', 'sendText']).flat());
});

it('says the same to five people, and holds what it would say to others, with what to do', async () => {
  const numbers = Array.from({ length: 7 }, (_, n) => `S-${n}`);
  for (const number of numbers) await told(number, newPhone());
  const ended = await Promise.all(numbers.map(outcome));
  expect(ended.filter(({ state }) => state === 'sent')).toHaveLength(5);
  const held = ended.filter(({ state }) => state === 'held');
  expect(held).toMatchObject([{ rule: 'sameness' }, { rule: 'sameness' }]);
  expect(held[0]!.reason).toContain('{name} or {number}');
  expect(held[0]!.dueAt).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  // The order's own words are another matter.
  const phone = newPhone();
  await told('S-8', phone, { fields: { note: 'Number S-8.' } });
  expect(await outcome('S-8')).toMatchObject({ state: 'sent' });
});

it('takes a customer’s own words for his consent until he says otherwise, and shows them', async () => {
  const phone = newPhone();
  await says(phone, 'Hello');
  await told('P-0', phone, { consent: undefined, fields: { note: 'P-0' } });
  expect(await outcome('P-0')).toMatchObject({ state: 'refused', rule: 'proof' });
  await says(phone, 'Subscribe!');
  await told('P-1', phone, { consent: undefined, fields: { note: 'P-1' } });
  const { state, proof, turnId } = await outcome('P-1');
  expect([state, proof]).toMatchObject(['sent', { words: 'Subscribe!', where: 'waha, account shop' }]);
  expect(await bot.engine.store.message(proof!.messageId!)).toMatchObject({ direction: 'in', text: 'Subscribe!' });
  const [decision] = (await bot.engine.store.turn(turnId!))!.decisions;
  expect(decision).toMatchObject({
    gate: 'send-policy',
    result: 'pass',
    reason: expect.stringContaining('"Subscribe!"'),
  });
  await says(phone, 'STOP');
  await told('P-2', phone, { consent: undefined, fields: { note: 'P-2' } });
  expect(await outcome('P-2')).toMatchObject({ state: 'refused', rule: 'consent' });
});

it('has less than its limit on its first day, and all of it where its account says that the number is known', async () => {
  const today = async () => (await bot.engine.desk.figures()).limiters;
  expect(await today()).toMatchObject([{ limitToday: 20, dailyLimit: 100, warmUp: { day: 1, of: 14 } }]);
  await bot.runtime.deploy(flows(bot.engine.simulator!.base(), { outreachWarmUpDays: 0 }));
  await bot.until(async () => (await today())[0]?.limitToday === 100);
  await bot.runtime.deploy(flows(bot.engine.simulator!.base(), { outreachDailyLimit: 40, outreachWarmUpDays: 1 }));
  await bot.until(async () => (await today())[0]?.limitToday === 20);
});
