/**
 * Who says that he wants no more messages, in any of our languages, in a word, in a sentence or on a button, by any platform's own webhook, gets
 * nothing unasked any more: held back at the send, whatever a flow would say.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderOf } from '../../app/orders/testing.ts';
import { newId } from '../../core/ids.ts';
import type { Conversation } from '../../core/model.ts';
import { followUpId, orderId, takeOrders } from '../../core/orders/plans.ts';
import { rendered } from '../../core/sending/rendered.ts';
import type { Actions, PlatformId } from '../../simulator/index.ts';
import { PLATFORMS } from '../../simulator/types.ts';
import { type EchoBot, startEchoBot } from '../support/echo-bot.ts';

/** Said of every order, with its number: no two people get the same. */
const TEXT = 'Thank you for your order';
const FREE = { outreachPaceSeconds: 0, outreachPauseHours: 0, outreachMaxMessages: 1_000, outreachDailyLimit: 100_000 };

/** Each language's word, sentence, and title of a button. */
const SAID = {
  es: ['baja', 'No me manden publicidad, por favor', 'No más mensajes'],
  it: ['disiscrivimi', 'Ciao, smettetela di mandarmi messaggi, grazie', 'Basta promozioni'],
  en: ['stop', 'I no longer want to receive messages from you', 'Stop promotions'],
  fa: ['لغو عضویت', 'سلام لطفا مزاحم نشوید', 'توقف تبلیغات'],
  ar: ['توقف', 'توقفوا عن إرسال الرسائل من فضلك', 'إيقاف العروض'],
  ru: ['отписка', 'перестаньте мне писать, пожалуйста', 'Остановить рекламу'],
} as const;
const OF_THE_SEED = ['стоп', 'не пишите', 'STOP'];

type Say = (id: string, text: string) => Actions[PlatformId];
const text: Record<PlatformId, Say> = {
  telegram: (id, said) => ({ kind: 'text', customer: { id: Number(id) }, text: said }),
  whatsapp: (id, said) => ({ kind: 'text', customer: { phone: id, name: 'Ana' }, text: said }),
  instagram: (id, said) => ({ kind: 'text', customer: { id }, text: said }),
  waha: (id, said) => ({ kind: 'text', customer: { phone: id, name: 'Ana' }, text: said }),
};
/** What is tapped; on WAHA buttons are lines of a text, which the customer writes. */
const BUTTONS: Record<PlatformId, Record<string, Say>> = {
  telegram: {
    'inline button': (id, title) => {
      const messageId = Number(echo.bot.shown({ thread: id })[0]!.messageId!.split(':').at(-1));
      return { kind: 'callback', customer: { id: Number(id) }, data: 'x', messageId, title };
    },
  },
  whatsapp: {
    'reply button': (id, title) => ({ kind: 'button', customer: { phone: id }, buttonId: 'x', title }),
    'row of a list': (id, title) => ({ kind: 'list', customer: { phone: id }, rowId: 'x', title }),
    'button of a template': (id, title) => ({ kind: 'template-button', customer: { phone: id }, payload: 'x', title }),
  },
  instagram: {
    'quick reply': (id, title) => ({ kind: 'quick-reply', customer: { id }, title, payload: 'x' }),
    postback: (id, title) => ({ kind: 'postback', customer: { id }, title, payload: 'x' }),
  },
  waha: { 'line of a menu': text.waha },
};
const CASES = PLATFORMS.flatMap((platform) => [
  ...OF_THE_SEED.map((said): [PlatformId, string, string, Say] => [platform, 'seed’s word', said, text[platform]]),
  ...Object.entries(SAID).flatMap(([language, [word, sentence, title]]): [PlatformId, string, string, Say][] => [
    [platform, `${language} word`, word, text[platform]],
    [platform, `${language} sentence`, sentence, text[platform]],
    ...Object.entries(BUTTONS[platform]).map(([name, tap]): [PlatformId, string, string, Say] => [
      ...([platform, `${language} ${name}`, title, tap] as const),
    ]),
  ]),
]);

let echo: EchoBot;
let person = 34_600_100_000;
let number = 0;
beforeAll(async () => {
  echo = await startEchoBot({ telegram: FREE, whatsapp: FREE, instagram: FREE, waha: FREE });
}, 60_000);
afterAll(() => echo.stop());

/** Somebody who wrote before, so that every platform lets us write. */
async function known(platform: PlatformId): Promise<string> {
  const id = String(++person);
  await echo.happens(platform, text[platform](id, 'Hello') as never);
  return id;
}
/** What nobody asked for, as if no gate of the flow had looked: what the gateway makes of it. */
async function unasked(thread: string, where?: Conversation) {
  const { store, gateway, registry, clock } = echo.bot.engine;
  const { id: conversationId, accountId } = where ?? (await echo.conversation(thread));
  const now = clock.now();
  const order = orderOf(String(++number), '+77010000001', now);
  const taken = { read: { ok: true as const, order }, digest: String(number), zones: ['UTC'] };
  const shop = { shop: 'corner', accountId, nodeId: 'orders', now, clockAheadMs: 0, since: null };
  await store.run(takeOrders([taken], shop));
  const words = `${TEXT} ${order.number}.`;
  const delivery = gateway.deliver({
    ...{ id: newId(now), conversationId, accountId, turnId: null, author: 'bot', purpose: 'proactive', text: words },
    ...{ media: [], parts: rendered(registry.account(accountId)!.channel, { text: words }), at: now },
    followUp: followUpId(orderId('corner', order.number), 'POST_PURCHASE'),
  });
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  delivery.then(over, over);
  // On WAHA somebody is seen to type first, and time has to go on for it.
  while (!isOver) await echo.clock.advance(100);
  const { state, error } = await delivery;
  return [state, error?.code];
}
const unaskedSeen = (thread: string) => echo.shown(thread).filter((shown) => shown?.startsWith(TEXT)).length;

it.each(CASES)(
  'E5 on %s, %s (%s), the next message about an order is refused at the send',
  async (platform, _kind, said, say) => {
    const id = await known(platform);
    expect(await unasked(id)).toEqual(['sent', undefined]);
    await echo.happens(platform, say(id, said) as never);
    expect((await echo.conversation(id)).optedOutAt).toBeGreaterThan(0);
    expect(await unasked(id)).toEqual(['discarded', 'consent']);
    expect(unaskedSeen(id)).toBe(1);
  },
);

it('E5 on whatsapp, in the platform’s own menu, the next message about an order is refused at the send', async () => {
  const id = await known('whatsapp');
  const { phoneNumberId } = echo.bot.engine.registry.account('whatsapp-account')!.settings;
  const choose = async (value: string, at: number) => {
    const preference = { wa_id: id, category: 'marketing_messages', value, timestamp: at };
    const value_ = { metadata: { phone_number_id: phoneNumberId }, user_preferences: [preference] };
    const body = {
      object: 'whatsapp_business_account',
      entry: [{ changes: [{ field: 'user_preferences', value: value_ }] }],
    };
    expect((await echo.bot.post('/whatsapp', body)).status).toBe(200);
    await echo.bot.quiet();
  };
  await choose('stop', 1_795_100_000);
  expect(await unasked(id)).toEqual(['discarded', 'consent']);
  await choose('resume', 1_795_100_001);
  expect(await unasked(id)).toEqual(['sent', undefined]);
});

it.each(PLATFORMS)('E5 on %s, who says START is written to again', async (platform) => {
  const id = await known(platform);
  for (const [said, outcome] of [
    ['STOP', ['discarded', 'consent']],
    ['START', ['sent', undefined]],
  ] as const) {
    await echo.happens(platform, text[platform](id, said) as never);
    expect(await unasked(id)).toEqual(outcome);
  }
});

it('E5 holds for the person on every account that knows him', async () => {
  const id = await known('whatsapp');
  const there = await echo.conversation(id);
  await echo.happens('waha', text.waha(id, 'Hello') as never);
  expect(await unasked(id, there)).toEqual(['sent', undefined]);
  await echo.happens('waha', text.waha(id, 'STOP') as never);
  expect((await echo.bot.engine.store.conversation(there.id))!.optedOutAt).toBe(0);
  expect(await unasked(id, there)).toEqual(['discarded', 'proof']);
});
