/** A turn's attempts, each with a name: what an earlier one says late, what two branches say, and what an attempt may take for its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toIncoming } from '../../core/inbox/accept.ts';
import { acceptDelivery } from '../../core/inbox/fold.ts';
import { beginTurn, retryTurn } from '../../core/turns/plans.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const HOOK = '/hook';
let bot: Dragoman;
let person = 900_000;

const receive: FlowItem[] = [
  { id: 'post', type: 'http in', url: HOOK, method: 'post', skipBodyParsing: true, wires: [['in']] },
];
const account = (timeoutSeconds: number) => accountConfig('acc', { timeoutSeconds });
const out: FlowItem = { id: 'out', type: 'dragoman-channel-out', version: 1 };
const entry = (...wires: string[]): FlowItem => ({
  id: 'in',
  type: 'dragoman-channel-in',
  account: 'acc',
  version: 1,
  wires: [wires],
});
const func = (id: string, code: string, wires: string[][]): FlowItem => ({
  id,
  type: 'function',
  func: code,
  outputs: wires.length,
  wires,
});
const delay = (seconds: number): FlowItem => ({
  id: 'wait',
  type: 'delay',
  pauseType: 'delay',
  timeout: String(seconds),
  timeoutUnits: 'seconds',
  outputs: 1,
  wires: [['say']],
});

beforeAll(async () => {
  bot = await startDragoman({ flows: [] });
});
afterAll(() => bot.stop());

const shown = (id: number) => bot.shown({ thread: String(id) }).map((call) => call.text);
const later = (words: string, ms: string) =>
  `const { attempt } = msg.turn; setTimeout(() => { msg.payload = ${words}; node.send(msg); node.done(); }, ${ms});`;
const quiet = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function say(text: string, id = ++person): Promise<number> {
  await bot.happens('telegram', HOOK, { kind: 'text', customer: { id }, text });
  return id;
}

it('a reply that takes longer than the 1 s of its account is sent once, and its turn is answered', async () => {
  await bot.runtime.deploy([
    ...receive,
    account(1),
    entry('f'),
    func('f', 'msg.delay = Number(msg.payload) * 1000; return msg;', [['wait']]),
    { ...delay(1), pauseType: 'delayv' },
    func('say', "msg.payload = 'the answer'; return msg;", [['out']]),
    out,
  ]);
  // Attempts run from 0 to 1 s, 2 to 3 s, 8 to 9 s: the late reply comes while one runs, while the turn waits, and after it gave up.
  const people = await Promise.all(['2.5', '1.6', '4'].map((seconds) => say(seconds)));
  const turns = await bot.until(async () => {
    const newest = await bot.engine.store.turns({ limit: people.length });
    return newest.every(({ state }) => state === 'done') && people.every((id) => shown(id)[0]) ? newest : undefined;
  }, 30_000);
  expect(turns.map(({ outcome }) => outcome)).toEqual(people.map(() => 'answered'));
  // As long as the slowest of their attempts takes, and longer.
  await quiet(5_500);
  expect(people.map(shown)).toEqual(people.map(() => ['the answer']));
  expect(await bot.engine.store.turns({ state: 'dead', limit: 1 })).toEqual([]);
}, 60_000);

it('a reply that comes when nobody watches its attempt any more is none beside the next attempt’s', async () => {
  await bot.runtime.deploy([
    ...receive,
    account(1),
    entry('f'),
    // The first attempt ends after 1 s, and is watched for 5 s more.
    func('f', 'msg.delay = msg.turn.attempt === 1 ? 7500 : 100; return msg;', [['wait']]),
    { ...delay(1), pauseType: 'delayv' },
    func('say', "msg.payload = 'answer ' + msg.turn.attempt; return msg;", [['out']]),
    out,
  ]);
  const id = await say('hello');
  await bot.until(() => shown(id)[0], 20_000);
  await quiet(7_000);
  expect(shown(id)).toEqual(['answer 2']);
}, 40_000);

describe('a flow that says "one moment" first', () => {
  it('still sends its answer when the customer said something in between', async () => {
    await bot.runtime.deploy([
      ...receive,
      account(60),
      entry('f'),
      func(
        'f',
        `if (msg.payload !== 'question') { msg.payload = 'You are welcome.'; return [msg, null]; }
         return [{ ...msg, payload: 'One moment.' }, msg];`,
        [['out'], ['wait']],
      ),
      delay(8),
      func('say', "msg.payload = 'The answer.'; return msg;", [['out']]),
      out,
    ]);
    const id = await say('question');
    await bot.until(() => shown(id)[0]);
    await say('ok', id);
    await bot.until(() => (shown(id).includes('The answer.') ? true : undefined), 20_000);
    expect(shown(id)).toEqual(['One moment.', 'You are welcome.', 'The answer.']);
  }, 30_000);
});

describe('a deploy after "one moment"', () => {
  const flows = [
    ...receive,
    account(60),
    entry('f'),
    func('f', "return [{ ...msg, payload: 'One moment.' }, msg];", [['out'], ['wait']]),
    delay(7),
    func('say', "msg.payload = 'The answer.'; return msg;", [['out']]),
    out,
  ];

  it('repeats the turn, and the answer comes', async () => {
    await bot.runtime.deploy(flows);
    const id = await say('question');
    await bot.until(() => shown(id)[0]);
    await bot.runtime.deploy(flows);
    await bot.until(() => shown(id)[1], 20_000);
    expect(shown(id)).toEqual(['One moment.', 'The answer.']);
  }, 30_000);

  it('lists the turn once its lane was free, and a retry answers it', async () => {
    await bot.runtime.deploy(flows);
    const id = await say('question');
    await bot.until(() => shown(id)[0]);
    const turn = await bot.until(async () => {
      const [newest] = await bot.engine.store.turns({ limit: 1 });
      return newest?.openUntil ? newest : undefined;
    });
    await bot.runtime.deploy(flows);
    const dead = await bot.until(async () => (await bot.engine.store.turns({ state: 'dead', limit: 1 }))[0]);
    expect(dead).toMatchObject({ id: turn.id, cuts: 1, error: expect.stringContaining('not sent') });
    const { id: conversation } = await bot.engine.store.run(retryTurn(dead.id, Date.now()));
    bot.engine.lanes.wake(conversation, 'acc', 0);
    await bot.until(() => shown(id).includes('The answer.'), 20_000);
  }, 40_000);

  it('lists no turn that has said more since', async () => {
    await bot.runtime.deploy([
      ...flows.filter(({ id }) => id !== 'say'),
      func('say', "msg.payload = 'The answer.'; return [msg, msg];", [['out'], ['after']]),
      { ...delay(60), id: 'after', wires: [[]] },
    ]);
    const id = await say('question');
    await bot.until(() => shown(id)[1], 20_000);
    await quiet(300);
    await bot.runtime.deploy(flows);
    await quiet(1_000);
    expect(await bot.engine.store.turns({ state: 'dead', limit: 1 })).toEqual([]);
  }, 30_000);
});

it('two branches into one channel-out keep their slots when a crash repeats them in the other order', async () => {
  await bot.runtime.deploy([
    ...receive,
    account(60),
    entry('a', 'b'),
    func('a', later("'from a'", 'attempt === 1 ? 0 : 400'), [['out']]),
    func('b', later("'from b'", 'attempt === 1 ? 400 : 0'), [['out']]),
    out,
  ]);
  const { store, turns } = bot.engine;
  const id = ++person;
  const thread = {
    kind: 'private' as const,
    identities: [{ kind: 'telegram', value: String(id) }],
    address: { chat_id: id },
  };
  const said = { kind: 'message' as const, type: 'message.text', text: 'hello', media: [], thread };
  const now = Date.now();
  const incoming = toIncoming(said, bot.engine.registry.account('acc')!, now);
  const log = {
    id: incoming.id,
    at: now,
    channel: 'telegram',
    accountId: 'acc',
    path: '/',
    eventType: '',
    status: 200,
    payload: '',
  };
  const [accepted] = await store.run(acceptDelivery([incoming], log));
  // As two processes do it, the first of which dies between the two replies.
  const attempt = async (owner: string) => {
    const take = { now: now + 10_000, leaseUntil: now + 20_000, owner, turnId: incoming.id };
    const begun = await store.run(beginTurn(accepted!.conversationId!, take));
    if (begun.kind !== 'turn') throw new Error(begun.kind);
    return turns.run(begun);
  };
  const first = attempt('the one that dies');
  await bot.until(() => shown(id)[0]);
  await Promise.all([first, attempt('the next')]);
  await quiet(600);
  expect(shown(id)).toEqual(['from a', 'from b']);
});

it('a listener that throws does a turn no harm', async () => {
  await bot.runtime.deploy([
    ...receive,
    account(60),
    entry('a'),
    func('a', "msg.payload = 'answer'; return msg;", [['out']]),
    out,
  ]);
  const stop = bot.engine.turns.onEnd(() => {
    throw new Error('a page that broke');
  });
  const id = await say('hello');
  await bot.until(() => shown(id)[0]);
  await quiet(1_500);
  stop();
  expect(shown(id)).toEqual(['answer']);
});

it('a dead turn is tried again once, however often somebody asks', async () => {
  await bot.runtime.deploy([
    ...receive,
    account(60),
    entry('f'),
    func('f', "throw new Error('boom');", [['out']]),
    out,
  ]);
  const id = await say('hello');
  const dead = await bot.until(async () => (await bot.engine.store.turns({ state: 'dead', limit: 1 }))[0], 20_000);
  await bot.runtime.deploy([
    ...receive,
    account(60),
    entry('f'),
    func('f', "msg.payload = 'mended'; return msg;", [['out']]),
    out,
  ]);
  const retry = async () => {
    const { id: conversation } = await bot.engine.store.run(retryTurn(dead.id, Date.now()));
    bot.engine.lanes.wake(conversation, 'acc', 0);
  };
  const asked = await Promise.allSettled([retry(), retry(), retry()]);
  expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  await bot.until(() => shown(id)[0]);
  await quiet(1_000);
  expect(shown(id)).toEqual(['mended']);
}, 30_000);
