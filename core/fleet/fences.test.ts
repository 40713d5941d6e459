/** What two processes may do to what one of them holds, on the real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, ending, PASS, said } from '../../contracts/store/events.ts';
import { accept } from '../../contracts/store/verbs.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import type { Account } from '../accounts.ts';
import { newId } from '../ids.ts';
import { toIncoming } from '../inbox/accept.ts';
import type { Message, SendPart } from '../model.ts';
import type { Http, Logger, NewReply, SendResult, Store } from '../ports.ts';
import { createGateway, type Gateway } from '../sending/gateway.ts';
import { addReply, nextSend, settleSend } from '../sending/outbox.ts';
import { cutOff, requeueSend } from '../sending/stored.ts';
import { createLanes, type TurnEnd } from '../turns/lanes.ts';
import { beginTurn, endTurn, failTurn } from '../turns/plans.ts';

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const ERROR = { code: 'X', message: 'x' };

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let conversationId: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'fences-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  const [result] = await accept(store, [toIncoming(said('hi', 'k1'), ACCOUNT, clock.now())], clock.now());
  conversationId = result!.conversationId!;
  await clock.advance(10_000);
});
afterEach(async () => {
  clock.clear();
  await store.close();
  rmSync(folder, { recursive: true });
});

const dead = (...names: string[]) => ({ isGone: (owner: string) => names.includes(owner) });

function reply(more: Partial<NewReply> = {}, parts = 1): NewReply {
  const part: SendPart = { request: {}, state: 'queued' };
  return {
    ...{ id: newId(clock.now()), conversationId, accountId: 'acc', turnId: null, at: clock.now() },
    ...{ author: 'bot', purpose: 'reply', text: 'hello', media: [], parts: Array.from({ length: parts }, () => part) },
    ...more,
  };
}

describe('a turn', () => {
  const take = (owner: string, more: object = {}) => {
    const now = clock.now();
    return beginTurn(conversationId, { now, leaseUntil: now + 1_000, owner, turnId: newId(now), ...more });
  };

  it('of a process that lives is not taken, however long it lasts', async () => {
    const begun = await store.run(take('one', dead()));
    expect(begun.kind).toBe('turn');
    await clock.advance(3_600_000);
    expect(await store.run(take('two', dead()))).toEqual({ kind: 'elsewhere' });
    expect((await store.conversation(conversationId))!.leaseOwner).toBe('one');
  });

  it('of a process that is gone is repeated by another, and the first can end it no more', async () => {
    const begun = await store.run(take('one', dead()));
    if (begun.kind !== 'turn') throw new Error(begun.kind);
    const { id: turnId } = begun.turn;
    expect(await store.run(take('two', dead('one')))).toMatchObject({ kind: 'turn', turn: { id: turnId, cuts: 1 } });
    const stale = { turnId, conversationId, owner: 'one' };
    const failure = { now: clock.now(), retryAt: null, cut: false, error: 'x', decisions: [] };
    expect(await store.run(endTurn(stale, ending(true)))).toBe(false);
    expect(await store.run(failTurn(stale, failure))).toBe(false);
    expect((await store.conversation(conversationId))!.openTurn).toMatchObject({ id: turnId, state: 'running' });
    expect(await store.run(endTurn({ ...stale, owner: 'two' }, ending(true)))).toBe(true);
  });

  it('that waits for its next attempt is anybody’s', async () => {
    const begun = await store.run(take('one', dead()));
    if (begun.kind !== 'turn') throw new Error(begun.kind);
    const failure = { now: clock.now(), retryAt: clock.now() + 1_000, cut: true, error: 'x', decisions: [] };
    await store.run(failTurn({ turnId: begun.turn.id, conversationId, owner: 'one' }, failure));
    await clock.advance(1_000);
    expect(await store.run(take('two', dead()))).toMatchObject({ kind: 'turn', turn: { id: begun.turn.id } });
  });

  it('takes what came meanwhile with it, whichever process was woken for it', async () => {
    const took: string[][] = [];
    let release = () => {};
    const lanesOf = (owner: string) =>
      createLanes({
        ...{ store, clock, log: quiet, owner, ready: () => true, ...dead() },
        async run({ messages }): Promise<TurnEnd> {
          took.push([owner, ...messages.map(({ text }) => text)]);
          if (took.length === 1) await new Promise<void>((resolve) => (release = resolve));
          return { kind: 'end', outcome: 'answered', decisions: [], vars: {} };
        },
      });
    const [one, two] = [lanesOf('one'), lanesOf('two')];
    one.wake(conversationId, 'acc', clock.now());
    await clock.advance(0);
    await accept(store, [toIncoming(said('more', 'k2'), ACCOUNT, clock.now())], clock.now());
    await clock.advance(10_000);
    two.wake(conversationId, 'acc', clock.now());
    await clock.advance(10_000);
    expect(took).toEqual([['one', 'hi']]);
    release();
    await clock.advance(1_000);
    expect(took).toEqual([
      ['one', 'hi'],
      ['one', 'more'],
    ]);
    await Promise.all([one.stop(), two.stop()]);
  });
});

describe('a send', () => {
  const OK: SendResult = { ok: true, platformId: 'p1' };
  const settle = (id: string, result: SendResult, owner: string, index = 0) =>
    store.run(settleSend(id, index, result, clock.now(), PASS, owner));
  const mark = async (owner: string, parts = 1): Promise<string> =>
    (await store.run(addReply(reply({}, parts), PASS, owner))).message.id;
  const openOf = async () => {
    const { openSend, sendOwner, sendAt } = (await store.conversation(conversationId))!;
    return { openSend, sendOwner, sendAt };
  };

  it('is given up only while the one has it who is gone', async () => {
    const id = await mark('one');
    await store.run(cutOff(conversationId, id, clock.now(), 'two'));
    expect(await store.message(id)).toMatchObject({ state: 'sending' });
    await store.run(cutOff(conversationId, id, clock.now(), 'one'));
    expect(await store.message(id)).toMatchObject({ state: 'unknown', parts: [{ state: 'unknown', cutFrom: 'one' }] });
  });

  it('that was given up and had arrived is sent, when who sent it tells', async () => {
    const id = await mark('one', 2);
    await store.run(cutOff(conversationId, id, clock.now(), 'one'));
    expect(await settle(id, OK, 'one')).toMatchObject({ state: 'queued', platformId: 'p1' });
    const message = (await store.message(id))!;
    expect(message.parts).toMatchObject([{ state: 'sent', platformId: 'p1' }, { state: 'queued' }]);
    expect(message.parts![0]!.cutFrom).toBeUndefined();
    expect(await openOf()).toMatchObject({ openSend: null, sendAt: clock.now() });
  });

  it('that was given up and never left is sent by whoever comes', async () => {
    const id = await mark('one');
    await store.run(cutOff(conversationId, id, clock.now(), 'one'));
    await settle(id, { ok: false, failure: 'retry', error: ERROR }, 'one');
    expect(await store.run(nextSend(conversationId, clock.now(), PASS, 'two'))).toMatchObject({
      kind: 'marked',
      message: { id, state: 'sending' },
    });
  });

  it('that never left does not come behind a later answer, nor does the rest of one that did', async () => {
    for (const [slot, result, states] of [
      ['a', { ok: false, failure: 'retry', error: ERROR }, ['failed', 'failed']],
      ['b', OK, ['sent', 'failed']],
    ] as const) {
      const late = (await store.run(addReply(reply({ slot }, 2), PASS, 'one'))).message.id;
      await store.run(cutOff(conversationId, late, clock.now(), 'one'));
      const later = (await store.run(addReply(reply({ slot: `${slot} later` }), PASS, 'two'))).message.id;
      await settle(later, OK, 'two');
      await settle(late, result, 'one');
      expect(await store.message(late)).toMatchObject({
        state: 'failed',
        error: { code: 'OVERTAKEN' },
        parts: states.map((state) => ({ state })),
      });
      expect(await store.run(nextSend(conversationId, clock.now(), PASS, 'two'))).toMatchObject({ kind: 'idle' });
    }
  });

  it('that was given up stays unknown where nobody knows more', async () => {
    const id = await mark('one');
    await store.run(cutOff(conversationId, id, clock.now(), 'one'));
    for (const failure of ['unknown', 'request', 'recipient'] as const)
      await settle(id, { ok: false, failure, error: ERROR }, 'one');
    expect(await store.message(id)).toMatchObject({ state: 'unknown', error: { code: 'CUT_OFF' } });
  });

  it('of another is neither settled nor freed by whoever had it before', async () => {
    const id = await mark('one');
    await store.run(cutOff(conversationId, id, clock.now(), 'one'));
    await store.run(requeueSend(id, clock.now()));
    for (const again of ['queued', 'sending'] as const) {
      if (again === 'sending') await store.run(nextSend(conversationId, clock.now(), PASS, 'two'));
      const before = await openOf();
      for (const result of [
        OK,
        { ok: false, failure: 'retry', error: ERROR },
        { ok: false, failure: 'request', error: ERROR },
      ] as const)
        await settle(id, result, 'one');
      expect(await store.message(id)).toMatchObject({ state: again, parts: [{ state: again }] });
      expect(await openOf()).toEqual(before);
    }
    expect(await settle(id, OK, 'two')).toMatchObject({ state: 'sent' });
  });

  it('that a person had sent once more is not told to be another one', async () => {
    const id = await mark('one');
    await store.run(cutOff(conversationId, id, clock.now(), 'one'));
    await store.run(requeueSend(id, clock.now()));
    await store.run(nextSend(conversationId, clock.now(), PASS, 'two'));
    await settle(id, { ok: true, platformId: 'p2' }, 'two');
    await settle(id, { ok: false, failure: 'request', error: ERROR }, 'one');
    await settle(id, OK, 'one');
    expect(await store.message(id)).toMatchObject({ state: 'sent', platformId: 'p2' });
  });
});

describe('a gateway', () => {
  let calls: string[];
  let gateways: Gateway[];
  beforeEach(() => {
    calls = [];
    gateways = [];
  });
  afterEach(async () => {
    for (const gateway of gateways) gateway.stop();
    await Promise.all(gateways.map((gateway) => gateway.idle()));
  });

  type Asked = Parameters<typeof createGateway>[0];

  function gatewayOf(owner: string, more: Partial<Asked> = {}, send?: (http: Http) => Promise<SendResult>): Gateway {
    const channel = {
      ...{ id: 'pigeon', capabilities: { textLimit: 100, unit: 'utf16', media: [] }, fields: {} },
      async send(_part: unknown, _address: unknown, _settings: unknown, http: Http): Promise<SendResult> {
        calls.push(owner);
        return send ? send(http) : { ok: true, platformId: `p${calls.length}` };
      },
    };
    const account = { ...ACCOUNT, name: 'Test', channel, settings: {}, enabled: true, dailyLimit: 0, timezone: 'UTC' };
    const http: Http = async () => {
      calls.push(`${owner}’s request`);
      return { status: 200, headers: {}, text: '' };
    };
    const gateway = createGateway({
      ...{ store, clock, log: quiet, http, owner, account: () => account as unknown as Account, ...dead() },
      ...more,
    });
    gateways.push(gateway);
    return gateway;
  }

  it('sends nothing that it marked before it was written off; another one does', async () => {
    const told: Message[] = [];
    const one = gatewayOf('one', { mayAct: () => false });
    told.push(await one.deliver(reply()));
    expect(told[0]!.state).toBe('queued');
    expect(calls).toEqual([]);
    await gatewayOf('two').sweep();
    await clock.advance(2_000);
    expect(calls).toEqual(['two']);
    expect(await store.message(told[0]!.id)).toMatchObject({ state: 'sent' });
  });

  it('hands back what it had marked, also where others had given it up by then', async () => {
    let woken = (_may: boolean) => {};
    const one = gatewayOf('one', { mayAct: () => new Promise<boolean>((resolve) => (woken = resolve)) });
    const delivering = one.deliver(reply());
    await clock.advance(0);
    const openSend = (await store.outboxes())[0]!.openSend!;
    const two = gatewayOf('two', dead('one'));
    await two.sweep();
    expect(await store.message(openSend)).toMatchObject({ state: 'unknown' });
    woken(false);
    expect((await delivering).state).toBe('queued');
    await two.sweep();
    await clock.advance(1_000);
    expect(await store.message(openSend)).toMatchObject({ state: 'sent' });
    expect(calls).toEqual(['two']);
  });

  it('makes no second request of a send once it was written off in it', async () => {
    let may = true;
    const one = gatewayOf('one', { mayAct: () => may }, async (http) => {
      await http({ method: 'POST', url: '/typing' });
      may = false;
      const failed = await http({ method: 'POST', url: '/message' }).catch((error: { sent: boolean }) => error);
      return 'sent' in failed && !failed.sent
        ? { ok: false, failure: 'retry', error: ERROR }
        : { ok: true, platformId: 'p' };
    });
    expect((await one.deliver(reply())).state).toBe('queued');
    expect(calls).toEqual(['one', 'one’s request']);
  });

  it('leaves alone what a process that lives has on its way, and goes on with it when that one is gone', async () => {
    const marked = await store.run(addReply(reply(), PASS, 'one'));
    const next = await store.run(addReply(reply(), PASS, 'one'));
    const gone = new Set<string>();
    const two = gatewayOf('two', { isGone: (owner) => gone.has(owner) });
    for (let round = 0; round < 3; round++) {
      await two.sweep();
      await clock.advance(31_000);
    }
    expect(await store.message(marked.message.id)).toMatchObject({ state: 'sending' });
    expect(calls).toEqual([]);
    gone.add('one');
    await two.sweep();
    await clock.advance(1_000);
    expect(await store.message(marked.message.id)).toMatchObject({ state: 'unknown' });
    expect(await store.message(next.message.id)).toMatchObject({ state: 'sent' });
    expect(calls).toEqual(['two']);
  });
});
