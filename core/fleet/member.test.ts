import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workersContract } from '../../contracts/workers.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import type { Fleet, Logger } from '../ports.ts';
import { alone } from './alone.ts';
import { join, LEASE_MS, PULSE_MS } from './member.ts';
import { memoryWorkers, sharedRecords } from './testing.ts';

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

workersContract('memory', async () => ({ workers: memoryWorkers(), close: async () => {} }));

let clock: ReturnType<typeof virtualClock>;
let shared: ReturnType<typeof sharedRecords>;
let fleets: Fleet[];
let names: number;
beforeEach(() => {
  clock = virtualClock();
  shared = sharedRecords();
  fleets = [];
  names = 0;
});
afterEach(() => clock.clear());

interface Member {
  fleet: Fleet;
  line: ReturnType<typeof memoryWorkers>;
  /** Its process stands still: no timer fires, and what is fired then is fired when it goes on. */
  freeze(): () => void;
}

async function member(): Promise<Member> {
  const line = memoryWorkers(shared);
  let frozen = false;
  const late: (() => void)[] = [];
  const own = {
    now: clock.now,
    at: (at: number, wake: () => void) => clock.at(at, () => void (frozen ? late.push(wake) : wake())),
  };
  const fleet = await join({
    ...{
      workers: line,
      away: () => 'It is away.',
      clock: own,
      elapsed: clock.now,
      log: quiet,
      role: 'all',
      version: '1',
    },
    takesDuties: true,
    newId: () => `w${++names}`,
  });
  fleets.push(fleet);
  return {
    fleet,
    line,
    freeze() {
      frozen = true;
      return () => {
        frozen = false;
        for (const wake of late.splice(0)) wake();
      };
    },
  };
}

/** It died: nothing of it happens any more, and its line is dead. */
const kill = ({ line, freeze }: Member) => {
  line.cut();
  freeze();
};

describe('a fleet of one', () => {
  it('answers at once, and takes whatever another process left', async () => {
    const fleet = alone('me');
    expect(fleet.isGone('me')).toBe(false);
    expect(fleet.isGone('before')).toBe(true);
    expect(fleet.mayAct('me')).toBe(true);
    const said: string[] = [];
    const giveUp = fleet.duty('poll', () => {
      said.push('begins');
      return () => said.push('ends');
    });
    expect(said).toEqual(['begins']);
    await giveUp();
    expect(said).toEqual(['begins', 'ends']);
  });
});

describe('members', () => {
  it('that live are never gone, however long they do', async () => {
    const [one, two] = [await member(), await member()];
    for (let round = 0; round < 30; round++) {
      await clock.advance(PULSE_MS);
      expect(two.fleet.isGone(one.fleet.id)).toBe(false);
      expect(one.fleet.isGone(two.fleet.id)).toBe(false);
    }
    expect(one.fleet.mayAct(one.fleet.id)).toBe(true);
  });

  it('that die are gone after their lease, and not before; the others are told', async () => {
    const [one, two] = [await member(), await member()];
    const told: string[] = [];
    two.fleet.onGone(() => told.push('gone'));
    await clock.advance(PULSE_MS);
    kill(one);
    await clock.advance(LEASE_MS - PULSE_MS);
    expect(two.fleet.isGone('w1')).toBe(false);
    await clock.advance(3 * PULSE_MS);
    expect(two.fleet.isGone('w1')).toBe(true);
    expect(told).toEqual(['gone']);
  });

  it('that leave are gone at the next look', async () => {
    const [one, two] = [await member(), await member()];
    await one.fleet.leave();
    await clock.advance(PULSE_MS);
    expect(two.fleet.isGone('w1')).toBe(true);
    expect(await one.fleet.mayAct('w1')).toBe(false);
  });

  it('that nobody knows are gone once they were looked for', async () => {
    const { fleet } = await member();
    const told: string[] = [];
    fleet.onGone(() => told.push('gone'));
    expect(fleet.isGone('of another age')).toBe(false);
    await clock.advance(PULSE_MS);
    expect(told).toEqual(['gone']);
    expect(fleet.isGone('of another age')).toBe(true);
    expect(fleet.isGone('another one')).toBe(false);
  });

  it('that come while they are asked for are not taken for gone', async () => {
    const { fleet } = await member();
    expect(fleet.isGone('w2')).toBe(false);
    await member();
    await clock.advance(PULSE_MS);
    expect(fleet.isGone('w2')).toBe(false);
  });

  it('that stall past their lease act no more under their name, and go on under another', async () => {
    const [one, two] = [await member(), await member()];
    const old: string[] = [];
    one.fleet.onWrittenOff((name) => old.push(name));
    const goOn = one.freeze();
    await clock.advance(LEASE_MS + 3 * PULSE_MS);
    expect(two.fleet.isGone('w1')).toBe(true);
    // The first thing that it does when it is woken.
    const asked = one.fleet.mayAct('w1');
    expect(asked).toBeInstanceOf(Promise);
    expect(await asked).toBe(false);
    goOn();
    await clock.advance(0);
    expect(old).toEqual(['w1']);
    expect(one.fleet.id).toBe('w3');
    expect(one.fleet.isGone('w1')).toBe(true);
    expect(one.fleet.mayAct('w3')).toBe(true);
    expect(one.fleet.mayAct('w1')).toBe(false);
    await clock.advance(PULSE_MS);
    expect(two.fleet.isGone('w3')).toBe(false);
  });

  it('that stall and were not written off go on as they are called', async () => {
    const one = await member();
    const goOn = one.freeze();
    await clock.advance(2 * LEASE_MS);
    const asked = one.fleet.mayAct('w1');
    expect(asked).toBeInstanceOf(Promise);
    expect(await asked).toBe(true);
    goOn();
    expect(one.fleet.mayAct('w1')).toBe(true);
  });

  it('wait for a store that is away, past their lease, and then act', async () => {
    const one = await member();
    one.line.cut();
    await clock.advance(PULSE_MS);
    expect(one.fleet.mayAct('w1')).toBe(true);
    expect(one.fleet.state().away.map(({ part }) => part)).toEqual(['store', 'hints']);
    await clock.advance(LEASE_MS);
    let may: boolean | undefined;
    const asked = Promise.resolve(one.fleet.mayAct('w1')).then((answer) => {
      may = answer;
    });
    await clock.advance(10_000);
    expect(may).toBeUndefined();
    one.line.mend();
    await clock.advance(2_000);
    await asked;
    expect(may).toBe(true);
    expect(one.fleet.state().away.map(({ part }) => part)).toEqual(['hints']);
  });

  it('write nobody off after a time in which the store was away for all', async () => {
    const [one, two] = [await member(), await member()];
    await clock.advance(PULSE_MS);
    for (const { line } of [one, two]) line.cut();
    await clock.advance(4 * LEASE_MS);
    // The one finds the store before the other does.
    two.line.mend();
    await clock.advance(2 * PULSE_MS);
    one.line.mend();
    await clock.advance(4 * LEASE_MS);
    expect(fleets.map(({ id }) => id)).toEqual(['w1', 'w2']);
  });

  it('write nobody off after a time in which they looked at nothing themselves', async () => {
    const [one, two] = [await member(), await member()];
    await clock.advance(PULSE_MS);
    const both = [one.freeze(), two.freeze()];
    await clock.advance(4 * LEASE_MS);
    both[1]!();
    await clock.advance(PULSE_MS);
    both[0]!();
    await clock.advance(4 * LEASE_MS);
    expect(fleets.map(({ id }) => id)).toEqual(['w1', 'w2']);
  });
});

describe('duties', () => {
  const doing = (log: string[], who: string) => () => {
    log.push(`${who} begins`);
    return () => log.push(`${who} ends`);
  };

  it('are done by one, and move when that one dies', async () => {
    const [one, two] = [await member(), await member()];
    const log: string[] = [];
    one.fleet.duty('poll', doing(log, 'one'));
    await clock.advance(0);
    two.fleet.duty('poll', doing(log, 'two'));
    await clock.advance(3 * PULSE_MS);
    expect(log).toEqual(['one begins']);
    kill(one);
    await clock.advance(LEASE_MS + 3 * PULSE_MS);
    expect(log).toEqual(['one begins', 'two begins']);
  });

  it('move at once when they are given up', async () => {
    const [one, two] = [await member(), await member()];
    const log: string[] = [];
    const giveUp = one.fleet.duty('poll', doing(log, 'one'));
    await clock.advance(0);
    two.fleet.duty('poll', doing(log, 'two'));
    await clock.advance(PULSE_MS);
    await giveUp();
    await clock.advance(PULSE_MS);
    expect(log).toEqual(['one begins', 'one ends', 'two begins']);
  });

  it('end where a worker was written off, before it asks for them again', async () => {
    const [one, two] = [await member(), await member()];
    const log: string[] = [];
    one.fleet.duty('poll', doing(log, 'one'));
    await clock.advance(0);
    two.fleet.duty('poll', doing(log, 'two'));
    const goOn = one.freeze();
    await clock.advance(LEASE_MS + 3 * PULSE_MS);
    goOn();
    await clock.advance(4 * PULSE_MS);
    expect(log).toEqual(['one begins', 'two begins', 'one ends']);
    await two.fleet.retire();
    await clock.advance(2 * PULSE_MS);
    expect(log).toEqual(['one begins', 'two begins', 'one ends', 'two ends', 'one begins']);
  });

  it('that are seized are told from those of others', async () => {
    const [one, two] = [await member(), await member()];
    await clock.advance(PULSE_MS);
    expect(await two.fleet.holds('call')).toBe(true);
    await one.fleet.seize('call');
    expect(await two.fleet.holds('call')).toBe(false);
    await two.fleet.seize('call');
    expect([await one.fleet.holds('call'), await two.fleet.holds('call')]).toEqual([false, true]);
    await two.fleet.release('call');
    expect(await one.fleet.holds('call')).toBe(true);
  });
});
