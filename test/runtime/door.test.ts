/** Who may do what on the interface of pages: users with roles, sessions, wrong passwords, and what other sites may not. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allRoutes } from '../../node-red/server/routes/all.ts';
import { type VirtualClock, virtualClock } from '../../scenarios/clock.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { nodeRed } from '../support/node-red.ts';

const API = '/dragoman/api/v1';
const MINUTE = 60_000;
const OURS = { 'x-dragoman': '1' };
const hash = (password: string): string => nodeRed('bcryptjs').hashSync(password, 4);

interface User {
  username: string;
  password: string;
  permissions: string | string[];
  since?: number;
}
const user = (username: string, permissions: string | string[]): User => ({
  username,
  password: hash(`${username}’s password`),
  permissions,
});
const USERS = [
  user('admin', '*'),
  user('sara', 'dragoman.reply'),
  user('rita', ['dragoman.read']),
  user('max', ['dragoman.manage', 'flows.read']),
  user('edi', 'read'),
  user('nina', ['flows.read', 'flows.write']),
];
/** What Node-RED's settings answer now. */
let users: User[];
let bot: Dragoman;
let clock: VirtualClock;

beforeAll(async () => {
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  bot = await startDragoman({
    // Something real: nobody is let in for sitting here.
    env: {
      ...{ OPENAI_API_KEY: 'sk-real', DRAGOMAN_API_TOKEN: 'word-for-machines' },
      DRAGOMAN_TRUST_PROXY: 'loopback, 10.0.0.0/8',
    },
    settings: {
      dragoman: { clock },
      adminAuth: {
        type: 'credentials',
        users: async (name: string) => users.find(({ username }) => username === name) ?? null,
      },
    },
  });
}, 60_000);
afterAll(() => bot.stop());
beforeEach(async () => {
  users = USERS;
  for (const { username } of USERS) await bot.engine.store.dropSessions({ user: username });
});
// Nobody has tried too often at the next test.
afterEach(() => clock.advance(11 * MINUTE));

interface Sent {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}
const ask = (path: string, { method, body, headers }: Sent = {}) =>
  fetch(bot.runtime.url + API + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...OURS, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
const tries = (name: string, password = `${name}’s password`) => ask('/session', { body: { name, password } });

/** @returns the cookie as a browser sends it */
async function signIn(name: string): Promise<{ cookie: string }> {
  const answer = await tries(name);
  expect(answer.status).toBe(204);
  return { cookie: answer.headers.get('set-cookie')!.split(';', 1)[0]! };
}
const status = async (path: string, sent?: Sent) => (await ask(path, sent)).status;
const isIn = async (headers: Record<string, string>) => (await status('/session', { headers })) === 200;

describe('signing in', () => {
  it('gives a cookie that no script reads and no other site sends, and nothing else', async () => {
    const answer = await tries('sara');
    expect(answer.headers.get('set-cookie')).toMatch(
      /^dragoman-session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toBe('');
    const overTls = await ask('/session', {
      body: { name: 'sara', password: 'sara’s password' },
      headers: { 'x-forwarded-proto': 'https' },
    });
    expect(overTls.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  it('stores nothing that a reader of the store could come in with', async () => {
    const { cookie } = await signIn('sara');
    const secret = cookie.split('=')[1]!;
    expect(await bot.engine.store.session(secret)).toBeNull();
  });

  it.each([
    ['sara', 'wrong'],
    ['sara', 'rita’s password'],
    ['nobody', 'sara’s password'],
    ['__proto__', 'x'],
    ['SARA', 'sara’s password'],
  ])('refuses %s with "%s" and tells not which of them is wrong', async (name, password) => {
    const answer = await tries(name, password);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
    expect(await answer.json()).toMatchObject({
      error: { code: 'UNAUTHORIZED', message: 'The name or the password is wrong.' },
    });
  });

  it.each([[{}], [{ name: 'sara' }], [{ name: ['sara'], password: 'x' }], [{ name: 'sara', password: 'x', more: 1 }]])(
    'takes no body such as %j',
    async (body) => {
      expect(await status('/session', { body })).toBe(400);
    },
  );

  it('tires of wrong passwords for a name, says how long, and lets others in meanwhile', async () => {
    for (let time = 0; time < 5; time++) expect((await tries('sara', `guess ${time}`)).status).toBe(401);
    const refused = await tries('sara');
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(600);
    expect(await refused.json()).toMatchObject({
      error: { code: 'TOO_MANY_TRIES', action: expect.stringMatching(/^Try again in \d+ minutes?\.$/) },
    });
    expect((await tries('rita')).status).toBe(204);
    await clock.advance(seconds * 1_000);
    expect((await tries('sara')).status).toBe(204);
  });

  it('counts tries that come all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => tries('sara', `guess ${index}`)));
    expect(answers.filter((answer) => answer.status === 401).length).toBeLessThanOrEqual(5);
  });

  it('tires of an address that tries name after name, and forgets right ones', async () => {
    for (let time = 0; time < 20; time++) expect((await tries('sara')).status).toBe(204);
    const seen: number[] = [];
    for (let time = 0; time < 32; time++) seen.push((await tries(`name-${time}`, 'password')).status);
    expect(seen.slice(0, 30)).toEqual(Array(30).fill(401));
    expect(seen.slice(30)).toEqual([429, 429]);
    expect((await tries('sara')).status).toBe(429);
  });

  it('tires of who is behind a proxy and of nobody else there, whatever they write into the header themselves', async () => {
    const from = (forwarded: string, name: string, password = `${name}’s password`) =>
      ask('/session', { body: { name, password }, headers: { 'x-forwarded-for': forwarded } });
    const seen: number[] = [];
    for (let time = 0; time < 31; time++)
      seen.push((await from(`192.0.2.${time}, 203.0.113.9, 10.1.2.3`, `name-${time}`)).status);
    expect(seen).toEqual([...Array(30).fill(401), 429]);
    expect((await from('203.0.113.9, 10.1.2.3', 'sara')).status).toBe(429);
    expect((await from('203.0.113.10, 10.1.2.3', 'sara')).status).toBe(204);
    expect((await tries('sara')).status).toBe(204);
  });
});

describe('what users may do', () => {
  const ROUTES: [string, string, 'read' | 'reply' | 'manage', unknown?][] = [
    ['GET', '/session', 'read'],
    ['GET', '/conversations', 'read'],
    ['GET', '/orders/board', 'read'],
    ['GET', '/calls', 'read'],
    ['POST', '/conversations/none/reply', 'reply', { text: 'Hi' }],
    ['POST', '/conversations/none/takeover', 'reply', {}],
    ['POST', '/drafts/none/approve', 'reply'],
    ['POST', '/calls/none/takeover', 'reply'],
    ['GET', '/leads', 'manage'],
    ['GET', '/orders', 'manage'],
    ['POST', '/people/export', 'manage', { contact: 'none' }],
    ['POST', '/outreach/reset', 'manage'],
    ['POST', '/messages/none/replay', 'manage'],
  ];
  const MAY: Record<string, string[]> = {
    admin: ['read', 'reply', 'manage'],
    max: ['read', 'reply', 'manage'],
    sara: ['read', 'reply'],
    rita: ['read'],
    edi: ['read'],
    nina: [],
  };

  it.each(Object.entries(MAY))('%s: %j', async (name, may) => {
    const headers = await signIn(name);
    for (const [method, path, need, body] of ROUTES) {
      const found = await status(path, { method, body, headers });
      if (may.includes(need)) expect([200, 204, 404], `${method} ${path}`).toContain(found);
      else expect(found, `${method} ${path}`).toBe(403);
    }
  });

  it('every route there is refuses nobody, and who may less than it needs', async () => {
    const levels = ['dragoman.read', 'dragoman.reply', 'dragoman.manage'];
    const callers: [string, number, Record<string, string>][] = [['nobody', -1, {}]];
    for (const [name, level] of [
      ['nina', -1],
      ['rita', 0],
      ['sara', 1],
    ] as const)
      callers.push([name, level, await signIn(name)]);
    const answers: string[] = [];
    const wanted: string[] = [];
    for (const { method, path, need } of allRoutes({} as never, '')) {
      if (need === 'anyone') continue;
      for (const [name, , headers] of callers.filter((caller) => caller[1] < levels.indexOf(need))) {
        const at = path.replace(/:\w+/g, 'none');
        const body = method === 'get' ? undefined : {};
        answers.push(`${name} ${method} ${path} ${await status(at, { method: method.toUpperCase(), body, headers })}`);
        wanted.push(`${name} ${method} ${path} ${name === 'nobody' ? 401 : 403}`);
      }
    }
    expect(answers.length).toBeGreaterThan(150);
    expect(answers).toEqual(wanted);
  });

  it('no answer tells a number to who may not manage', async () => {
    const phone = '34612345678';
    const customer = { phone, name: `Tel ${phone}` };
    const hook = '/api/integrations/webhooks/whatsapp/';
    expect((await bot.happens('whatsapp', hook, { kind: 'text', customer, text: 'Buenas tardes' })).status).toBe(200);
    const [{ id } = { id: '' }] = await bot.engine.store.conversations({ limit: 1 });
    const reply = { method: 'POST', body: { text: 'Good afternoon.' } };
    const told = async (name: string) => {
      const headers = await signIn(name);
      const said = await (await ask(`/conversations/${id}/reply`, { ...reply, headers })).text();
      const ids = (await bot.engine.store.messages(id, { limit: 9 })).map((message) => message.id);
      const texts = [said];
      for (const { method, path } of allRoutes({} as never, '')) {
        if (method !== 'get' || path === '/events') continue;
        const query = { '/inbox': '?queue=all', '/search': '?text=buenas', '/inbox/search': '?text=tel' }[path] ?? '';
        for (const one of path.startsWith('/messages/') ? ids : [id])
          texts.push(await (await ask(path.replace(/:\w+/, one) + query, { headers })).text());
      }
      return texts;
    };
    // Meta's ids of messages have it too, in letters of their own.
    const has = (text: string) =>
      text.includes(phone) ||
      [...text.matchAll(/[\w+/]{20,}/g)].some(([word]) => Buffer.from(word, 'base64').includes(phone));
    expect((await told('max')).some(has)).toBe(true);
    for (const name of ['rita', 'sara']) expect((await told(name)).filter(has), name).toEqual([]);
  });

  it('tells each what they may, and leads nobody to the editor who may not enter it', async () => {
    const of = async (name: string) => (await ask('/session', { headers: await signIn(name) })).json();
    expect(await of('sara')).toEqual({
      ...{ name: 'sara', kind: 'user', may: ['dragoman.read', 'dragoman.reply'] },
      pages: expect.arrayContaining(['orders', 'calls']),
    });
    expect((await of('sara')).pages).not.toContain('simulator');
    expect((await of('admin')).pages).toContain('simulator');
  });

  it('nobody at all may anything, and a token everything', async () => {
    for (const [method, path, , body] of ROUTES) {
      expect(await status(path, { method, body }), path).toBe(401);
      const headers = { authorization: 'Bearer word-for-machines' };
      expect([200, 204, 404], path).toContain(await status(path, { method, body, headers }));
      expect(await status(path, { method, body, headers: { authorization: 'Bearer wrong' } }), path).toBe(401);
    }
  });

  it('what is taken from a user, is taken at once', async () => {
    const headers = await signIn('sara');
    users = USERS.map((one) => (one.username === 'sara' ? { ...one, permissions: 'dragoman.read' } : one));
    expect(await status('/conversations/none/takeover', { body: {}, headers })).toBe(403);
    users = USERS.filter(({ username }) => username !== 'sara');
    expect(await isIn(headers)).toBe(false);
  });

  it('who may only reply cannot enter the editor, nor change what runs', async () => {
    const token = async (name: string) => {
      const body = new URLSearchParams({
        ...{ client_id: 'node-red-editor', grant_type: 'password', scope: '' },
        ...{ username: name, password: `${name}’s password` },
      });
      const answer = await fetch(`${bot.runtime.url}/admin/auth/token`, { method: 'POST', body });
      return ((await answer.json()) as { access_token: string }).access_token;
    };
    const asked = async (name: string, path: string, method = 'GET') => {
      const headers = { authorization: `Bearer ${await token(name)}`, 'content-type': 'application/json' };
      const body = method === 'POST' ? '[]' : undefined;
      return (await fetch(`${bot.runtime.url}/admin${path}`, { method, headers, body })).status;
    };
    for (const name of ['sara', 'rita'])
      for (const path of ['/flows', '/settings', '/nodes', '/dragoman/tools', '/dragoman/settings', '/diagnostics'])
        expect(await asked(name, path), `${name} ${path}`).toBe(401);
    for (const path of ['/flows', '/dragoman/people/export', '/dragoman/people/forget'])
      expect(await asked('sara', path, 'POST'), path).toBe(401);
    expect(await asked('max', '/flows')).toBe(200);
    // Nor does a session of the pages open the editor's own interface.
    const { cookie } = await signIn('admin');
    expect((await fetch(`${bot.runtime.url}/admin/flows`, { headers: { cookie } })).status).toBe(401);
  });
});

describe('what comes from elsewhere', () => {
  const path = '/outreach/switch';
  const body = { off: true };

  it.each([
    ['no header of ours', { 'x-dragoman': undefined }],
    ['another site’s page', { origin: 'https://evil.example' }],
    ['a page of nowhere', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ])('is refused with a session all the same: %s', async (_what, change) => {
    const headers = Object.fromEntries(
      Object.entries({ ...OURS, ...(await signIn('admin')), ...change }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    expect((await fetch(bot.runtime.url + API + path, sent)).status).toBe(403);
    expect((await bot.engine.desk.figures()).stoppedAt).toBe(0);
  });

  it('nobody signs somebody in from another site', async () => {
    const sent = { body: { name: 'admin', password: 'admin’s password' }, headers: { origin: 'https://evil.example' } };
    const answer = await ask('/session', sent);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  });

  it('nothing is told to scripts of other sites', async () => {
    const headers = { ...(await signIn('admin')), origin: 'https://evil.example' };
    const answer = await ask('/conversations', { headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const preflight = await ask(path, {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-dragoman' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(preflight.headers.get('access-control-allow-headers')).toBeNull();
  });

  it('nothing of it is below the paths that platforms call', async () => {
    const hook = '/api/integrations/webhooks/telegram';
    for (const beside of [`${hook}/session`, `${hook}${API}/session`])
      expect((await fetch(bot.runtime.url + beside, { headers: OURS })).status, beside).toBe(404);
  });

  it('there is nothing beside what is documented', async () => {
    const answer = await ask('/nothing', { headers: await signIn('admin') });
    expect([answer.status, (await answer.json()).error.code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('a session', () => {
  it('ends when nobody does anything for two hours, whatever a page asks by itself', async () => {
    const headers = await signIn('sara');
    const itself = { ...headers, 'x-dragoman': 'idle' };
    await clock.advance(119 * MINUTE);
    expect(await isIn(itself)).toBe(true);
    await clock.advance(2 * MINUTE);
    expect(await isIn(headers)).toBe(false);
  });

  it('goes on while somebody does something, and a week at most', async () => {
    const headers = await signIn('sara');
    for (let hour = 1; hour < 7 * 24; hour++) {
      await clock.advance(60 * MINUTE);
      expect(await isIn(headers), `hour ${hour}`).toBe(true);
    }
    await clock.advance(60 * MINUTE);
    expect(await isIn(headers)).toBe(false);
  });

  it('is over once one signs out; others of the same user go on', async () => {
    const [here, there] = [await signIn('sara'), await signIn('sara')];
    const answer = await ask('/session', { method: 'DELETE', headers: here });
    expect(answer.headers.get('set-cookie')).toMatch(/^dragoman-session=; Path=\/; Max-Age=0; HttpOnly/);
    expect([await isIn(here), await isIn(there)]).toEqual([false, true]);
  });

  it('is over everywhere once one signs out everywhere, and nobody else is', async () => {
    const [here, there, other] = [await signIn('sara'), await signIn('sara'), await signIn('rita')];
    expect(await (await ask('/sessions', { method: 'DELETE', headers: here })).json()).toEqual({ ended: 2 });
    expect([await isIn(here), await isIn(there), await isIn(other)]).toEqual([false, false, true]);
  });

  it('of others ends only who manages', async () => {
    const [sara, rita, max] = [await signIn('sara'), await signIn('rita'), await signIn('max')];
    expect(await status('/sessions?user=rita', { method: 'DELETE', headers: sara })).toBe(403);
    expect(await isIn(rita)).toBe(true);
    expect(await status('/sessions?user=rita', { method: 'DELETE', headers: max })).toBe(200);
    expect([await isIn(rita), await isIn(max)]).toEqual([false, true]);
    const machine = { authorization: 'Bearer word-for-machines' };
    expect(await status('/sessions', { method: 'DELETE', headers: machine })).toBe(400);
    expect(await status('/sessions?user=sara', { method: 'DELETE', headers: machine })).toBe(200);
    expect(await isIn(sara)).toBe(false);
  });

  it('of before a new password is over', async () => {
    const headers = await signIn('sara');
    await clock.advance(1_000);
    users = USERS.map((one) => (one.username === 'sara' ? { ...one, since: clock.now() } : one));
    expect(await isIn(headers)).toBe(false);
    expect(await isIn(await signIn('sara'))).toBe(true);
  });
});

describe('pages', () => {
  const open = (path: string, headers: Record<string, string> = {}) =>
    fetch(bot.runtime.url + path, { redirect: 'manual', headers: { accept: 'text/html,*/*', ...headers } });

  it.each([
    ['/orders', 'sign-in?to=orders'],
    ['/orders?show=sent', 'sign-in?to=orders%3Fshow%3Dsent'],
    ['/orders/', '../sign-in?to=orders'],
    ['/dragoman/calls?call=x&lang=fa', 'sign-in?to=calls%3Fcall%3Dx%26lang%3Dfa'],
    ['/simulator', 'sign-in?to=simulator'],
    ['/call', 'sign-in?to=call'],
    ['/demo-shop', 'sign-in?to=demo-shop'],
  ])('lead from %s to where one signs in, and tell where from', async (path, to) => {
    const answer = await open(path);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, to]);
  });

  it('open for who may, and say kindly that others may not', async () => {
    const sara = await signIn('sara');
    expect((await open('/orders', sara)).status).toBe(200);
    for (const [name, path] of [
      ['nina', '/orders'],
      ['sara', '/simulator'],
    ] as const) {
      const answer = await open(path, { ...(await signIn(name)), 'accept-language': 'es' });
      expect(answer.status).toBe(403);
      const page = await answer.text();
      expect(page).toContain('no tienes permiso para abrir esta página');
      expect(page).toContain(`href="sign-in?to=${path.slice(1)}"`);
    }
    expect((await open('/simulator', await signIn('admin'))).status).toBe(200);
  });

  it('the page where one signs in is open to anybody, under the strict policy', async () => {
    for (const path of ['/sign-in', '/dragoman/sign-in']) {
      const answer = await open(path, { 'x-forwarded-for': '203.0.113.9' });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-security-policy')).toMatch(/frame-ancestors 'self'; default-src 'self'/);
      expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    }
  });
});
