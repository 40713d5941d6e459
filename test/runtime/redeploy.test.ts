/** Deploys while customers write: a deploy costs nobody an answer. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { demoShop } from '../support/demo-shop.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const TELEGRAM = '/api/integrations/webhooks/telegram/';
const DEPLOYS = 50;
const CLIENTS = 8;

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({ env: { OPENAI_API_KEY: undefined, ORDERS_API_URL: undefined } });
  bot.runtime.registerNode('thinks', function () {
    this.on('input', (msg, send, done) => {
      setTimeout(() => {
        send(msg);
        done();
      }, 700);
    });
  });
  bot.runtime.registerNode('slow to close', function () {
    this.on('close', (done) => void setTimeout(done, 1_500));
  });
});
afterAll(() => bot.stop());

it(`answers every message once over ${DEPLOYS} full deploys`, async () => {
  const flows = await shippedFlows();
  let deploying = true;
  let person = 800_000;
  const statuses: number[] = [];
  const people: string[] = [];
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (deploying) {
      const id = ++person;
      people.push(String(id));
      const { body, headers } = bot.simulator.webhook('telegram', { kind: 'text', customer: { id }, text: 'Hola.' });
      const response = await fetch(bot.runtime.url + TELEGRAM, {
        method: 'POST',
        body,
        headers,
        signal: AbortSignal.timeout(10_000),
      });
      await response.text();
      statuses.push(response.status);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  for (let count = 0; count < DEPLOYS; count++) {
    await bot.runtime.deploy(flows);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  deploying = false;
  await Promise.all(clients);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  /** How often each was answered, in one look: there are thousands. */
  const answers = () => {
    const counts = new Map<string | null, number>(people.map((thread) => [thread, 0]));
    for (const { thread } of bot.shown({ platform: 'telegram' })) counts.set(thread, (counts.get(thread) ?? 0) + 1);
    return counts;
  };
  await expect
    .poll(() => [...answers()].filter(([, count]) => count === 0), { timeout: 90_000, interval: 500 })
    .toEqual([]);
  await bot.quiet();
  expect([...answers()].filter(([, count]) => count !== 1)).toEqual([]);
  expect(await bot.engine.store.turns({ state: 'dead', limit: 5 })).toEqual([]);
}, 200_000);

/** On a tab of its own: a node that is at work when the deploy comes, and one that takes its time to close. */
const slowTab = (label: string): FlowItem[] => [
  { id: 'other', type: 'tab', label: 'other' },
  { id: 'think', z: 'other', type: 'thinks', name: label, wires: [['think-on']] },
  { id: 'slow', z: 'other', type: 'slow to close', name: label },
];

/** Deploys the other tab while a turn is at work in it. */
async function changeOtherTab(flows: (label: string) => FlowItem[]): Promise<void> {
  await bot.until(() => bot.engine.lanes.running() > 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await bot.runtime.deploy(flows('after'), {}, 'flows');
}

/** A channel-in on one tab, the rest of its flow on the other. */
const twoTabs = (label: string): FlowItem[] => [
  accountConfig('acc'),
  ...entryNodes('acc', '/h', 'to'),
  { id: 'to', type: 'link out', mode: 'link', links: ['from'] },
  { id: 'from', z: 'other', type: 'link in', links: ['to'], wires: [['think']] },
  ...slowTab(label),
  { id: 'think-on', z: 'other', type: 'dragoman-channel-out', version: 1 },
];

it('answers what a deploy of another tab cuts, however long its nodes take to close', async () => {
  await bot.runtime.deploy(twoTabs('before'));
  await bot.happens('telegram', '/h', { kind: 'text', customer: { id: 700_001 }, text: 'hello.' });
  await changeOtherTab(twoTabs);
  await bot.until(() => bot.shown({ thread: '700001' })[0]);
  await bot.quiet();
  expect(bot.shown({ thread: '700001' }).map(({ text }) => text)).toEqual(['hello.']);
  expect(await bot.engine.store.turns({ limit: 1 })).toMatchObject([{ state: 'done', cuts: 1 }]);
}, 30_000);

it('answers whom a deploy meets before the flow has begun', async () => {
  const flows: FlowItem[] = [
    accountConfig('acc'),
    ...entryNodes('acc', '/h', 'out'),
    { id: 'out', type: 'dragoman-channel-out', version: 1 },
  ];
  await bot.runtime.deploy(flows);
  const { store } = bot.engine;
  const deployed = Promise.withResolvers<void>();
  // Whatever takes its time then: a busy disk, or a voice note that is put into words.
  const slow = vi.spyOn(store, 'contact').mockImplementationOnce(async (id) => {
    await deployed.promise;
    return (await store.contact(id))!;
  });
  await bot.happens('telegram', '/h', { kind: 'text', customer: { id: 700_004 }, text: 'hello.' });
  await bot.until(() => slow.mock.calls.length > 0);
  await bot.runtime.deploy(flows);
  deployed.resolve();
  await bot.until(() => bot.shown({ thread: '700004' })[0]);
  await bot.quiet();
  expect(bot.shown({ thread: '700004' }).map(({ text }) => text)).toEqual(['hello.']);
  slow.mockRestore();
}, 30_000);

it('keeps what a deploy cuts whose flows cannot start, until some can', async () => {
  await bot.runtime.deploy(twoTabs('before'));
  await bot.happens('telegram', '/h', { kind: 'text', customer: { id: 700_002 }, text: 'hello.' });
  await bot.until(() => bot.engine.lanes.running() > 0);
  const missing = { id: 'missing', z: 'other', type: 'of a package that is not installed' };
  const started = bot.runtime.deploy([...twoTabs('without'), missing], {}, 'flows');
  await bot.until(() => bot.engine.lanes.running() === 0);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  const [waits] = await bot.engine.store.conversations({ limit: 1 });
  expect(waits!.openTurn).toMatchObject({ state: 'waiting', cuts: 1 });
  await bot.runtime.deploy(twoTabs('after'));
  await started;
  await bot.until(() => bot.shown({ thread: '700002' })[0]);
}, 30_000);

it('sends what waited while its account was off once a deploy switches it on', async () => {
  const flows = (enabled: boolean): FlowItem[] => [
    accountConfig('acc', { enabled }),
    ...entryNodes('acc', '/h', 'out'),
    { id: 'out', type: 'dragoman-channel-out', version: 1 },
  ];
  const thread = '700003';
  bot.simulator.faults.set({ platform: 'telegram', thread }, { kind: 'rate-limit', retryAfter: 1, times: 1 });
  await bot.runtime.deploy(flows(true));
  await bot.happens('telegram', '/h', { kind: 'text', customer: { id: 700_003 }, text: 'hello.' });
  const [waits] = await bot.until(async () => {
    const queued = await bot.engine.store.sends({ states: ['queued'], limit: 1 });
    return queued.length > 0 ? queued : undefined;
  });
  await bot.runtime.deploy(flows(false));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, waits!.nextTryAt! - Date.now()) + 500));
  expect([(await bot.engine.store.message(waits!.id))!.state, bot.shown({ thread })]).toEqual(['queued', []]);
  await bot.runtime.deploy(flows(true));
  await bot.until(() => bot.shown({ thread })[0]);
  expect(bot.shown({ thread })).toHaveLength(1);
}, 30_000);

it('writes about an order whose node stands on the tab that is deployed', async () => {
  const shipped = await shippedFlows();
  const moved = ['order-follow-up-orders', 'order-follow-up-from-demo', 'order-follow-up-post-orders'];
  const flows = (label: string): FlowItem[] => [
    ...shipped.map((node): FlowItem => {
      if (!moved.includes(node.id)) return node;
      const { g: _group, ...free } = node;
      return { ...free, z: 'other', ...(node.id === moved[0] && { wires: [['think']] }) } as FlowItem;
    }),
    ...slowTab(label),
    { id: 'think-on', z: 'other', type: 'link out', mode: 'link', links: ['from'] },
    { id: 'from', z: 'order-follow-up', type: 'link in', links: ['think-on'], wires: [['order-follow-up-policy']] },
  ];
  await bot.runtime.deploy(flows('before'));
  const number = await demoShop(bot).order('+12125550142');
  await changeOtherTab(flows);
  const followUp = await bot.until(async () => {
    const now = await bot.engine.store.followUp(`shop/${number}/POST_PURCHASE`);
    return now && !['waiting', 'running'].includes(now.state) ? now : undefined;
  }, 20_000);
  expect(followUp).toMatchObject({ state: 'sent' });
  expect(await bot.engine.store.turn(followUp.turnId!)).toMatchObject({ cuts: 1 });
  expect(bot.shown({ platform: 'waha' })).toHaveLength(1);
}, 60_000);
