/** What this process knows of a turn while its flow runs and after, with a tracker of the test's own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { telegram } from '../channels/telegram/telegram.ts';
import { freshConversation } from '../core/model/fresh.ts';
import type { OpenTurn } from '../core/model.ts';
import { virtualClock } from '../scenarios/clock.ts';
import { silentLog } from '../test/support/answering.ts';
import type { TurnRun } from './host.ts';
import type { LiveTurn } from './turn.ts';
import { createTurns, type Turns } from './turns.ts';

const account = {
  id: 'acc',
  name: 'Test',
  channel: { ...telegram, typing: undefined, draft: undefined },
  timeoutMs: 180_000,
};
const conversation = freshConversation({
  ...{ id: 'c', accountId: 'acc', channel: 'telegram', threadKey: 'contact:p', kind: 'private', contactId: null },
  ...{ session: 's', address: {}, optedOutAt: 0, createdAt: 0, updatedAt: 0 },
});
const message = { id: 'm', text: 'hello', at: 0, media: [] };

let clock: ReturnType<typeof virtualClock>;
let turns: Turns;
/** Ends the flow of an attempt. */
let settle: Map<string, (status: TurnRun['status']) => void>;

beforeEach(() => {
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  settle = new Map();
  const tracker = {
    run: (attempt: string) =>
      new Promise<TurnRun>((resolve) => settle.set(attempt, (status) => resolve({ status, errors: [] }))),
    lateTurnOf: () => undefined,
  };
  const registry = { account: () => account, entry: () => ({ send() {} }) };
  turns = createTurns({ clock, log: silentLog, http: {}, store: {}, tracker, registry } as never);
});

const begin = (id: string) => {
  const turn: OpenTurn = {
    ...{ id, conversationId: 'c', accountId: 'acc', messageIds: ['m'], state: 'running', attempts: 0, cuts: 0 },
    ...{ decisions: [], startedAt: clock.now() },
  };
  return turns.run({ turn, conversation, messages: [message as never] });
};
const said = async (id: string): Promise<LiveTurn> => {
  for (;;) {
    const live = turns.running(id);
    if (live && settle.has(live.attempt)) {
      live.replied = true;
      live.onReply();
      return live;
    }
    await Promise.resolve();
  }
};
const knows = ({ view }: LiveTurn) => {
  try {
    return turns.of({ turn: { ...view } }).turn.id === view.id;
  } catch {
    return false;
  }
};

describe('a flow that goes on after its turn has ended', () => {
  it('stays known however many turns end meanwhile, and for a while once it is over', async () => {
    const ends = Array.from({ length: 2_100 }, (_, index) => begin(`t${index}`));
    const lives = await Promise.all(ends.map((_, index) => said(`t${index}`)));
    await clock.advance(6_000);
    expect(await ends[0]).toMatchObject({ kind: 'end', outcome: 'answered' });
    await Promise.all(ends);
    expect(lives.filter((live) => !knows(live))).toEqual([]);
    for (const end of settle.values()) end('settled');
    await clock.advance(1);
    expect(lives.filter(knows).length).toBe(2_000);
  });

  it('that said nothing stays known however many others are answered', async () => {
    const silent = begin('silent');
    await clock.advance(180_000);
    expect(await silent).toMatchObject({ kind: 'fail' });
    settle.get('silent#1')!('timeout');
    const ends = Array.from({ length: 2_100 }, (_, index) => begin(`t${index}`));
    const lives = await Promise.all(ends.map((_, index) => said(`t${index}`)));
    for (const end of settle.values()) end('settled');
    await Promise.all(ends);
    expect(lives.filter(knows).length).toBe(2_000);
    expect(knows({ view: { id: 'silent', attempt: 1 }, turn: { id: 'silent' } } as LiveTurn)).toBe(true);
  });

  it('is known no more where this process was written off, nor is one that runs', async () => {
    const end = begin('t');
    const live = await said('t');
    await clock.advance(6_000);
    await end;
    const running = begin('u');
    while (!settle.has('u#1')) await Promise.resolve();
    const own = turns.running('u')!;
    turns.letGo();
    expect(await running).toMatchObject({ kind: 'end', outcome: 'silent' });
    expect([knows(live), knows(own)]).toEqual([false, false]);
    expect(() => turns.of({ turn: { ...live.view } })).toThrow(/written off/);
  });

  it('is known no more where its customer is forgotten', async () => {
    const end = begin('t');
    const live = await said('t');
    await clock.advance(6_000);
    await end;
    turns.forget(['c']);
    settle.get(live.attempt)!('settled');
    await clock.advance(1);
    expect(knows(live)).toBe(false);
  });
});
