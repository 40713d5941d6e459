/** People are told, through the shipped flows: who asks for a person, which account does not work, and what a deploy of that shows. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';

const HOOK = '/api/integrations/webhooks/telegram/';
let posted: Record<string, unknown>[] = [];
let answer = 200;
const office = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  posted.push(JSON.parse(body));
  response.writeHead(answer).end('ok');
});

let bot: Dragoman;
beforeAll(async () => {
  office.listen(0, '127.0.0.1');
  await once(office, 'listening');
  bot = await startDragoman({
    flows: [],
    env: {
      OPENAI_API_KEY: undefined,
      DRAGOMAN_NOTICE_URL: `http://127.0.0.1:${(office.address() as AddressInfo).port}/notices`,
    },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  office.closeAllConnections();
  office.close();
});
beforeEach(() => {
  posted = [];
  answer = 200;
});

const open = () => bot.engine.store.notices({ open: true, limit: 20 });
const health = async () => (await fetch(`${bot.runtime.url}/health`)).json();
const ready = async () => {
  const answer = await fetch(`${bot.runtime.url}/health/ready`);
  return [answer.status, await answer.json()];
};

it('posts who asks for a person to the address of the office, and again when it was not taken', async () => {
  await bot.runtime.deploy(await shippedFlows());
  answer = 500;
  const customer = { id: 4711, firstName: 'Ana' };
  await bot.happens('telegram', HOOK, { kind: 'text', customer, text: 'Quiero hablar con un agente' });
  const [notice] = await bot.until(async () => {
    const kept = (await open()).filter(({ tries }) => tries === 1);
    return kept.length > 0 ? kept : undefined;
  }, 20_000);
  expect(bot.shown({ thread: '4711' }).map(({ text }) => text)).toEqual([
    'De acuerdo. Un compañero te responderá aquí en cuanto pueda.',
  ]);
  answer = 200;
  await bot.engine.store.run((records) => records.updateNotice(notice!.id, { tellAt: 0 }));
  bot.engine.notices.wake();
  await bot.until(async () => (await open()).length === 0);
  expect(posted).toHaveLength(2);
  expect(posted[0]).toEqual(posted[1]);
  expect(posted[0]).toMatchObject({
    id: notice!.id,
    kind: 'handover',
    text: 'Fibra Andina · Telegram: Ana pide hablar con una persona. Quiero hablar con un agente',
    account: { name: 'Fibra Andina · Telegram' },
    conversation: { status: 'support_active', name: 'Ana' },
  });
  expect(JSON.stringify(posted)).not.toContain('4711');
}, 40_000);

it('shows on the canvas what was blocked: at the subflow and below the debug node', async () => {
  const shown = new Map<string, string>();
  const listen = ({ id, status }: { id: string; status?: { text?: string } }) => {
    if (status?.text) shown.set(id, status.text);
  };
  bot.runtime.RED.events.on('node-status', listen as never);
  await bot.happens('telegram', HOOK, { kind: 'text', customer: { id: 4711, firstName: 'Ana' }, text: '¿Y ahora?' });
  await bot.quiet();
  await bot.until(() => shown.get('isp-helpdesk-blocked'));
  expect(shown.get('isp-helpdesk-decide')).toMatch(/^status-gate: /);
  expect(shown.get('isp-helpdesk-blocked')).toBe('status-gate: status');
});

it('tells an account in error at its channel-in, on the health page and to people, lists the calls, and stays ready', async () => {
  await bot.runtime.deploy([
    ...(await shippedFlows()),
    accountConfig('broken', { name: 'Broken shop', takeoverSeconds: 'soon', version: 2 }),
    ...entryNodes('broken', '/broken', 'nowhere'),
  ]);
  expect(await health()).toEqual({ status: 'ok', failingAccounts: 1 });
  expect(await ready()).toEqual([200, { status: 'ready', accounts: expect.any(Number), failingAccounts: 1 }]);
  expect((await bot.post('/broken', { update_id: 1 })).status).toBe(503);
  const [call] = await bot.until(async () => {
    const calls = await bot.engine.store.webhooks({ limit: 1 });
    return calls[0]?.path === '/broken' ? calls : undefined;
  });
  expect(call).toMatchObject({
    status: 503,
    payload: '',
    error: expect.stringMatching(/"soon" is no number of seconds/),
  });
  await bot.until(() => posted.length > 0);
  expect(posted[0]).toMatchObject({
    kind: 'account-error',
    text: expect.stringMatching(/^Broken shop.*"soon" is no number/),
  });
  await bot.runtime.deploy([
    ...(await shippedFlows()),
    ...['soon', '-3', 'ten', '1e99x', 'never'].map((takeoverSeconds, index) =>
      accountConfig(`broken-${index}`, { name: `Broken ${index}`, takeoverSeconds, version: 2 }),
    ),
  ]);
  expect(await ready()).toEqual([200, expect.objectContaining({ status: 'ready', failingAccounts: 5 })]);
  await bot.runtime.deploy(await shippedFlows());
  expect(await health()).toEqual({ status: 'ok' });
  expect(await ready()).toEqual([200, { status: 'ready', accounts: expect.any(Number) }]);
});

it('tells a token that the platform refuses, until it takes one again', async () => {
  const customer = { id: 4712, firstName: 'Eva' };
  bot.simulator.faults.set({ platform: 'telegram', thread: '4712' }, { kind: 'bad-token', times: 1 });
  await bot.happens('telegram', HOOK, { kind: 'text', customer, text: '¿Qué planes hay?' });
  await bot.until(() => posted.length > 0);
  expect(posted[0]).toMatchObject({ kind: 'account-error', about: { messageId: expect.any(String) } });
  expect(await health()).toEqual({ status: 'ok', failingAccounts: 1 });
  expect(bot.engine.registry.trouble('account-isp-telegram')).toMatch(/Unauthorized/);
  await bot.happens('telegram', HOOK, { kind: 'text', customer, text: '¿Y con televisión?' });
  await bot.until(() => bot.shown({ thread: '4712' }).length > 0);
  await bot.until(async () => !('failingAccounts' in (await health())));
});

it('names the node and the flow of a turn that was given up', async () => {
  await bot.runtime.deploy([
    { id: 'page', type: 'tab', label: 'My shop' },
    accountConfig('shop'),
    ...entryNodes('shop', '/shop', 'odd').map((node) => ({ ...node, z: 'page' })),
    { id: 'odd', type: 'function', z: 'page', name: 'Prices', func: 'throw new Error("no list")', wires: [[]] },
  ]);
  await bot.happens('telegram', '/shop', { kind: 'text', customer: { id: 1, firstName: 'Leo' }, text: 'Hola' });
  const dead = await bot.until(async () => (await bot.engine.store.turns({ state: 'dead', limit: 1 }))[0], 40_000);
  expect(dead.error).toMatch(/^"Prices" \(function\) in "My shop": .*no list/);
}, 60_000);
