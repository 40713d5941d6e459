/**
 * What a shop tells wrongly, on the real runtime, from a real server: each order is listed with its number and what to do, none stops another, and what
 * can heal is written about once it has.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextRound } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import type { OrderRecord } from '../../core/model.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openShop, pour, type Reply, type Shop } from '../../shops/testing.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const MINUTE = 60_000;
const OPEN = { channel: 'waha', outreachHours: '00:00-24:00', outreachPaceSeconds: 0, outreachPauseHours: 0 };

let bot: Dragoman;
let corner: Shop;
let other: Shop;
/** What each shop has now; a page of `corner` may be answered in another way. */
let has: object[] = [];
let hasElsewhere: object[] = [];
let second: Reply | 'endless' | undefined;
// A shop's server tells the time as it is.
const clock = virtualClock(Date.now(), async () => {
  for (let count = 0; count < 5; count++) await nextRound();
  while (bot && bot.engine.lanes.running() > 0 && !isTyping()) await soon();
});
/** Before a message that nobody asked for its customer sees somebody type: time has to go on for it. */
const isTyping = () => (clock.next() ?? Number.POSITIVE_INFINITY) < clock.now() + 1_000;
const soon = () => Promise.race([bot.quiet(), new Promise((resolve) => setTimeout(resolve, 20))]);

const source = (id: string, url: string, more: object = {}): FlowItem => ({
  ...{ id, type: 'dragoman-order-in', account: 'wa', source: 'api', pollSeconds: 60, version: 1, wires: [['words']] },
  settings: { shop: id, url: `${url}/orders`, country: 'KZ', ...more },
});
const flows = (more: object = {}): FlowItem[] => [
  accountConfig('wa', { ...OPEN, outreachMaxMessages: 1_000 }),
  ...entryNodes('wa', '/wa', 'words'),
  source('corner', corner.url, more),
  source('other', other.url),
  { id: 'words', type: 'template', template: '{{{order.number}}} {{{order.name}}}', wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];

beforeAll(async () => {
  corner = await openShop(({ query }) => {
    if (query.cursor !== 'two') return { json: { orders: has, ...(second && { next: 'two' }) } as never };
    return second === 'endless' ? pour() : (second ?? { json: { orders: [] } });
  });
  other = await openShop(() => ({ json: hasElsewhere as never }));
  bot = await startDragoman({ flows: flows(), settings: { dragoman: { clock } } });
  // What it has now is old.
  await rest();
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await Promise.all([corner, other].map((shop) => shop[Symbol.asyncDispose]()));
});

const sourceOf = (id: string) => bot.engine.registry.starters().find(({ nodeId }) => nodeId === id)!.source!();
/** All that was begun is over. */
async function rest() {
  for (const id of ['corner', 'other']) await bot.until(() => ['waiting', 'failing'].includes(sourceOf(id).look ?? ''));
  for (let count = 0; count < 5; count++) await nextRound();
  await bot.engine.dispatch.idle();
  while (bot.engine.lanes.running() > 0) {
    await soon();
    await clock.advance(500);
  }
  await bot.quiet();
}
/** Both shops are asked again. */
async function round(ms = MINUTE) {
  const before = [corner.asked.length, other.asked.length];
  await clock.advance(ms + 1_000);
  await bot.until(() => other.asked.length > before[1]!);
  await rest();
}
let line = 0;
const newPhone = () => `+7701${String(2_000_000 + ++line)}`;
const order = (number: string, more: object = {}, customer: object = {}) => {
  const at = new Date(clock.now()).toISOString();
  const consent = { at, where: 'checkout', words: 'Write to me about my order.' };
  return { number, state: 'placed', placed_at: at, customer: { phone: newPhone(), ...customer }, consent, ...more };
};
const state = async (id: string) => (await bot.engine.store.followUp(`${id}/POST_PURCHASE`))?.state;
const sent = (id: string) =>
  bot.until(async () => {
    await clock.advance(500);
    return (await state(id)) === 'sent';
  });
const said = () => bot.shown({ platform: 'waha' }).map(({ text }) => text);
const faulty = () => bot.engine.store.orders({ faulty: true, limit: 50 });
const problems = (records: OrderRecord[]) =>
  Object.fromEntries(
    records.map(({ number, fault, omitted }) => [
      number,
      [fault, ...(omitted ?? [])].flatMap((one) => one?.code ?? []),
    ]),
  );

const WRONG = {
  'N-1': 'ORDER_PHONE_MISSING',
  'L-1': 'ORDER_PHONE_LANDLINE',
  'M-1': 'ORDER_PHONE_INVALID',
  'S-1': 'ORDER_STATE_UNKNOWN',
  'P-1': 'ORDER_PRICE_UNREADABLE',
  'C-1': 'ORDER_CURRENCY_UNKNOWN',
};

it('E1 lists each order that is wrong with its number and what to do, writes about the others, and about it once it is right', async () => {
  const twin = newPhone();
  const lacking = {
    phone: order('N-1', {}, { phone: undefined }),
    landline: order('L-1', {}, { phone: '8 (7172) 74-50-00' }),
    malformed: order('M-1', {}, { phone: '+7 70' }),
    state: order('S-1', { state: 'quantum' }),
    price: order('P-1', { total: { amount: 'cheap', currency: 'KZT' } }),
    currency: order('C-1', { total: { amount: '12', currency: 'QQQ' } }),
  };
  const right = [
    order('G-1'),
    order('F-1', {}, { phone: '+34 612 34 56 78', name: 'Ana' }),
    order('D-1', {}, { phone: twin, name: 'Aizhan' }),
    order('D-2', {}, { phone: twin, name: 'Bolat' }),
    order('G-2'),
  ];
  has = [right[0]!, ...Object.values(lacking), ...right.slice(1)];
  await round();
  for (const number of ['G-1', 'F-1', 'D-1', 'D-2', 'G-2', 'P-1', 'C-1']) await sent(`corner/${number}`);
  for (const number of ['N-1', 'L-1', 'M-1', 'S-1']) expect(await state(`corner/${number}`)).toBeUndefined();
  expect(said()).toEqual(expect.arrayContaining(['D-1 Aizhan', 'D-2 Bolat', 'F-1 Ana']));
  // Two names, one number: one person, who was known by the first.
  const conversations = await Promise.all(
    ['D-1', 'D-2'].map(
      async (number) => (await bot.engine.store.followUp(`corner/${number}/POST_PURCHASE`))!.conversationId,
    ),
  );
  expect(conversations[0]).toBe(conversations[1]);

  expect(problems(await faulty())).toEqual(
    Object.fromEntries(Object.entries(WRONG).map(([number, code]) => [number, [code]])),
  );
  const { stdout: table } = await promisify(execFile)(process.execPath, [MAIN, 'orders', '--faulty']);
  const { url, token } = JSON.parse(await readFile(path.join(bot.engine.dataFolder, API_FILE), 'utf8')) as ApiFile;
  const answer = await fetch(`${url}/dragoman/api/orders?faulty=1`, { headers: { authorization: `Bearer ${token}` } });
  const told = (await answer.json()) as OrderRecord[];
  expect(problems(told)).toEqual(problems(await faulty()));
  for (const { number, fault, omitted } of told) {
    const [{ message, action }] = [fault ?? omitted![0]!];
    expect(table).toContain(` ${number} `);
    expect(table).toContain(`${message} ${action}`);
  }

  const mended = {
    phone: { ...lacking.phone, customer: { phone: newPhone() } },
    landline: { ...lacking.landline, customer: { phone: newPhone() } },
    malformed: { ...lacking.malformed, customer: { phone: newPhone() } },
    state: lacking.state,
    price: { ...lacking.price, total: { amount: '12', currency: 'KZT' } },
    currency: { ...lacking.currency, total: { amount: '12', currency: 'KZT' } },
  };
  has = [...right, ...Object.values(mended)];
  await bot.runtime.deploy(flows({ states: 'quantum=placed' }));
  await rest();
  for (const number of Object.keys(WRONG)) await sent(`corner/${number}`);
  await round();
  expect(await faulty()).toEqual([]);
  const about = said().map((text) => text!.split(' ')[0]);
  expect(about.sort()).toEqual([...new Set(about)].sort());
});

it.each<[string, string, Reply | 'endless']>([
  ['a web page', 'SHOP_NOT_JSON', { text: '<!doctype html><title>Login</title>' }],
  ['401 in the middle of a round', 'SHOP_REFUSED', { status: 401 }],
  ['50 MB', 'SHOP_TOO_MUCH', 'endless'],
  ['half of a JSON', 'SHOP_NOT_JSON', { text: '{"orders":[{"number":"1"' }],
])(
  'E1 a shop that answers %s is told with what to do, stops no other, and is gone on with where it stopped',
  async (_what, code, reply) => {
    await bot.runtime.deploy(flows());
    const of = (prefix: string) => `${prefix}-${code}-${corner.asked.length}`;
    const [first, late, elsewhere] = [of('first'), of('late'), of('elsewhere')];
    has = [order(first)];
    hasElsewhere = [order(elsewhere)];
    second = reply;
    await round();
    expect(sourceOf('corner')).toMatchObject({
      look: 'failing',
      fault: { code, action: expect.stringMatching(/\w+/) },
    });
    for (const id of [`corner/${first}`, `other/${elsewhere}`]) await sent(id);
    second = { json: { orders: [order(late)] as never } };
    const before = corner.asked.length;
    await round(16 * MINUTE);
    await sent(`corner/${late}`);
    expect(corner.asked[before]!.query.cursor).toBe('two');
    for (const number of [first, late, elsewhere])
      expect(said().filter((text) => text?.startsWith(number))).toHaveLength(1);
    second = undefined;
  },
);
