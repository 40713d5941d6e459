import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { said } from '../../contracts/store/events.ts';
import { accept } from '../../contracts/store/verbs.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import type { Account } from '../accounts.ts';
import { toIncoming } from '../inbox/accept.ts';
import type { Logger, Store } from '../ports.ts';
import { type BegunTurn, createLanes, type Lanes, type TurnEnd } from './lanes.ts';

const ACCOUNT = {
  id: 'acc',
  channel: { id: 'telegram' },
  takeover: { cooldownMs: 0, ceilingMs: 0 },
  reopens: false,
  burst: true,
} as Account;
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const DONE: TurnEnd = { kind: 'end', outcome: 'answered', decisions: [], vars: {} };

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let lanes: Lanes;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lanes-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
});
afterEach(async () => {
  await lanes.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

const texts = (begun: BegunTurn) => begun.messages.map((message) => message.text);

function start(
  run: (begun: BegunTurn) => Promise<TurnEnd>,
  more: Partial<Parameters<typeof createLanes>[0]> = {},
): void {
  lanes = createLanes({ store, clock, log: quiet, owner: 'me', ready: () => true, run, ...more });
}

async function say(text: string, key: string, person = '7'): Promise<void> {
  const [result] = await accept(store, [toIncoming(said(text, key, person), ACCOUNT, clock.now())], clock.now());
  if (result?.wakeAt !== undefined) lanes.wake(result.conversationId!, 'acc', result.wakeAt);
}

describe('lanes', () => {
  it('answer a burst in one turn, and what comes during it in the next', async () => {
    const turns: string[][] = [];
    let release = () => {};
    start(async (begun) => {
      turns.push(texts(begun));
      if (turns.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return DONE;
    });
    await say('hola', 'k1');
    await clock.advance(100);
    await say('my internet', 'k2');
    await clock.advance(100);
    await say('is slow', 'k3');
    await clock.advance(5_000);
    expect(turns).toEqual([['hola', 'my internet', 'is slow']]);
    await say('are you there?', 'k4');
    await clock.advance(5_000);
    expect(turns).toHaveLength(1);
    release();
    await clock.advance(5_000);
    expect(turns[1]).toEqual(['are you there?']);
  });

  it('never hold a burst longer than its limit', async () => {
    const turns: string[][] = [];
    start(async (begun) => {
      turns.push(texts(begun));
      return DONE;
    });
    for (let index = 0; index < 12; index++) {
      await say(`word ${index}`, `k${index}`);
      await clock.advance(500);
    }
    await clock.advance(5_000);
    expect(turns.length).toBeGreaterThan(1);
    expect(turns.flat()).toEqual(Array.from({ length: 12 }, (_, index) => `word ${index}`));
  });

  it('run one turn a conversation, and as many conversations as wait for somebody else', async () => {
    const running = new Set<string>();
    let most = 0;
    let overlaps = 0;
    const seen = new Map<string, string[]>();
    start(async (begun) => {
      const { id } = begun.conversation;
      if (running.has(id)) overlaps++;
      running.add(id);
      most = Math.max(most, running.size);
      await new Promise<void>((resolve) => clock.at(clock.now() + 50, resolve));
      running.delete(id);
      seen.set(id, [...(seen.get(id) ?? []), ...texts(begun)]);
      return DONE;
    });
    for (let round = 0; round < 5; round++)
      for (let person = 0; person < 400; person++) await say(`${round}.`, `${person}-${round}`, String(person));
    await clock.advance(60_000);
    expect(overlaps).toBe(0);
    expect(most).toBe(400);
    expect([...seen.values()]).toEqual(Array.from({ length: 400 }, () => ['0.', '1.', '2.', '3.', '4.']));
  });

  it('C7 give each queue its turn while the CPU has room for one at a time: a flood of one holds up no other', async () => {
    const begun: string[] = [];
    const room: (() => void)[] = [];
    start(
      async (turn) => {
        begun.push(texts(turn)[0]!);
        return DONE;
      },
      { admit: () => new Promise<void>((resolve) => room.push(resolve)), queueOf: (accountId) => accountId },
    );
    for (const person of ['1', '2', '3', '4']) await say(`flood ${person}.`, `k${person}`, person);
    const other = toIncoming(said('quick.', 'k5', '5'), { ...ACCOUNT, id: 'other' }, clock.now());
    const [result] = await accept(store, [other], clock.now());
    lanes.wake(result!.conversationId!, 'other', result!.wakeAt!);
    await clock.advance(2_000);
    while (room.length > 0) {
      room.shift()!();
      await clock.advance(1);
    }
    expect(begun.slice(0, 3)).toContain('quick.');
    expect(begun).toHaveLength(5);
  });

  it('try a failing turn three times, then go on with the next message', async () => {
    const attempts: string[] = [];
    start(async (begun) => {
      attempts.push(texts(begun)[0]!);
      return texts(begun)[0] === 'poison.' ? { kind: 'fail', cut: false, error: 'boom', decisions: [] } : DONE;
    });
    await say('poison.', 'k1');
    await clock.advance(1_000);
    await say('fine.', 'k2');
    await clock.advance(60_000);
    expect(attempts).toEqual(['poison.', 'poison.', 'poison.', 'fine.']);
    expect(await store.turns({ state: 'dead', limit: 5 })).toMatchObject([{ error: 'boom' }]);
  });

  it('count the cuts of deploys apart from failures', async () => {
    let runs = 0;
    start(async () => (++runs <= 6 ? { kind: 'fail', cut: true, error: 'a deploy', decisions: [] } : DONE));
    await say('hi.', 'k1');
    for (let second = 0; second < 20; second++) await clock.advance(1_000);
    expect(runs).toBe(7);
    expect((await store.turns({ limit: 5 }))[0]).toMatchObject({ state: 'done', attempts: 0, cuts: 6 });
  });

  it('begin a cut turn again at once, and wait longer each time that it is cut again', async () => {
    const begun: number[] = [];
    start(async () => {
      begun.push(clock.now());
      return begun.length <= 7 ? { kind: 'fail', cut: true, error: 'a deploy', decisions: [] } : DONE;
    });
    await say('hi.', 'k1');
    for (let step = 0; step < 300; step++) await clock.advance(100);
    expect(begun.slice(1).map((at, index) => at - begun[index]!)).toEqual([
      0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('wait while the account has no entry, and go on when it has', async () => {
    let ready = false;
    const turns: string[][] = [];
    start(
      async (begun) => {
        turns.push(texts(begun));
        return DONE;
      },
      { ready: () => ready },
    );
    await say('hi.', 'k1');
    await clock.advance(10_000);
    expect(turns).toEqual([]);
    expect(await store.lanes()).toHaveLength(1);
    ready = true;
    await lanes.sweep();
    await clock.advance(10);
    expect(turns).toEqual([['hi.']]);
  });

  it('find after a restart what waited', async () => {
    start(async () => DONE);
    await say('hi.', 'k1');
    await lanes.stop();
    const turns: string[][] = [];
    start(async (begun) => {
      turns.push(texts(begun));
      return DONE;
    });
    await lanes.sweep();
    await clock.advance(1_000);
    expect(turns).toEqual([['hi.']]);
  });

  it('find by their own sweep what waits without anybody having woken them', async () => {
    const turns: string[][] = [];
    start(async (begun) => {
      turns.push(texts(begun));
      return DONE;
    });
    await accept(store, [toIncoming(said('hi.', 'k1'), ACCOUNT, clock.now())], clock.now());
    await clock.advance(29_000);
    expect(turns).toEqual([]);
    await clock.advance(1_000);
    expect(turns).toEqual([['hi.']]);
  });

  it('lease a conversation for as long as its account’s turns may take', async () => {
    const leases: number[] = [];
    start(
      async ({ conversation }) => {
        leases.push((await store.conversation(conversation.id))!.leaseUntil - clock.now());
        return DONE;
      },
      { limitOf: () => 900_000 },
    );
    await say('hello.', 'k1');
    await clock.advance(5_000);
    expect(leases).toEqual([930_000]);
  });
});
