import { afterAll, beforeAll, expect, it } from 'vitest';
import { onLog } from '../../node-red/red.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';

const UNASKED = { channel: 'waha', outreachPaceSeconds: 0, outreachPauseHours: 0, outreachMaxMessages: 1_000 };
const words = (id: string, more: object = {}): FlowItem => ({
  ...{ id, type: 'dragoman-order-text', provider: '', usesModel: false, style: '', fallback: '', texts: {} },
  ...{ experiment: '', variants: [], version: 1, wires: [['out']], ...more },
});
/** A shop whose orders are worded by the node of its name. */
const shop = (name: string): FlowItem => ({
  ...{ id: `orders-${name}`, type: 'dragoman-order-in', account: 'wa', source: 'api', settings: { shop: name } },
  ...{ pollSeconds: '', version: 1, wires: [[name]] },
});
const emoji = { POST_PURCHASE: { template: { en: '🎉 {number}' } } };
const own = { POST_PURCHASE: { template: { en: 'Thanks, {number}, {trackingUrl}' }, fallback: { en: 'Just thanks' } } };

const flows: FlowItem[] = [
  accountConfig('wa', UNASKED),
  ...entryNodes('wa', '/wa', 'plain'),
  ...['plain', 'tested', 'silent', 'odd'].map(shop),
  words('plain', { texts: own }),
  words('tested', {
    experiment: 'thanks',
    variants: [
      { id: 'emoji', share: 1, texts: emoji },
      { id: 'plain', share: 1, texts: {} },
    ],
  }),
  words('silent', { usesModel: true, fallback: 'off' }),
  words('odd', { fallback: 'perhaps' }),
  words('twice', {
    variants: [
      { id: 'a', share: 1, texts: {} },
      { id: 'a', share: 1, texts: {} },
    ],
  }),
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
  { id: 'watch', type: 'status', scope: null, wires: [['shown']] },
  { id: 'shown', type: 'tap' },
];

let bot: Dragoman;
const lines: string[] = [];
beforeAll(async () => {
  bot = await startDragoman({
    flows,
    env: { OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined, AI_SELLER_FALLBACK_ENABLED: undefined },
    beforeStart: (RED) => onLog(RED, ({ msg }) => lines.push(String(msg))),
  });
}, 60_000);
afterAll(() => bot.stop());

let number = 0;
/** Somebody new orders; resolves with what became of writing about it, and what came. */
async function ordered(shopName: string, more: object = {}) {
  const n = ++number;
  const phone = `+7701${String(1_000_000 + n)}`;
  const consent = { at: Date.now(), where: 'checkout', words: 'Write to me.' };
  const order = {
    number: `A-${n}`,
    state: 'placed',
    placed_at: Date.now(),
    customer: { phone, language: 'en' },
    consent,
  };
  bot.runtime.inject(`orders-${shopName}`, { payload: { ...order, ...more } });
  const followUp = await bot.until(async () => {
    const found = await bot.engine.store.followUp(`${shopName}/A-${n}/POST_PURCHASE`);
    return found && !['waiting', 'running'].includes(found.state) ? found : null;
  }, 30_000);
  const came = bot.shown({ platform: 'waha' }).filter(({ thread }) => thread?.startsWith(phone.slice(1)));
  return { followUp, said: came.map(({ text }) => text), number: `A-${n}` };
}

it('says the node’s words, and its fallback where the order lacks something', async () => {
  const whole = await ordered('plain', { fields: { trackingUrl: 'https://shop.example/1' } });
  expect(whole.said).toEqual([`Thanks, ${whole.number}, https://shop.example/1`]);
  expect((await ordered('plain')).said).toEqual(['Just thanks']);
  expect(bot.runtime.received('shown')).toContainEqual(
    expect.objectContaining({ status: expect.objectContaining({ text: 'fallback text', fill: 'yellow' }) }),
  );
});

it('gives each contact a variant, which stands at the follow-up', async () => {
  const seen = new Set<string>();
  for (let count = 0; count < 12; count++) {
    const { followUp, said, number } = await ordered('tested');
    seen.add(followUp.variant!);
    expect(said).toEqual([followUp.variant === 'emoji' ? `🎉 ${number}` : expect.stringMatching(/^Hello!/)]);
  }
  expect([...seen].sort()).toEqual(['emoji', 'plain']);
});

it('says nothing, and why, where a model is to word it, there is none, and the fallback is off', async () => {
  const { followUp, said } = await ordered('silent');
  expect(followUp).toMatchObject({ state: 'refused', rule: 'no-model', reason: expect.stringContaining('none is') });
  expect(said).toEqual([]);
});

it('tells a setting that it cannot read, and variants that are none', async () => {
  const { followUp } = await ordered('odd');
  expect(followUp).toMatchObject({ state: 'failed', reason: expect.stringContaining('"perhaps" is neither') });
  expect(lines.some((line) => line.includes('variants of the A/B test'))).toBe(true);
}, 60_000);

it('tells a customer’s own turn that it is about no order', async () => {
  await bot.happens('waha', '/wa', { kind: 'text', customer: { phone: '77019999999', name: 'Ana' }, text: 'Hello' });
  await bot.until(() => lines.some((line) => line.includes('ORDER_MISSING')));
});
