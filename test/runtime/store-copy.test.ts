/** What a bot was told and said goes from its file to MongoDB and back, by the command as it is built; and a server starts on no half of it. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compared } from '../../stores/copy/copy.ts';
import { copyDatabase } from '../../stores/sqlite/backup.ts';
import { startEchoBot } from '../support/echo-bot.ts';
import { freePort, startServer } from '../support/server.ts';
import { mongoMissing, startMongo } from '../support/wire.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(PROJECT, 'dist/cli/main.js');
const PASSWORD = 'pass-word-42';

interface Run {
  code: number;
  out: string;
  err: string;
}

/** `dragoman <args>`; a password is in nothing that it prints. */
function dragoman(args: string[], env: Record<string, string | undefined> = {}): Promise<Run> {
  return new Promise((resolve) => {
    const all = { ...process.env, MONGODB_URL: undefined, ...env };
    execFile(process.execPath, [MAIN, ...args], { env: all }, (error, out, err) => {
      expect(out + err).not.toContain(PASSWORD);
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

let root: string;
/** A data folder in which a bot talked with three people, of whom one wants no more. */
let data: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'store-copy-'));
  data = path.join(root, 'data');
  const { bot, happens, stop } = await startEchoBot({ telegram: {} });
  for (const [person, text] of [
    [1, 'Hola'],
    [2, 'مرحبا'],
    [1, 'Y otra cosa'],
    [3, 'STOP'],
  ] as const)
    await happens('telegram', { kind: 'text', customer: { id: person }, text });
  await cp(bot.engine.dataFolder, data, { recursive: true });
  for (const file of ['dragoman.db', 'dragoman.db-wal', 'dragoman.db-shm', 'lock.db'])
    await rm(path.join(data, file), { force: true });
  copyDatabase(path.join(bot.engine.dataFolder, 'dragoman.db'), path.join(data, 'dragoman.db'));
  await stop();
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

const env = () => ({ DRAGOMAN_DATA: data });
const conversations = async (folder: string, more = {}) =>
  JSON.parse((await dragoman(['conversations', '--json'], { DRAGOMAN_DATA: folder, ...more })).out) as object[];

it('says what is wrong with the command line', async () => {
  for (const args of [['store'], ['store', 'move'], ['store', 'copy', '--to', 'x'], ['store', 'copy', '--from', 'x']])
    expect((await dragoman(args, env())).code, args.join(' ')).toBe(2);
  expect(await dragoman(['store', 'copy', '--from', 'mongodb', '--to', 'x'], env())).toMatchObject({
    ...{ code: 1, err: expect.stringContaining('MONGODB_URL is not set') },
  });
  expect((await dragoman(['store', 'copy', '--from', path.join(root, 'nowhere'), '--to', 'x'], env())).err).toContain(
    'There is no database',
  );
  const unreachable = `mongodb://root:${PASSWORD}@127.0.0.1:1/x`;
  const { code, err } = await dragoman(['store', 'copy', '--from', data, '--to', unreachable], env());
  expect([code, err]).toEqual([1, expect.stringContaining('The database could not be asked')]);
}, 30_000);

it('copies a folder into a folder, and a server does not start on half of it', async () => {
  const to = path.join(root, 'second');
  const { code, out } = await dragoman(['store', 'copy', '--from', data, '--to', to], env());
  expect([code, out]).toEqual([0, expect.stringMatching(/^message +\d+ +\d+ +[0-9a-f]{32}$/m)]);
  expect(await conversations(to)).toEqual(await conversations(data));
  // As one that was killed leaves it.
  const db = new DatabaseSync(path.join(to, 'dragoman.db'));
  db.exec(
    `create table copying(progress text not null); insert into copying values('{"from":"elsewhere","kind":"turn","after":null}')`,
  );
  db.close();
  const port = String(await freePort());
  const start = startServer({ PORT: port, DRAGOMAN_DATA: to, DRAGOMAN_SIMULATOR: 'off' });
  await expect(start).rejects.toThrow(/dragoman\.db is a copy of elsewhere that was begun and is not whole yet/);
}, 60_000);

const missing = mongoMissing();

describe.skipIf(missing)(`MongoDB${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  it('takes what a bot was told and said, answers the commands, and gives it back', async () => {
    const url = server.database();
    const there = await dragoman(['store', 'copy', '--from', data, '--to', url, '--json'], env());
    expect([there.code, there.err]).toEqual([0, expect.stringContaining('message: ')]);
    const { kinds } = JSON.parse(there.out) as { kinds: Compared[] };
    expect(kinds.find(({ kind }) => kind === 'message')!.copy.count).toBeGreaterThan(6);
    const shared = { MONGODB_URL: url };
    expect(await conversations(path.join(root, 'empty'), shared)).toEqual(await conversations(data));
    expect((await dragoman(['backup', path.join(root, 'x.db')], { ...env(), ...shared })).err).toContain('mongodump');

    const back = path.join(root, 'back');
    const { code, out } = await dragoman(['store', 'copy', '--from', 'mongodb', '--to', back, '--json'], {
      ...env(),
      ...shared,
    });
    expect(code).toBe(0);
    expect((JSON.parse(out) as { kinds: Compared[] }).kinds).toEqual(kinds);
    expect(await conversations(back)).toEqual(await conversations(data));
    // It goes on where it was.
    const answering = await startServer({
      PORT: String(await freePort()),
      DRAGOMAN_DATA: back,
      DRAGOMAN_SIMULATOR: 'off',
    });
    expect(await answering.stop()).toBe(0);
  }, 90_000);
});
