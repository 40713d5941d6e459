import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';

let bot: Dragoman;
let person = 40_000;
beforeAll(async () => {
  bot = await startDragoman({
    flows: [
      accountConfig('bot'),
      ...entryNodes('bot', '/hook', 'answer'),
      // The customer's words as the payload: JSON where it is some.
      {
        id: 'answer',
        type: 'function',
        func: 'try { msg.payload = JSON.parse(msg.payload) } catch {}\nreturn Array.isArray(msg.payload) ? [msg.payload.map((payload) => ({ ...msg, payload }))] : msg;',
        wires: [['out']],
      },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
      { id: 'catch', type: 'catch', scope: ['out'], wires: [['caught']] },
      { id: 'caught', type: 'tap' },
    ],
  });
}, 60_000);
afterAll(() => bot.stop());

/** What the customer is shown when the flow says this. */
async function said(payload: unknown, id = ++person) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  await bot.happens('telegram', '/hook', { kind: 'text', customer: { id }, text });
  await bot.quiet();
  const calls = bot.shown({ thread: String(id) });
  const [conversation] = await bot.engine.store.conversations({ limit: 1 });
  const messages = await bot.engine.store.messages(conversation!.id, { limit: 20 });
  return { calls, messages, replies: messages.filter(({ direction }) => direction === 'out') };
}
const error = async () => ((await bot.runtime.next('caught')) as { error: { message: string } }).error.message;

it('says texts, numbers and buttons, each in its turn and in order', async () => {
  expect((await said('Hello')).calls.map(({ text }) => text)).toEqual(['Hello']);
  expect((await said(42)).calls.map(({ text }) => text)).toEqual(['42']);
  const { calls } = await said({ text: 'Shall we call?', buttons: ['Yes', 'No'] });
  expect(calls).toMatchObject([{ text: 'Shall we call?', buttons: [{ title: 'Yes' }, { title: 'No' }] }]);
  const several = await said(['one', 'two', 'three']);
  expect(several.calls.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect(several.replies.map(({ slot }) => slot!.split(':').slice(1).join(':'))).toEqual([
    'out:answer:0',
    'out:answer:1',
    'out:answer:2',
  ]);
});

it('has an error for catch nodes where there is nothing to say', async () => {
  const { calls, replies } = await said({ text: '  ' });
  expect(await error()).toContain('The payload has nothing to say.');
  expect([calls, replies]).toEqual([[], []]);
});

it('A5 has an error for catch nodes where the platform refuses, and the reply stays', async () => {
  const id = ++person;
  bot.simulator.faults.set({ platform: 'telegram', thread: String(id) }, { kind: 'bad-token' });
  const { replies } = await said('Hello', id);
  bot.simulator.faults.clear();
  expect(await error()).toContain('telegram did not take the reply');
  expect(replies).toMatchObject([{ text: 'Hello', state: 'failed', error: { code: 'TELEGRAM_401' } }]);
});

it('sends nothing to a customer whom a person took over meanwhile', async () => {
  const id = ++person;
  await said('Hello', id);
  const [conversation] = await bot.engine.store.conversations({ limit: 1 });
  await bot.engine.store.changeConversation(conversation!.id, () => ({ humanUntil: bot.engine.clock.now() + 60_000 }));
  const { calls, replies, messages } = await said('And now?', id);
  expect(calls).toHaveLength(1);
  expect(replies.at(-1)).toMatchObject({ state: 'discarded', error: { code: 'takeover' } });
  const turn = await bot.engine.store.turn(messages.at(-1)!.turnId!);
  expect(turn).toMatchObject({ outcome: 'blocked', decisions: [{ gate: 'gateway', rule: 'takeover' }] });
});

it('stops between two parts for a person who takes over, which is a decision and no error', async () => {
  const id = ++person;
  const thread = String(id);
  await said('Hello', id);
  const [conversation] = await bot.engine.store.conversations({ limit: 1 });
  bot.simulator.faults.set({ platform: 'telegram', thread }, { kind: 'delay', ms: 500 });
  const media = ['a', 'b'].map((name) => ({ kind: 'image', url: `https://example.org/${name}.png` }));
  const saying = said({ text: '', media }, id);
  await bot.until(async () => (await bot.engine.store.conversation(conversation!.id))!.openSend);
  await bot.engine.store.changeConversation(conversation!.id, () => ({ humanUntil: bot.engine.clock.now() + 60_000 }));
  const { calls, replies, messages } = await saying;
  bot.simulator.faults.clear();
  expect(calls).toHaveLength(2);
  expect(replies.at(-1)).toMatchObject({
    state: 'failed',
    error: { code: 'takeover' },
    parts: [{ state: 'sent' }, {}],
  });
  const turn = await bot.engine.store.turn(messages.at(-1)!.turnId!);
  expect(turn).toMatchObject({ outcome: 'answered', decisions: [{ gate: 'gateway', rule: 'takeover' }] });
  expect(bot.runtime.received('caught')).toEqual([]);
});

it('tells a message that belongs to no turn what to do', async () => {
  bot.runtime.inject('out', { payload: 'Hello' });
  expect(await error()).toContain('This message belongs to no turn.');
});
