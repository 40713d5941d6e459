/** `dragoman user` beside a running Dragoman: who is added signs in at once, who is removed is out. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, type Server, startServer } from '../support/server.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const OURS = { 'x-dragoman': '1' };
const folder = mkdtempSync(path.join(tmpdir(), 'users-'));
const data = path.join(folder, 'data');
let server: Server;
beforeAll(async () => {
  const port = String(await freePort());
  const env = {
    ...{ PORT: port, DRAGOMAN_DATA: data, DRAGOMAN_FLOWS: path.join(folder, 'flows'), MONGODB_URL: '', REDIS_URL: '' },
    // Something real, so that nobody is let in for sitting here.
    ...{ STT_API_KEY: 'sk-real', DRAGOMAN_USERS: '' },
  };
  server = await startServer(env, '/health');
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  code: number;
  out: string;
  err: string;
}

function dragoman(args: string[], input = '', env: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...args],
      { env: { ...process.env, DRAGOMAN_DATA: data, DRAGOMAN_USERS: '', ...env } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
    child.stdin!.end(input);
  });
}
const json = async (args: string[], input?: string) => JSON.parse((await dragoman([...args, '--json'], input)).out);

async function signIn(name: string, password: string): Promise<string | undefined> {
  const sent = { method: 'POST', headers: OURS, body: JSON.stringify({ name, password }) };
  const answer = await fetch(`${server.url}/dragoman/api/v1/session`, sent);
  return answer.status === 204 ? answer.headers.get('set-cookie')!.split(';', 1)[0] : undefined;
}
const whoIs = async (cookie: string | undefined) => {
  const headers = { ...OURS, cookie: cookie ?? '' };
  const answer = await fetch(`${server.url}/dragoman/api/v1/session`, { headers });
  return answer.ok ? ((await answer.json()) as { name: string; may: string[] }) : undefined;
};

it('admin signs in with the deployment’s password', async () => {
  const cookie = await signIn('admin', 'test-password');
  expect(await whoIs(cookie)).toMatchObject({ may: ['dragoman.read', 'dragoman.reply', 'dragoman.manage'] });
});

it('a user is added, signs in at once, gets a new password, is listed and removed', async () => {
  const added = await json(['user', 'add', 'sara']);
  expect(added).toMatchObject({ username: 'sara', permissions: 'dragoman.reply' });
  expect(added.password).toMatch(/^\$2[ab]\$11\$/);
  const cookie = await signIn('sara', added.newPassword);
  expect(await whoIs(cookie)).toMatchObject({ name: 'sara', may: ['dragoman.read', 'dragoman.reply'] });

  const file = path.join(data, 'users.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain(added.newPassword);

  const again = await dragoman(['user', 'add', 'sara', '--may', 'manage', '--password-stdin'], 'of her own choice\n');
  expect(again).toMatchObject({ code: 0, err: '' });
  expect(again.out).not.toContain('of her own choice');
  // What was signed in with the old password is over.
  expect(await whoIs(cookie)).toBeUndefined();
  expect(await signIn('sara', added.newPassword)).toBeUndefined();
  const newer = await signIn('sara', 'of her own choice');
  expect((await whoIs(newer))?.may).toContain('dragoman.manage');

  expect(await json(['user', 'list'])).toEqual([
    { username: 'sara', permissions: 'dragoman.manage', since: expect.any(Number) },
  ]);
  expect((await dragoman(['user', 'list'])).out).not.toContain('$2');
  expect((await dragoman(['user', 'remove', 'sara'])).code).toBe(0);
  expect(await whoIs(newer)).toBeUndefined();
  expect(await signIn('sara', 'of her own choice')).toBeUndefined();
});

it('prints a line for a Node-RED of one’s own, and writes nothing', async () => {
  const { out } = await dragoman(['user', 'add', 'omar', '--may', 'read', '--line']);
  const line = JSON.parse(out.split('\n')[0]!);
  expect(line).toMatchObject({ username: 'omar', permissions: 'dragoman.read' });
  expect(await json(['user', 'list'])).toEqual([]);
});

it.each([
  [['user', 'add', 'admin'], 1, /user of the deployment itself/],
  [['user', 'add', '__proto__'], 1, /no name for a user/],
  [['user', 'add', 'a b'], 1, /no name for a user/],
  [['user', 'add', 'sara', '--may', 'fly'], 2, /--may takes one of/],
  [['user', 'add'], 2, /It takes "add <name>"/],
  [['user', 'list', 'sara'], 2, /It takes "add <name>"/],
  [['user'], 2, /It takes <add\|remove\|list>/],
  [['user', 'remove', 'nobody'], 1, /There is no user nobody/],
  [['user', 'add', 'sara', '--password-stdin'], 1, /fewer than 10 characters/],
] as const)('%j is refused with a sentence', async (args, code, sentence) => {
  const run = await dragoman([...args], 'short\n');
  expect([run.code, run.err]).toEqual([code, expect.stringMatching(sentence)]);
  expect(await json(['user', 'list'])).toEqual([]);
});
