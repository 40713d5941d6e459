import { describe, expect, it } from 'vitest';
import { type AccountKnown, accountPart } from './account.ts';
import en from './locales/en.json' with { type: 'json' };

const PUBLIC = 'https://bot.example.com';
const PATH = '/hooks/shop';
const HERE = PUBLIC + PATH;
const who = { name: '@shop_bot', id: '1' };
const AT = Date.UTC(2026, 10, 30, 1, 2);

const running = {
  ...{ enabled: true, simulated: false, direct: false, polls: false, autoReply: true, hasPrompt: true },
  ...{ signs: true, registers: true },
};

const told = (known: Partial<AccountKnown> = {}, more: Partial<typeof running> = {}) =>
  accountPart({
    ...{ id: 'a', name: 'Shop', channel: 'telegram', hasEntry: true, path: PATH, publicUrl: PUBLIC },
    variables: { credentials: 'TELEGRAM_BOT_TOKEN', signature: 'TELEGRAM_SECRET_TOKEN', autoReply: 'AI_AUTOREPLY' },
    running: { ...running, ...more },
    ...known,
  });
const codes = (...asked: Parameters<typeof told>) => told(...asked).lines.map(({ code, state }) => `${code} ${state}`);
const asked = (url: string, more: object = {}) => ({ told: { who, webhook: { url, pending: 0, ...more } } });

describe('an account whose platform is a stand-in', () => {
  it('works, and says what makes it real', () => {
    const { state, lines, real } = told({}, { simulated: true, signs: false });
    expect([state, real]).toEqual(['standin', undefined]);
    expect(lines.map(({ code }) => code)).toEqual(['account.standin', 'account.entry']);
    expect(lines[0]!.todo).toContain('TELEGRAM_BOT_TOKEN');
    expect(lines[0]!.node).toBe('a');
  });

  it('needs somebody where nothing leads to it, or it has nothing to say', () => {
    expect(codes({ hasEntry: false }, { simulated: true })).toContain('account.noEntry missing');
    expect(codes({ path: undefined }, { simulated: true })).toContain('account.noPath missing');
    expect(told({}, { simulated: true, hasPrompt: false }).state).toBe('missing');
  });
});

describe('a real account', () => {
  it('is led on step by step', () => {
    expect(codes()).toEqual(['account.entry ok', 'account.checks ok', 'account.silent missing']);
    expect(codes({ publicUrl: '', ...asked('') })).toEqual([
      'account.who ok',
      'account.entry ok',
      'account.noAddress missing',
      'account.nowhere missing',
      'account.checks ok',
      'account.unheard missing',
    ]);
    const nowhere = told(asked('')).lines.find(({ code }) => code === 'account.nowhere');
    expect(nowhere).toMatchObject({ deed: 'register', values: { url: HERE } });
    const there = told(asked(HERE));
    expect(there.lines.map(({ code, state }) => `${code} ${state}`)).toContain('account.delivers ok');
    expect(there.lines.at(-1)).toMatchObject({
      code: 'account.unheard',
      todo: 'Write to @shop_bot from your own phone.',
    });
    expect(told({ ...asked(HERE), heardAt: AT, signedAt: AT }).state).toBe('ok');
  });

  it('tells in its platform’s own words that it is refused', () => {
    const problem = {
      code: 'ACCOUNT_NOT_CONFIGURED',
      message: 'Telegram does not know the token.',
      action: 'Copy it.',
    };
    const { lines, state } = told({ told: { problem } });
    expect(lines[0]).toMatchObject({ text: problem.message, todo: problem.action, problem, node: 'a' });
    expect(state).toBe('missing');
  });

  it('sees that its platform delivers elsewhere, or could not deliver', () => {
    const elsewhere = told(asked('https://old.example/hook')).lines.find(({ code }) => code === 'account.elsewhere');
    expect(elsewhere).toMatchObject({ state: 'warn', deed: 'register', values: { other: 'https://old.example/hook' } });
    const failing = { lastError: 'Connection refused', lastErrorAt: AT };
    expect(codes(asked(HERE, failing))).toContain('account.failing warn');
    // It was mended since.
    expect(codes({ ...asked(HERE, failing), heardAt: AT + 1 })).toContain('account.delivers ok');
  });

  it('knows its own address by the path where nobody told it the name', () => {
    const known = { publicUrl: '', ...asked(`http://localhost:1880${PATH}/`) };
    expect(codes(known)).toContain('account.delivers ok');
    expect(codes(known)).not.toContain('account.noAddress missing');
  });

  it('warns where nobody checks who calls, and tells of a call with the wrong signature', () => {
    const open = told({ heardAt: AT }, { signs: false }).lines.find(({ code }) => code === 'account.unsigned');
    expect(open).toMatchObject({ state: 'warn', todo: expect.stringContaining('TELEGRAM_SECRET_TOKEN') });
    const refused = { at: AT, reason: 'The header does not match.' };
    expect(codes({ refused })).toContain('account.unproved missing');
    expect(codes({ refused, heardAt: AT - 1 })).toContain('account.unproved missing');
    const since = told({ refused, heardAt: AT + 60_000, signedAt: AT + 60_000 });
    expect(since.lines.find(({ code }) => code === 'account.signed')?.text).toContain('2026-11-30 01:03 UTC');
  });

  it('takes for proof of the signature only what came with it', () => {
    expect(codes({ heardAt: AT })).toEqual(['account.entry ok', 'account.unseen warn', 'account.heard ok']);
    const signed = told({ heardAt: AT + 60_000, signedAt: AT }).lines.find(({ code }) => code === 'account.signed');
    expect(signed).toMatchObject({ state: 'ok', text: expect.stringContaining('2026-11-30 01:02 UTC') });
  });

  it('proves its address where the platform asks for that, and says what to type there', () => {
    const meta = { registers: false };
    expect(codes({ told: { who, reach: { ok: true } } }, meta)).toEqual([
      'account.who ok',
      'account.entry ok',
      'account.reached ok',
      'account.subscribe missing',
      'account.checks ok',
      'account.unheard missing',
    ]);
    const away = told({ told: { who, reach: { ok: false, reason: 'HTTP 404' } } }, meta);
    expect(away.lines.map(({ text }) => text).join(' ')).toContain('does not lead to this server: HTTP 404');
    // What came is proof enough.
    expect(codes({ told: { who, reach: { ok: false, reason: 'HTTP 404' } }, heardAt: AT, signedAt: AT }, meta)).toEqual(
      ['account.who ok', 'account.entry ok', 'account.signed ok', 'account.heard ok'],
    );
  });

  it('needs no address where it asks itself', () => {
    expect(codes({ publicUrl: '', path: undefined, told: { who } }, { polls: true })).toEqual([
      'account.who ok',
      'account.start ok',
      'account.polls ok',
      'account.unheard missing',
    ]);
  });

  it('keeps drafts only with a word about it', () => {
    expect(codes({ heardAt: AT }, { autoReply: false }).at(-1)).toBe('account.drafts warn');
  });
});

it('an account that is off needs nothing, and a broken one says why', () => {
  expect(told({}, { enabled: false }).state).toBe('off');
  const broken = told({ running: undefined, trouble: 'The variable X is not set.' });
  expect(broken.lines.map(({ text }) => text)).toEqual(['It cannot work: The variable X is not set.']);
});

it('a line to this server needs no platform', () => {
  expect(codes({ path: undefined }, { direct: true })).toEqual(['account.direct ok']);
});

it('no sentence has a place that nobody fills', () => {
  const parts = [told(), told(asked('')), told(asked('https://x.example/')), told({}, { simulated: true })];
  for (const { text, todo } of parts.flatMap(({ lines }) => lines)) expect(`${text} ${todo}`).not.toMatch(/[{}]/);
  expect(Object.keys(en).length).toBeGreaterThan(50);
});
