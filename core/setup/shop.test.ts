import { expect, it } from 'vitest';
import { type ShopKnown, shopPart } from './shop.ts';

const AT = Date.UTC(2026, 10, 30, 1, 2);
const running = {
  ...{ asks: true, signs: false, look: 'waiting', orders: 3, at: AT, writes: 'on', simulated: false, hears: true },
} as const satisfies ShopKnown['running'];

const told = (known: Partial<ShopKnown> = {}, more: Partial<NonNullable<ShopKnown['running']>> = {}) =>
  shopPart({
    ...{ id: 'in', name: 'Casa', account: 'WAHA' },
    variables: { address: 'ORDERS_API_URL', secret: 'ORDERS_WEBHOOK_SECRET', writing: 'CRM_SELLER_ENABLED' },
    running: { ...running, ...more },
    ...known,
  });
const codes = (...asked: Parameters<typeof told>) => told(...asked).lines.map(({ code, state }) => `${code} ${state}`);
const problem = { code: 'ORDERS_UNREACHABLE', message: 'Nobody answers.', action: 'Look.' };

it('that is asked tells how that goes', () => {
  expect([told().state, told().real, ...codes()]).toEqual(['ok', true, 'shop.asked ok', 'shop.writes ok']);
  expect(codes({}, { look: undefined, at: undefined })).toContain('shop.asks ok');
  const failing = told({}, { look: 'failing', fault: problem });
  expect(failing.lines[0]).toMatchObject({ state: 'missing', text: 'Nobody answers.', todo: 'Look.', node: 'in' });
});

it('tells what it answered when somebody asked it', () => {
  const answered = { at: AT, ok: true, orders: 5, faulty: 2, reason: 'No number.' } as const;
  expect(codes({ told: answered })).toEqual([
    'shop.asked ok',
    'shop.answered ok',
    'shop.faulty warn',
    'shop.writes ok',
  ]);
  expect(codes({ told: { ...answered, faulty: 0 } })).not.toContain('shop.faulty warn');
  expect(told({ told: { at: AT, ok: false, problem } }).state).toBe('missing');
});

it('that calls needs an address, and a secret once something real hangs on it', () => {
  const calls = { asks: false, signs: true };
  expect(codes({}, calls)).toContain('shop.noPath missing');
  expect([told({ path: '/shop' }, calls).real, ...codes({ path: '/shop' }, calls)]).toEqual([
    ...[undefined, 'shop.called ok', 'shop.writes ok'],
  ]);
  const refused = { at: AT, reason: 'The header x is missing.' };
  expect(codes({ path: '/shop', refused }, calls)).toContain('shop.unproved warn');
  const open = { asks: true, signs: false };
  expect(codes({ path: '/shop' }, open)).toContain('shop.unsigned warn');
  expect(codes({ path: '/shop' }, { ...open, simulated: true })).not.toContain('shop.unsigned warn');
});

it('works with what stands in for it, and says what makes it real', () => {
  const flow = told({}, { asks: false, simulated: true });
  expect([flow.state, ...flow.lines.map(({ code }) => code)]).toEqual(['standin', 'shop.standin', 'shop.simulated']);
  expect(flow.lines[0]!.todo).toContain('ORDERS_API_URL');
  expect(codes({}, { writes: 'test' })).toContain('shop.test standin');
  expect(told({}, { writes: 'off' }).lines.at(-1)).toMatchObject({
    state: 'off',
    todo: expect.stringContaining('CRM_'),
  });
});

it('needs somebody where it cannot work', () => {
  expect(told({ running: undefined }).lines.map(({ code }) => code)).toEqual(['shop.broken']);
  expect(codes({}, { hears: false })).toContain('shop.deaf missing');
});
