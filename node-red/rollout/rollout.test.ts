/** Flows on their way from one process to another: what runs, what is said, and what is tried again. */
import { beforeEach, describe, expect, it } from 'vitest';
import { DragomanError } from '../../core/errors.ts';
import type { Clock, Logger, Rollout } from '../../core/ports.ts';
import { sealedNothing } from '../flow-files/sealed.ts';
import { type Flows, type FlowsState, pack, unpack } from './flows.ts';
import { publishRollouts } from './publish.ts';
import { takeRollouts } from './take.ts';

const SECRET = 'the key of all';
const away = () => new DragomanError('STORE_UNAVAILABLE', 'It is away.', 'Wait.', { retryable: true });
const rolloutOf = (label: string, more: object = {}) =>
  pack([{ id: 't', type: 'tab', label, ...more }], sealedNothing(SECRET), '0.1.0', 1_000);
const known = { hasType: () => false, migrationsOf: () => undefined };

let lines: string[];
let timers: (() => void)[];
/** How long from now on each of them is, also of those that are over. */
let waits: number[];
let states: FlowsState[];
const log: Logger = {
  debug() {},
  info: (line) => void lines.push(line),
  warn: (line) => void lines.push(line),
  error: (line) => void lines.push(line),
};
const clock: Clock = {
  now: () => 5_000,
  at(at, wake) {
    timers.push(wake);
    waits.push(at - 5_000);
    return () => void timers.splice(timers.indexOf(wake) >>> 0, 1);
  },
};
const onChange = (state: FlowsState) => void states.push(state);

beforeEach(() => {
  lines = [];
  timers = [];
  waits = [];
  states = [];
});

it('says nothing new where flows and secrets are the same, and holds no secret that stands in a node', () => {
  expect(rolloutOf('a', { credentials: { token: 'open' } })).toEqual(rolloutOf('a'));
  expect(rolloutOf('a').revision).not.toBe(rolloutOf('b').revision);
  const resealed = pack([{ id: 't', type: 'tab', label: 'a' }], sealedNothing('another'), '0.1.0', 1_000);
  expect(resealed.revision).not.toBe(rolloutOf('a').revision);
});

it('opens what was packed, with the same secret only', () => {
  const { revision, ...rest } = rolloutOf('a');
  expect(unpack({ revision, ...rest }, SECRET, known)).toMatchObject({ revision, flows: [{ label: 'a' }] });
  expect(unpack({ revision, ...rest }, 'another', known)).toEqual({ why: expect.stringMatching(/CREDENTIAL_SECRET/) });
  expect(unpack({ revision, ...rest, flows: '[{' }, SECRET, known)).toEqual({ why: 'They cannot be read.' });
});

describe('taking them', () => {
  let newest: Rollout | undefined;
  let isAway: boolean;
  let loads: string[];
  let fails: (label: string, before: Flows | undefined) => string[] | undefined;
  const labelOf = ({ flows }: Flows) => String(flows[0]?.label);
  const take = (own?: Flows) =>
    takeRollouts({
      rollouts: {
        async revision() {
          if (isAway) throw away();
          return newest?.revision;
        },
        newest: async () => newest,
      },
      clock,
      log,
      unpack: (rollout) => unpack(rollout, SECRET, known),
      async replace(next, before) {
        loads.push(`${labelOf(next)}${before ? ` for ${labelOf(before)}` : ''}`);
        const absent = fails(labelOf(next), before);
        if (!absent) throw new Error('It broke.');
        return absent;
      },
      own: async () => own,
      onChange,
    });
  beforeEach(() => {
    newest = undefined;
    isAway = false;
    loads = [];
    fails = () => [];
  });

  it('waits for the first, and takes each new one once', async () => {
    const taking = take();
    await taking.look();
    expect(taking.state()).toEqual({});
    newest = rolloutOf('a');
    await taking.look();
    await taking.look();
    newest = rolloutOf('b');
    await Promise.all([taking.look(), taking.look()]);
    expect(loads).toEqual(['a', 'b for a']);
    expect(taking.state()).toEqual({ revision: newest.revision });
    expect(lines.at(-1)).toBe(`Flows ${newest.revision} run, saved 1970-01-01T00:00:01.000Z by version 0.1.0.`);
    expect(timers).toHaveLength(1);
    await taking.stop();
    expect(timers).toEqual([]);
  });

  it('begins with new ones two seconds later at most, whatever news is lost: of the five that it has, three are for the deploy', async () => {
    const taking = take();
    await taking.look();
    for (const label of ['a', 'b', 'c']) {
      newest = rolloutOf(label);
      timers.shift()!();
      // Waits for the look that is under way, and looks once more.
      await taking.look();
      expect(taking.state()).toEqual({ revision: newest.revision });
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
    await taking.stop();
  });

  it('runs its own until there are some', async () => {
    const own = unpack(rolloutOf('own'), SECRET, known) as Flows;
    const taking = take(own);
    await taking.look();
    await taking.look();
    newest = rolloutOf('a');
    await taking.look();
    expect(loads).toEqual(['own', 'a for own']);
  });

  it('keeps the old ones where it cannot run the new ones, and does not touch them', async () => {
    const taking = take();
    newest = rolloutOf('a');
    await taking.look();
    const old = newest.revision;
    newest = pack([{ id: 'n', type: 'not installed' }], sealedNothing(SECRET), '0.2.0', 2_000);
    for (let count = 0; count < 5; count++) await taking.look();
    expect(loads).toEqual(['a']);
    expect(taking.state()).toEqual({
      revision: old,
      failed: { revision: newest.revision, why: 'Node types are not installed here: not installed.' },
    });
    expect(lines.filter((line) => line.includes('are not taken'))).toEqual([
      `Flows ${newest.revision} are not taken. Node types are not installed here: not installed. Those of ${old} go on.`,
    ]);
    newest = rolloutOf('a');
    await taking.look();
    expect(taking.state()).toEqual({ revision: old });
    expect(states).toHaveLength(3);
  });

  it.each([
    ['does not start', () => undefined],
    ['starts without a node', () => ['broken n1']],
  ])('goes back to the old ones where the new one %s', async (_how, outcome) => {
    const taking = take();
    newest = rolloutOf('a');
    await taking.look();
    const old = newest.revision;
    newest = rolloutOf('b');
    fails = (label) => (label === 'b' ? outcome() : []);
    for (let count = 0; count < 3; count++) await taking.look();
    expect(loads).toEqual(['a', 'b for a', 'a']);
    expect(taking.state()).toMatchObject({ revision: old, failed: { revision: newest.revision } });
  });

  it('runs the first ones without a node rather than nothing', async () => {
    fails = () => ['broken n1'];
    const taking = take();
    newest = rolloutOf('a');
    for (let count = 0; count < 3; count++) await taking.look();
    expect(loads).toEqual(['a']);
    expect(taking.state()).toMatchObject({ revision: newest.revision, failed: { why: expect.stringContaining('n1') } });
  });

  it('goes on while the store is away, and says it once', async () => {
    const taking = take();
    newest = rolloutOf('a');
    await taking.look();
    isAway = true;
    for (let count = 0; count < 3; count++) await taking.look();
    expect(taking.state()).toEqual({ revision: newest.revision });
    expect(lines.filter((line) => line.includes('cannot be seen'))).toHaveLength(1);
    isAway = false;
    newest = rolloutOf('b');
    await taking.look();
    expect(loads).toEqual(['a', 'b for a']);
  });
});

describe('handing them out', () => {
  it('tells the others of new ones only, and hands out the newest once the store is there', async () => {
    let isAway = false;
    let told = 0;
    const published: string[] = [];
    const publishing = publishRollouts({
      rollouts: {
        async publish({ revision }) {
          if (isAway) throw away();
          if (published.at(-1) === revision) return false;
          published.push(revision);
          return true;
        },
      },
      ...{ clock, log, onChange },
      tell: () => told++,
    });
    const [a, b, c] = [rolloutOf('a'), rolloutOf('b'), rolloutOf('c')];
    await publishing.publish(a);
    await publishing.publish(a);
    expect([published, told, publishing.state()]).toEqual([[a.revision], 1, { revision: a.revision }]);
    isAway = true;
    await Promise.all([publishing.publish(b), publishing.publish(c)]);
    expect(publishing.state()).toEqual({ revision: a.revision });
    isAway = false;
    timers.shift()!();
    await publishing.publish(c);
    expect([published, told]).toEqual([[a.revision, c.revision], 2]);
    publishing.stop();
  });

  it('says that flows are too large, and does not try them again', async () => {
    const publishing = publishRollouts({
      rollouts: {
        publish: async () => {
          throw new DragomanError('TOO_LARGE', 'The flows have 13.0 MB.', 'Make them smaller.');
        },
      },
      ...{ clock, log, onChange },
    });
    await publishing.publish(rolloutOf('large'));
    expect(publishing.state().failed).toMatchObject({ why: 'TOO_LARGE: The flows have 13.0 MB. Make them smaller.' });
    expect(lines.at(-1)).toMatch(/The flows are not handed out; the others go on with those before/);
    expect(timers).toEqual([]);
  });
});
