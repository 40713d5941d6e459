/** What a shop tells becomes messages that nobody asked for, on the real runtime; time stands still until a test moves it. */
import { setImmediate as nextRound } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnView } from '../../app/turn.ts';
import { followUpId } from '../../core/orders/plans.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Friday, ten in the morning in Almaty. */
const TEN = Date.UTC(2026, 10, 20, 5);
const HOURS = { outreachHours: '09:00-21:00', outreachPaceSeconds: 0, outreachPauseHours: 1 };

const flows = (account: object = {}): FlowItem[] => [
  accountConfig('shop', { channel: 'whatsapp', timezone: 'Asia/Almaty', ...HOURS, ...account }),
  ...entryNodes('shop', '/whatsapp', 'opt-out'),
  ...['orders', 'again'].flatMap((name): FlowItem[] => [
    { id: `hook-${name}`, type: 'http in', method: 'post', url: `/${name}`, skipBodyParsing: true, wires: [[name]] },
    { id: name, type: 'dragoman-order-in', account: 'shop', ...SOURCE, wires: [['policy']] },
  ]),
  { id: 'opt-out', type: 'dragoman-opt-out', version: 1, wires: [['echo'], []] },
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'policy', type: 'dragoman-send-policy', version: 1, wires: [['meanwhile'], []] },
  { id: 'meanwhile', type: 'meanwhile', wires: [['status']] },
  { id: 'status', type: 'dragoman-status-gate', version: 1, wires: [['handoff'], []] },
  { id: 'handoff', type: 'dragoman-handoff', version: 1, wires: [['words'], []] },
  { id: 'words', type: 'template', template: '{{{order.event}}} {{{order.number}}}', wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];
/** Two nodes of one shop. */
const SOURCE = { source: 'api', settings: { shop: 'corner' }, pollSeconds: '', version: 1 };

let bot: Dragoman;
/** Happens after the rules were asked first. */
let meanwhile: (conversationId: string) => Promise<unknown> = async () => undefined;
let person = 77_010_000_100;
const clock = virtualClock(TEN, async () => {
  for (let round = 0; round < 5; round++) await nextRound();
  if (bot && bot.engine.lanes.running() > 0) await bot.quiet();
});
beforeAll(async () => {
  bot = await startDragoman({ flows: [], settings: { dragoman: { clock } } });
  bot.runtime.registerNode('meanwhile', function () {
    this.on('input', (msg, send, done) => {
      const { turn } = msg as { turn: TurnView };
      meanwhile(turn.conversation.id).then(() => {
        send(msg);
        done();
      }, done);
    });
  });
  await bot.runtime.deploy(flows());
}, 60_000);
afterAll(() => bot.stop());

const newPhone = () => String(++person);
async function says(phone: string, text: string) {
  await bot.happens('whatsapp', '/whatsapp', { kind: 'text', customer: { phone, name: 'Aizhan' }, text });
  await bot.quiet();
}
async function told(number: string, phone: string, more: object = {}, hook = '/orders') {
  const at = new Date(clock.now()).toISOString();
  const customer = { name: 'Aizhan', phone: `+${phone}` };
  const consent = { at, where: 'checkout', words: 'Write to me about my order.' };
  const answer = await bot.post(hook, { number, state: 'placed', placed_at: at, customer, consent, ...more });
  expect(await answer.json()).toMatchObject({ told: 1, taken: 1 });
  await bot.engine.dispatch.idle();
  await bot.quiet();
}
const delivered = () => ({ state: 'delivered', changed_at: new Date(clock.now()).toISOString() });
/** What he was sent about orders. */
const about = (phone: string) =>
  bot.shown({ thread: phone }).flatMap(({ text }) => (/^(POST|ORDER)_/.test(text ?? '') ? [text] : []));
const followUp = (number: string, event: 'POST_PURCHASE' | 'ORDER_DELIVERED' = 'POST_PURCHASE') =>
  bot.engine.store.followUp(followUpId(`corner/${number}`, event));
async function becomes(number: string, state: string, event?: 'ORDER_DELIVERED') {
  await bot.until(async () => (await followUp(number, event))?.state === state);
  return followUp(number, event);
}

describe('an order that a shop posts', () => {
  it('is thanked for once, whichever of the two nodes hears of it and however often, and its delivery is told', async () => {
    const phone = newPhone();
    await says(phone, 'Hello');
    for (const hook of ['/orders', '/again', '/orders']) await told('A-1', phone, {}, hook);
    await becomes('A-1', 'sent');
    await clock.advance(2 * HOUR);
    await told('A-1', phone, delivered(), '/again');
    await becomes('A-1', 'sent', 'ORDER_DELIVERED');
    await told('A-1', phone, delivered());
    await clock.advance(2 * HOUR);
    expect(about(phone)).toEqual(['POST_PURCHASE A-1', 'ORDER_DELIVERED A-1']);
  });

  it('is answered for by the same bot, in the same conversation', async () => {
    const phone = newPhone();
    await says(phone, 'Hello');
    await told('B-1', phone);
    const { conversationId } = (await becomes('B-1', 'sent'))!;
    await says(phone, 'When does it come?');
    const messages = await bot.engine.store.messages(conversationId!, { limit: 10 });
    expect(messages.map(({ text }) => text).sort()).toEqual(
      ['Hello', 'You wrote: Hello', 'POST_PURCHASE B-1', 'When does it come?', 'You wrote: When does it come?'].sort(),
    );
  });

  it('waits until its customer writes, where the platform asks for that', async () => {
    const phone = newPhone();
    await told('C-1', phone);
    expect(await becomes('C-1', 'held')).toMatchObject({ rule: 'window', dueAt: expect.any(Number) });
    await says(phone, 'Hello');
    await clock.advance(HOUR + MINUTE);
    await becomes('C-1', 'sent');
    expect(about(phone)).toEqual(['POST_PURCHASE C-1']);
  });

  it('waits while a person answers, over a deploy, and is told after', async () => {
    const phone = newPhone();
    await says(phone, 'Hello');
    const [newest] = await bot.engine.store.conversations({ limit: 1 });
    const humanUntil = clock.now() + HOUR;
    await bot.engine.store.changeConversation(newest!.id, () => ({ humanSince: clock.now(), humanUntil }));
    await told('D-1', phone);
    expect(await becomes('D-1', 'held')).toMatchObject({ rule: 'takeover', dueAt: humanUntil });
    await bot.runtime.deploy(flows());
    await clock.advance(HOUR + MINUTE);
    await becomes('D-1', 'sent');
    expect(about(phone)).toEqual(['POST_PURCHASE D-1']);
  });

  it.each([
    [
      'a person takes the conversation',
      'takeover',
      () => ({ humanSince: clock.now(), humanUntil: clock.now() + HOUR }),
    ],
    ['it is handed to people', 'status', () => ({ status: 'support_active' as const })],
  ])('waits where %s while the flow runs, whichever gate finds it', async (_what, rule, change) => {
    const phone = newPhone();
    await says(phone, 'Hello');
    meanwhile = (id) => bot.engine.store.changeConversation(id, change);
    await told(`${rule}-1`, phone);
    meanwhile = async () => undefined;
    const { conversationId } = (await becomes(`${rule}-1`, 'held'))!;
    expect(await followUp(`${rule}-1`)).toMatchObject({ rule, dueAt: clock.now() + HOUR });
    await bot.engine.store.changeConversation(conversationId!, () => ({ status: 'active' }));
    await clock.advance(HOUR + MINUTE);
    await becomes(`${rule}-1`, 'sent');
    expect(about(phone)).toEqual([`POST_PURCHASE ${rule}-1`]);
  });

  it('is not told of to whoever said stop', async () => {
    const phone = newPhone();
    await says(phone, 'STOP');
    await told('E-1', phone);
    expect(await becomes('E-1', 'refused')).toMatchObject({ rule: 'consent' });
    expect(about(phone)).toEqual([]);
  });

  it('whose node is not in the flows waits for it', async () => {
    const phone = newPhone();
    await told('F-1', phone, {}, '/again');
    expect(await becomes('F-1', 'held')).toMatchObject({ rule: 'window' });
    await bot.runtime.deploy(flows().filter(({ id }) => id !== 'again'));
    await says(phone, 'Hello');
    await clock.advance(HOUR + MINUTE);
    expect(await becomes('F-1', 'held')).toMatchObject({ rule: 'gone' });
    await bot.runtime.deploy(flows());
    await clock.advance(MINUTE);
    await becomes('F-1', 'sent');
    expect(about(phone)).toEqual(['POST_PURCHASE F-1']);
  });
});

describe('a switch of the account', () => {
  it('off: it is held, and told once it is on again', async () => {
    const phone = newPhone();
    await says(phone, 'Hello');
    await bot.runtime.deploy(flows({ outreachEnabled: 'off' }));
    await told('G-1', phone);
    expect(await becomes('G-1', 'held')).toMatchObject({ rule: 'switch' });
    await bot.runtime.deploy(flows());
    await clock.advance(HOUR + MINUTE);
    await becomes('G-1', 'sent');
    expect(about(phone)).toEqual(['POST_PURCHASE G-1']);
  });

  it('test mode: the flow runs, what it says is kept, and nothing leaves', async () => {
    const phone = newPhone();
    await says(phone, 'Hello');
    await bot.runtime.deploy(flows({ outreachTestMode: 'on' }));
    await told('H-1', phone);
    const { messageId } = (await becomes('H-1', 'shown'))!;
    expect(await bot.engine.store.message(messageId!)).toMatchObject({ text: 'POST_PURCHASE H-1', state: 'discarded' });
    expect(about(phone)).toEqual([]);
    await bot.runtime.deploy(flows());
  });
});

it('in the evening waits for the morning, and is not thanked for once it is delivered', async () => {
  const phones = [newPhone(), newPhone()];
  await clock.advance(Date.UTC(2026, 10, 20, 17) - clock.now());
  for (const [index, phone] of phones.entries()) {
    await says(phone, 'Hello');
    await told(`I-${index}`, phone);
    const nine = Date.UTC(2026, 10, 21, 4);
    expect(await becomes(`I-${index}`, 'held')).toMatchObject({ rule: 'hours', dueAt: nine });
  }
  await told('I-1', phones[1]!, delivered());
  await clock.advance(Date.UTC(2026, 10, 21, 4, 1) - clock.now());
  await becomes('I-0', 'sent');
  await becomes('I-1', 'sent', 'ORDER_DELIVERED');
  expect(phones.flatMap(about)).toEqual(['POST_PURCHASE I-0', 'ORDER_DELIVERED I-1']);
  expect(await followUp('I-1')).toMatchObject({ state: 'refused', rule: 'overtaken' });
});
