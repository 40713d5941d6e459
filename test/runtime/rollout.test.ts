/** Flows that are handed out while customers write: no message is lost, and none is answered twice. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FlowNode } from '../../node-red/flow-files/canonical.ts';
import { sealedNothing } from '../../node-red/flow-files/sealed.ts';
import { insideNodeRed } from '../../node-red/inside.ts';
import type { Flows } from '../../node-red/rollout/flows.ts';
import { replaceFlows } from '../../node-red/rollout/load.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const CLIENTS = 8;
const ROLLOUTS = 30;

let bot: Dragoman;
let thoughts: string[];
let person = 500_000;

beforeAll(async () => {
  bot = await startDragoman({ flows: [] });
  bot.runtime.registerNode('thinks', function (config) {
    this.on('input', (msg, send, done) => {
      thoughts.push(config.id);
      setTimeout(() => {
        send(msg);
        done();
      }, Number(config.ms));
    });
  });
  bot.runtime.registerNode('never starts', () => {
    throw new Error('It has no reason to.');
  });
});
afterAll(() => bot.stop());

const tab = (name: string, ms: number): FlowItem[] => [
  { id: `tab-${name}`, type: 'tab', label: name },
  accountConfig(`acc-${name}`),
  ...entryNodes(`acc-${name}`, `/${name}`, `think-${name}`).map((node) => ({ ...node, z: `tab-${name}` })),
  { id: `think-${name}`, z: `tab-${name}`, type: 'thinks', ms, wires: [[`out-${name}`]] },
  { id: `out-${name}`, z: `tab-${name}`, type: 'dragoman-channel-out', version: 1 },
];

/** As Node-RED has them, and as an editor would hand them out. */
async function begin(flows: FlowItem[]): Promise<Flows> {
  thoughts = [];
  await bot.runtime.deploy(flows);
  const running = await insideNodeRed()('@node-red/runtime').flows.getFlows({});
  return { revision: 'first', flows: structuredClone(running.flows), credentials: sealedNothing('test') };
}

const changed = ({ flows, credentials }: Flows, id: string, more: object): Flows => ({
  revision: id,
  credentials,
  flows: flows.map((node): FlowNode => (node.id === id ? { ...node, ...more } : node)),
});

async function writes(url: string, text: string): Promise<string> {
  const id = ++person;
  const response = await bot.happens('telegram', url, { kind: 'text', customer: { id }, text });
  expect(response.status).toBe(200);
  return String(id);
}

it('answers every message once while one after the other is taken', async () => {
  const first = await begin([...tab('a', 30), ...tab('b', 30)]);
  let taking = true;
  const people: string[] = [];
  const clients = Array.from({ length: CLIENTS }, async (_, index) => {
    while (taking) people.push(await writes(index % 2 ? '/a' : '/b', 'hello.'));
  });
  let before = first;
  for (let count = 0; count < ROLLOUTS; count++) {
    // Secrets that are others, now and then: every node starts anew.
    const next = changed(before, count % 2 ? 'think-a' : 'tab-b', { ms: 20 + count, info: `${count}` });
    if (count % 7 === 6) next.credentials = sealedNothing('test', Buffer.alloc(16, count));
    expect(await replaceFlows(bot.runtime.RED, next, before)).toEqual([]);
    before = next;
  }
  taking = false;
  await Promise.all(clients);
  expect(people.length).toBeGreaterThan(ROLLOUTS);
  await bot.until(() => people.every((thread) => bot.shown({ thread }).length > 0), 20_000);
  await bot.quiet();
  expect(people.filter((thread) => bot.shown({ thread }).length !== 1)).toEqual([]);
}, 120_000);

it('lets a turn go on whose nodes stay as they are, and begins the other one again', async () => {
  const first = await begin([...tab('a', 1_500), ...tab('b', 1_500)]);
  const people = [await writes('/a', 'one.'), await writes('/b', 'two.')];
  await bot.until(() => thoughts.length === 2);
  await replaceFlows(bot.runtime.RED, changed(first, 'think-a', { ms: 200 }), first);
  await bot.until(() => people.every((thread) => bot.shown({ thread }).length > 0));
  await bot.quiet();
  expect(people.map((thread) => bot.shown({ thread }).map(({ text }) => text))).toEqual([['one.'], ['two.']]);
  expect(thoughts.toSorted()).toEqual(['think-a', 'think-a', 'think-b']);
}, 30_000);

it('tells which nodes did not start, and that flows with an unknown type do not', async () => {
  const first = await begin(tab('a', 10));
  const broken = changed(first, 'out-a', { type: 'never starts' });
  expect(await replaceFlows(bot.runtime.RED, broken, first)).toEqual(['never starts out-a']);
  const unknown = changed(first, 'out-a', { type: 'of a package that is not installed' });
  await expect(replaceFlows(bot.runtime.RED, unknown, broken)).rejects.toThrow('missing-types');
  expect(await replaceFlows(bot.runtime.RED, first)).toEqual([]);
  const thread = await writes('/a', 'again.');
  await bot.until(() => bot.shown({ thread })[0]);
}, 30_000);
