/** `start.mjs` and `settings.ts` as a newcomer meets them: real processes, real Node-RED. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

interface Started {
  process: ChildProcess;
  output(): string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

const root = path.resolve(import.meta.dirname, '../..');
/** A Node that cannot load `settings.ts`, as those before 22.19. */
const OLD = '--no-experimental-strip-types';
const patient = { timeout: 25_000, interval: 50 };
let folder: string;
let started: Started[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'start-'));
});
afterEach(async () => {
  for (const one of started) one.process.kill('SIGKILL');
  await Promise.all(started.map((one) => one.ended));
  started = [];
  rmSync(folder, { recursive: true, force: true });
});

function run(project: string, flags: string[] = [], environment: Record<string, string> = {}): Started {
  const env = { ...process.env, DRAGOMAN_DATA: path.join(folder, 'data'), DRAGOMAN_FLOWS: path.join(folder, 'flows') };
  for (const name of ['ADMIN_PASSWORD', 'CREDENTIAL_SECRET', 'HOST', 'PORT', 'NODE_OPTIONS'])
    Reflect.deleteProperty(env, name);
  const child = spawn(process.execPath, [...flags, path.join(project, 'start.mjs')], {
    env: { ...env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const one = { process: child, output: () => text, ended };
  started.push(one);
  return one;
}

const shown = (one: Started, text: string): Promise<void> =>
  vi.waitFor(() => expect(one.output()).toContain(text), patient);

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' ? address?.port : '');
}

/** A project folder with `start.mjs` and what a test puts beside it. */
function project(...parts: ('node-red' | 'dist' | 'node')[]): string {
  const made = path.join(folder, 'project');
  mkdirSync(path.join(made, 'node_modules'), { recursive: true });
  cpSync(path.join(root, 'start.mjs'), path.join(made, 'start.mjs'));
  if (parts.includes('dist')) mkdirSync(path.join(made, 'dist'));
  if (parts.includes('node-red')) {
    symlinkSync(path.join(root, 'node_modules/node-red'), path.join(made, 'node_modules/node-red'));
    const settings = {
      uiPort: 0,
      uiHost: '127.0.0.1',
      userDir: path.join(folder, 'data'),
      telemetry: { enabled: false },
    };
    const text = `const settings: object = ${JSON.stringify(settings)};\nexport { settings as 'module.exports' };\n`;
    writeFileSync(path.join(made, 'settings.ts'), text);
  }
  if (parts.includes('node')) {
    mkdirSync(path.join(made, 'node_modules/node/bin'), { recursive: true });
    const script = `#!/bin/sh\nexec "${process.execPath}" "$@"\n`;
    writeFileSync(path.join(made, 'node_modules/node/bin/node'), script, { mode: 0o755 });
  }
  return made;
}

describe('what is missing is said in one sentence', () => {
  it.each([
    ['a Node that is too old', [OLD], ['dist', 'node-red'] as const, /^Dragoman needs Node\.js 22\.19 or newer, .*\n$/],
    ['the packages', [], ['dist'] as const, /^Node-RED is not installed here\. Run "npm install" .*\n$/],
    ['the build', [], ['node-red'] as const, /^Dragoman is not built yet\. Run "npm run build" .*\n$/],
  ])('%s', async (_what, flags, parts, sentence) => {
    const one = run(project(...parts), flags);
    expect((await one.ended).code).toBe(1);
    expect(one.output()).toMatch(sentence);
  });
});

describe('under a Node that is too old, with the one that npm installed', () => {
  const handedOver = async (): Promise<{ one: Started; url: string }> => {
    const one = run(project('dist', 'node-red', 'node'), [OLD]);
    await shown(one, 'Started flows');
    await shown(one, 'now running at');
    const url = /now running at (\S+)/.exec(one.output())![1]!;
    expect((await fetch(url)).status).toBe(200);
    return { one, url };
  };

  it.each(['SIGTERM', 'SIGINT'] as const)('%s stops the flows and ends with Node-RED’s own code', async (signal) => {
    const { one } = await handedOver();
    one.process.kill(signal);
    expect(await one.ended).toEqual({ code: 0, signal: null });
    expect(one.output()).toContain('Stopped flows');
  });

  it('leaves nothing running when it is killed', async () => {
    const { one, url } = await handedOver();
    one.process.kill('SIGKILL');
    // The output closes when the last process that writes to it has ended.
    await one.ended;
    expect(one.output()).toContain('Stopped flows');
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('the project itself', () => {
  const login = (port: string, password: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/editor/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'node-red-admin',
        grant_type: 'password',
        scope: '*',
        username: 'admin',
        password,
      }),
    });

  const start = async (environment: Record<string, string> = {}): Promise<{ one: Started; port: string }> => {
    const port = await freePort();
    const one = run(root, [], { PORT: port, ...environment });
    await shown(one, 'Started flows');
    return { one, port };
  };

  it('starts with the shipped flows behind a password that it shows once, and drains on SIGTERM', async () => {
    const first = await start();
    const password = /admin \/ (\S+)/.exec(first.one.output())?.[1] ?? '';
    await vi.waitFor(async () => expect((await login(first.port, password)).status).toBe(200), patient);
    expect((await login(first.port, `${password}x`)).status).toBe(403);
    const { access_token: token } = (await (await login(first.port, password)).json()) as { access_token: string };
    const admin = (route: string, headers = {}) => fetch(`http://127.0.0.1:${first.port}/editor/${route}`, { headers });
    const front = await fetch(`http://127.0.0.1:${first.port}/`, { redirect: 'manual' });
    expect([front.status, front.headers.get('location')]).toEqual([302, '/setup']);
    const page = await admin('');
    expect([page.status, page.headers.get('x-frame-options')]).toEqual([200, 'SAMEORIGIN']);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
    for (const route of ['flows', 'settings', 'nodes', 'diagnostics', 'flows/state'])
      expect([route, (await admin(route)).status]).toEqual([route, 401]);
    expect((await admin('flows', { Authorization: `Bearer ${token}` })).status).toBe(200);
    const settings = await (await admin('settings', { Authorization: `Bearer ${token}` })).json();
    expect(settings).toMatchObject({
      telemetryEnabled: false,
      editorTheme: { palette: { catalogues: [] }, tours: false },
    });

    const names = (dir: string) => readdirSync(dir).filter((name) => name.endsWith('.json'));
    expect(names(path.join(folder, 'flows'))).toEqual(names(path.join(root, 'flows')));
    const secrets = path.join(folder, 'data', 'secrets.json');
    expect(statSync(secrets).mode & 0o777).toBe(0o600);
    expect(readFileSync(secrets, 'utf8')).not.toContain(password);
    first.one.process.kill('SIGTERM');
    expect(await first.one.ended).toEqual({ code: 0, signal: null });
    expect(first.one.output()).toContain('Stopped flows');

    const second = await start();
    expect(second.one.output()).not.toContain('admin /');
    await vi.waitFor(async () => expect((await login(second.port, password)).status).toBe(200), patient);
  });

  it('writes for its own user only, also into a folder that others could read, and whatever the umask', async () => {
    const data = path.join(folder, 'data');
    mkdirSync(data);
    for (const name of ['.sessions.json', 'flows_cred.json', '.config.users.json'])
      writeFileSync(path.join(data, name), '{}', { mode: 0o666 });
    const before = process.umask(0o000);
    let first: Awaited<ReturnType<typeof start>>;
    try {
      first = await start({ ADMIN_PASSWORD: 'open sesame' });
    } finally {
      process.umask(before);
    }
    await vi.waitFor(async () => expect((await login(first.port, 'open sesame')).status).toBe(200), patient);
    const { access_token: token } = (await (await login(first.port, 'open sesame')).json()) as { access_token: string };
    const headers = { Authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const editor = `http://127.0.0.1:${first.port}/editor`;
    const flows = await (await fetch(`${editor}/flows`, { headers })).json();
    const secret = { id: 'p1', type: 'dragoman-provider', provider: 'openai', credentials: { apiKey: 'sk-x' } };
    const deploy = await fetch(`${editor}/flows`, {
      method: 'POST',
      headers,
      body: JSON.stringify([...(flows as object[]), secret]),
    });
    expect(deploy.status).toBe(204);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    await vi.waitFor(() => {
      const names = readdirSync(data, { recursive: true, encoding: 'utf8' });
      expect(names).toEqual(
        expect.arrayContaining(['.sessions.json', 'flows_cred.json', 'knowledge.db', 'dragoman.db', 'api.json']),
      );
      const open = names.filter((name) => (statSync(path.join(data, name)).mode & 0o077) !== 0);
      expect(open).toEqual([]);
    }, patient);
  });

  it('greets a newcomer without a warning, the first time and the second', async () => {
    for (let time = 1; time <= 2; time++) {
      const { one } = await start();
      await shown(one, 'now running at');
      expect(one.output()).not.toMatch(/\[warn\]|\[error\]|Warning|not found|deprecat/i);
      one.process.kill('SIGTERM');
      await one.ended;
    }
  });

  it.each<[string, (taken: string) => Record<string, string>, RegExp]>([
    ['a port that is taken', (PORT) => ({ PORT }), /Another program listens on port (\d+), .* PORT=\d+ npm start/],
    ['an address that is not this machine’s', () => ({ HOST: '192.0.2.1' }), /no address 192\.0\.2\.1\. Set HOST/],
    ['a name that is no address', () => ({ HOST: 'no-such-host.invalid' }), /HOST names no machine: no-such-host/],
  ])('says what to set for %s', async (_what, environment, says) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const one = run(root, [], { PORT: await freePort(), ...environment(String(port)) });
    const { code } = await one.ended;
    other.close();
    expect([code, one.output()]).toEqual([1, expect.stringMatching(says)]);
  });

  it.each(['abc', '99999', '-1', '1880.5', '0x50', '1e3', '65536', 'pipe:/x'])(
    'ends with one sentence where PORT is %s, and prints no link',
    async (PORT) => {
      const one = run(root, [], { PORT });
      expect((await one.ended).code).toBe(1);
      expect(one.output()).toBe(`PORT is "${PORT}", which is no port: set it to a number from 0 to 65535.\n`);
    },
  );

  it.each([
    [
      { DRAGOMAN_ROLE: 'boss' },
      'DRAGOMAN_ROLE is "boss", which is no role. Set it to one of all, editor, worker, web.',
    ],
    [
      { DRAGOMAN_ROLE: 'worker' },
      'DRAGOMAN_ROLE is "worker", and MONGODB_URL is not set. All processes of one deployment share that store',
    ],
    [
      { OPENAI_API_KEY: 'sk-1', OPENAI_API_KEY_FILE: '/gone' },
      'OPENAI_API_KEY and OPENAI_API_KEY_FILE are both set. Keep one',
    ],
    [
      { CREDENTIAL_SECRET_FILE: '/gone' },
      'The file that CREDENTIAL_SECRET_FILE names cannot be read (ENOENT). Correct',
    ],
    [
      { TELEGRAM_BOT_TOKEN_FILE: '/gone' },
      'The file that TELEGRAM_BOT_TOKEN_FILE names cannot be read (ENOENT). Correct',
    ],
  ])('ends with one sentence for %j', async (given, says) => {
    const one = run(root, [], { PORT: await freePort(), ...given });
    expect((await one.ended).code).toBe(1);
    expect(one.output()).toContain(`SETTING_INVALID: ${says}`);
    expect(one.output()).not.toContain('sk-1');
  });

  it('prints its links where it listens only', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const one = run(root, [], { PORT: String((other.address() as { port: number }).port) });
    await one.ended;
    other.close();
    expect(one.output()).not.toMatch(/Simulator: http|Editor: http/);
    const { one: free } = await start({ PORT: '0' });
    await shown(free, 'Simulator: http');
    expect(free.output()).not.toContain('http://127.0.0.1:0');
  });

  it('lets ADMIN_PASSWORD win', async () => {
    const { one, port } = await start({ ADMIN_PASSWORD: 'open sesame' });
    await vi.waitFor(async () => expect((await login(port, 'open sesame')).status).toBe(200), patient);
    expect(one.output()).not.toMatch(/admin \/|sesame/);
  });
});
