import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TurnRun, TurnTracker } from '../../app/host.ts';
import { createTurnTracker } from '../../node-red/host/turn-tracker.ts';
import { type FlowItem, type Msg, type Runtime, startRuntime } from '../support/harness.ts';
import { type TurnCase, turnCases } from './turn-cases.ts';
import { registerTurnNodes } from './turn-nodes.ts';

// The machine may be busy; nothing here depends on how long it takes.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const DEADLINE = 5000;
const SOON = { timeout: 20_000 };

let runtime: Runtime;
let tracker: TurnTracker;
/** Turns that run. */
const open = new Set<string>();
let effects: string[] = [];
let handOver = () => {};
let seen: { turn: string | undefined; late: string | undefined; payload: unknown }[] = [];

const slowServer = createServer((_request, response) => setTimeout(() => response.end('slow'), 150)).listen(
  0,
  '127.0.0.1',
);
await once(slowServer, 'listening');
const { port: slowPort } = slowServer.address() as AddressInfo;

beforeAll(async () => {
  runtime = await startRuntime({
    nodesDir: [],
    beforeStart: (RED) => {
      tracker = createTurnTracker(RED);
      const { run } = tracker;
      tracker.run = (id, ...given) => {
        open.add(id);
        return run(id, ...given).finally(() => open.delete(id));
      };
    },
  });
  registerTurnNodes(
    runtime,
    (id, msg) => {
      effects.push(id);
      const late = tracker.lateTurnOf(msg);
      seen.push({ turn: late !== undefined && open.has(late) ? late : undefined, late, payload: msg.payload });
    },
    () => handOver(),
  );
});

afterAll(async () => {
  tracker.close();
  await runtime.stop();
  slowServer.close();
});

afterEach(() => {
  expect([...open]).toEqual([]);
});

async function deploy(nodes: FlowItem[], from: string[]): Promise<void> {
  await runtime.deploy([{ id: 'src', type: 'src', wires: [from] }, ...nodes]);
  effects = [];
  seen = [];
}

const heard = (messages: number) => vi.waitFor(() => expect(seen).toHaveLength(messages), SOON);

const run = (id: string, msg: Msg = { payload: 'p' }, deadline = DEADLINE): Promise<TurnRun> =>
  tracker.run(id, msg, (root) => runtime.node('src').send(root), deadline);

const fn = (id: string, func: string, to: string): FlowItem => ({
  id,
  type: 'function',
  func,
  outputs: 1,
  wires: [[to]],
});

describe('a turn settles when all it caused is over', () => {
  const cases: TurnCase[] = turnCases(`http://127.0.0.1:${slowPort}/`);

  it('covers the 34 ways of a message', () => expect(cases).toHaveLength(34));

  it.each(cases)('$name', async ({ name, nodes, from, effects: expected, late = [], holds, errors = [] }) => {
    await deploy(nodes, from);
    const result = await run(name, { payload: 'p' }, holds ? 300 : DEADLINE);
    expect(effects.toSorted()).toEqual(expected);
    expect(result.status).toBe(holds ? 'timeout' : 'settled');
    expect(result.errors.map(({ node, caught }) => ({ node, caught }))).toEqual(errors);
    if (late.length > 0) await vi.waitFor(() => expect(effects).toHaveLength(expected.length + late.length), SOON);
    await sleep(20);
    expect(effects.toSorted()).toEqual([...expected, ...late].toSorted());
  });
});

describe('turns do not mix', () => {
  it('keeps 500 turns apart that share nodes, replace their messages and wait for each other', async () => {
    await deploy(
      [
        fn(
          'f',
          'await new Promise(r => setTimeout(r, (Number(msg.payload.slice(5)) * 17) % 50)); return { payload: msg.payload }',
          'g',
        ),
        fn('g', 'await null; return { payload: msg.payload }', 'd'),
        {
          id: 'd',
          type: 'delay',
          pauseType: 'rate',
          rate: '1000',
          nbRateUnits: '1',
          rateUnits: 'second',
          drop: false,
          wires: [['h']],
        },
        fn('h', 'await null; return { payload: msg.payload }', 'a'),
        { id: 'a', type: 'sink' },
      ],
      ['f'],
    );
    const ids = Array.from({ length: 500 }, (_, index) => `turn ${index}`);
    const results = await Promise.all(
      ids.map(async (id) => {
        const result = await run(id, { payload: id }, 30_000);
        // Settled means: its own sink has run by now.
        expect(seen.filter((s) => s.payload === id)).toEqual([{ turn: id, late: id, payload: id }]);
        return result;
      }),
    );
    expect(results.filter((r) => r.status !== 'settled')).toEqual([]);
    expect(seen).toHaveLength(500);
  });

  it('rather loses a new message than gives it to the turn whose context a shared connection runs in', async () => {
    await deploy(
      [{ id: 'p', type: 'pool', wires: [['f']] }, fn('f', 'return msg', 'a'), { id: 'a', type: 'sink' }],
      ['p'],
    );
    // The first turn opens the connection; the second one's answer comes in the first one's context, after it has settled.
    await run('first', { payload: 1 });
    await run('second', { payload: 2 });
    await heard(2);
    expect(seen.map((s) => s.turn)).not.toContain('second');
    expect(seen[0]).toEqual({ turn: 'first', late: 'first', payload: 1 });
    expect(seen[1]).toMatchObject({ turn: undefined, payload: 2 });
  });

  it('gives a node’s own messages to no turn, whatever context they come in', async () => {
    await deploy(
      [
        { id: 'm', type: 'src', wires: [['a']] },
        fn('f', 'return msg', 'g'),
        fn('g', 'return msg', 'a'),
        { id: 'a', type: 'sink' },
      ],
      ['f'],
    );
    // As a socket does that was opened within a turn: `m` has never been part of it.
    const opened = tracker.run(
      'a',
      {},
      () => void setTimeout(() => runtime.node('m').send({ payload: 'foreign' }), 30),
      DEADLINE,
    );
    await opened;
    await heard(1);
    expect(seen).toEqual([{ turn: undefined, late: undefined, payload: 'foreign' }]);
  });

  it('lets the mark on a message win over the context, and returns to the sender’s turn after a direct hand-over', async () => {
    await deploy(
      [
        { id: 'hand', type: 'hand over', wires: [['f']] },
        fn('f', 'return { payload: msg.payload }', 'a'),
        { id: 'x', type: 'sink' },
        { id: 'n', type: 'never' },
        { id: 'a', type: 'sink' },
      ],
      ['hand'],
    );
    const kept: Msg = { payload: 'kept' };
    handOver = () => runtime.node('x').receive(kept);
    const first = tracker.run('first', kept, (root) => runtime.node('n').receive(root), 500);
    const second = await run('second', { payload: 'own' });
    expect(second).toMatchObject({ status: 'settled' });
    expect(seen).toEqual([
      { turn: 'first', late: 'first', payload: 'kept' },
      { turn: 'second', late: 'second', payload: 'own' },
    ]);
    await first;
    await run('third', { payload: 'own' });
    expect(seen.slice(2)).toEqual([
      { turn: undefined, late: 'first', payload: 'kept' },
      { turn: 'third', late: 'third', payload: 'own' },
    ]);
  });

  it('knows a late reply’s turn, also when it is a new object two nodes later', async () => {
    await deploy(
      [
        fn('f', 'setTimeout(() => node.send({ payload: 1 }), 60)', 'g'),
        fn('g', 'await null; return { payload: msg.payload + 1 }', 'a'),
        { id: 'a', type: 'sink' },
      ],
      ['f'],
    );
    expect(await run('turn')).toMatchObject({ status: 'settled' });
    await heard(1);
    expect(seen).toEqual([{ turn: undefined, late: 'turn', payload: 2 }]);
  });

  it('remembers settled turns in bounded number', async () => {
    await deploy([], []);
    const oldest: Msg = {};
    await run('oldest', oldest);
    expect(tracker.lateTurnOf(oldest)).toBe('oldest');
    await Promise.all(Array.from({ length: 10_000 }, (_, index) => run(`next ${index}`, {})));
    expect(tracker.lateTurnOf(oldest)).toBeUndefined();
  });

  it('remembers a turn that was given up however many others settle', async () => {
    await deploy([{ id: 'n', type: 'never' }], ['n']);
    const slow: Msg = {};
    expect(await run('slow', slow, 20)).toMatchObject({ status: 'timeout' });
    await deploy([], []);
    await Promise.all(Array.from({ length: 10_100 }, (_, index) => run(`next ${index}`, {})));
    expect(tracker.lateTurnOf(slow)).toBe('slow');
  });

  it('leaves messages without a turn alone', async () => {
    await deploy([fn('f', 'return { payload: msg.payload }', 'a'), { id: 'a', type: 'sink' }], ['f']);
    runtime.node('src').send({ payload: 1 });
    await heard(1);
    expect(seen).toEqual([{ turn: undefined, late: undefined, payload: 1 }]);
  });
});

describe('a turn that is cut', () => {
  const chain = (first: FlowItem, ...more: FlowItem[]) => [first, ...more, { id: 'a', type: 'sink' }];

  it('is interrupted by a deploy while a node works on it', async () => {
    const nodes = chain(fn('f', 'await new Promise(r => setTimeout(r, 30_000)); return msg', 'a'));
    await deploy(nodes, ['f']);
    const result = run('turn');
    await sleep(30);
    await deploy(nodes, ['f']);
    expect(await result).toMatchObject({ status: 'interrupted' });
  });

  it('is interrupted when its message is on its way to a node that is closed', async () => {
    const nodes = chain(fn('f', 'return msg', 'a'));
    await deploy(nodes, ['f']);
    const again = runtime.deploy([{ id: 'src', type: 'src', wires: [['f']] }, ...nodes]);
    const result = new Promise<TurnRun>((resolve) => {
      // Sent in the last moment: delivery is in the next round of the event loop, when the nodes have been closed.
      runtime.RED.events.once('flows:stopping', () => resolve(run('turn')));
    });
    await again;
    expect(await result).toMatchObject({ status: 'interrupted' });
  });

  it('is interrupted when a node finishes during a deploy and what it sends meets no node', async () => {
    const nodes = chain({ id: 's', type: 'slow close', wires: [['a']] });
    await deploy(nodes, ['s']);
    const result = run('turn');
    await sleep(10);
    const again = runtime.deploy([{ id: 'src', type: 'src', wires: [['s']] }, ...nodes]);
    expect(await result).toMatchObject({ status: 'interrupted' });
    await again;
    expect(effects).toEqual([]);
  });

  it('goes on where a deploy changes other nodes', async () => {
    const nodes = chain(fn('f', 'await new Promise(r => setTimeout(r, 150)); return msg', 'a'));
    await deploy(nodes, ['f']);
    const result = run('turn');
    await sleep(30);
    const all: FlowItem[] = [{ id: 'src', type: 'src', wires: [['f']] }, ...nodes, { id: 'new', type: 'sink' }];
    await runtime.deploy(all, {}, 'nodes');
    expect(await result).toMatchObject({ status: 'settled' });
    expect(effects).toEqual(['a']);
  });

  it('ends at its deadline, and what comes then counts no more', async () => {
    await deploy(chain(fn('f', 'await new Promise(r => setTimeout(r, 150)); return {}', 'a')), ['f']);
    expect(await run('turn', {}, 50)).toMatchObject({ status: 'timeout' });
    await heard(1);
    expect(seen).toMatchObject([{ turn: undefined, late: 'turn' }]);
  });

  it('gives way to a new attempt of the same id', async () => {
    await deploy(
      [
        { id: 'n', type: 'never' },
        { id: 'a', type: 'sink' },
      ],
      ['n'],
    );
    const first = run('turn');
    await sleep(20);
    const second = tracker.run('turn', {}, () => runtime.node('a').receive({}), DEADLINE);
    expect(await first).toMatchObject({ status: 'interrupted' });
    expect(await second).toMatchObject({ status: 'settled' });
  });

  it('rejects when the first send throws, and leaves nothing open', async () => {
    const emit = () => {
      throw new Error('no wires');
    };
    await expect(tracker.run('turn', {}, emit, DEADLINE)).rejects.toThrow('no wires');
  });
});
