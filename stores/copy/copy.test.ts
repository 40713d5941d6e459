/** Nothing is lost on the way from a file to MongoDB and back, wherever the copy is killed; and no server starts on half of one. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, said, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Store } from '../../core/ports.ts';
import { startProxy } from '../../test/support/proxy.ts';
import { answers, fill } from '../../test/support/store-contents.ts';
import { mongoMissing, startMongo } from '../../test/support/wire.ts';
import { openCopied as openMongoEnd } from '../mongodb/copied.ts';
import { openMongo } from '../mongodb/store.ts';
import { COPIED_TABLES, openCopied } from '../sqlite/copied.ts';
import { lockFolder } from '../sqlite/lock.ts';
import { openStore } from '../sqlite/store.ts';
import { type Compared, copy } from './copy.ts';
import { KINDS } from './kinds.ts';

const KEY = Buffer.alloc(32, 7);
const WORKER = path.join(import.meta.dirname, '../../test/support/copy-worker.ts');

let folder: string;
let count = 0;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'copy-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A place for a database, with the key of all of this test. */
function file(name = `${++count}.db`): string {
  const place = path.join(folder, name);
  writeFileSync(`${place}.key`, KEY);
  return place;
}

async function filled(place = file()): Promise<string> {
  const store = openStore(place);
  await fill(store);
  await store.close();
  return place;
}

const isUrl = (place: string) => place.startsWith('mongodb:');
const open = async (place: string): Promise<Store> =>
  isUrl(place) ? openMongo(place, { key: KEY }) : openStore(place);
const end = async (place: string, make = false) => (isUrl(place) ? openMongoEnd(place, KEY) : openCopied(place, make));

async function copied(from: string, to: string, batch = 3): Promise<Compared[]> {
  const source = await end(from);
  try {
    const target = await end(to, true);
    try {
      return await copy(source, target, { batch });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function answersOf(place: string) {
  const store = await open(place);
  try {
    return await answers(store);
  } finally {
    await store.close();
  }
}

/** Takes a number of batches, or comes to this line, and is killed. @returns whether it was, or had come to its end */
async function killed(from: string, to: string, until: number | string): Promise<boolean> {
  const child = spawn(process.execPath, [WORKER, from, to], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let seen = 0;
  for await (const line of createInterface(child.stdout)) if (++seen === until || line === until) child.kill('SIGKILL');
  return (await exited) !== 0;
}

describe('from file to file', () => {
  it('each table is copied, is nothing of anybody, or is made again for the search', async () => {
    const db = new DatabaseSync(await filled());
    const tables = db
      .prepare("select name from sqlite_master where type = 'table'")
      .all()
      .map(({ name }) => name);
    db.close();
    const made = tables.filter((name) => /^(said|name)_/.test(String(name)));
    expect(made).toContain('said_words');
    // Who is signed in signs in anew.
    expect([...COPIED_TABLES, 'scrub', 'session', 'sqlite_sequence', ...made].sort()).toEqual(tables.sort());
  });

  it('has everything, and each kind of record is in what was copied', async () => {
    const [from, to] = [await filled(), file()];
    const compared = await copied(from, to);
    expect(compared.filter(({ source }) => source.count === 0)).toEqual([]);
    expect(compared.map(({ source }) => source)).toEqual(compared.map((one) => one.copy));
    expect(await answersOf(to)).toEqual(await answersOf(from));
  });

  it('killed when all is written and nothing compared, it only compares', async () => {
    const [from, to] = [await filled(), file()];
    const { source } = (await copied(from, file())).find(({ kind }) => kind === KINDS.at(-1))!;
    expect(await killed(from, to, `${KINDS.at(-1)} ${source.count}`)).toBe(true);
    expect(() => openStore(to)).toThrow(expect.objectContaining({ code: 'DATA_INCOMPLETE' }));
    await copied(from, to);
    expect(await answersOf(to)).toEqual(await answersOf(from));
  });

  it('gives the next message a number after all that were taken, though they are erased', async () => {
    const [from, to] = [file(), file()];
    const store = openStore(from);
    const [accepted] = await verbs.accept(store, [toIncoming(said('hi', 'k'), ACCOUNT, T0)]);
    const { messageId, conversationId } = accepted!;
    await store.run((records) => {
      records.updateConversation(conversationId!, { takenSeq: 40, wakeAt: null });
      records.removeMessage(messageId!);
    });
    await store.close();
    await copied(from, to);
    const copy = openStore(to);
    const [next] = await verbs.accept(copy, [toIncoming(said('hi again', 'k2'), ACCOUNT, T0)]);
    expect((await copy.message(next!.messageId!))!.seq).toBe(41);
    await copy.close();
  });

  it('goes into an empty place only, and of the same source only on', async () => {
    const [from, other, to] = [await filled(), await filled(), await filled()];
    await expect(copied(from, to)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const half = file();
    expect(await killed(from, half, 9)).toBe(true);
    await expect(copied(other, half)).rejects.toMatchObject({ code: 'DATA_INCOMPLETE' });
    await expect(copied(half, file())).rejects.toMatchObject({ code: 'DATA_INCOMPLETE' });
    expect(() => openStore(half)).toThrow(expect.objectContaining({ code: 'DATA_INCOMPLETE' }));
    expect(() => openStore(half, { beside: true })).toThrow(/is not whole yet/);
    await copied(from, half);
    expect(await answersOf(half)).toEqual(await answersOf(from));
  });

  it('tells where the source changed meanwhile, and is no store then', async () => {
    const [from, to] = [await filled(), file()];
    expect(await killed(from, to, 60)).toBe(true);
    const store = openStore(from);
    await store.run((records) => records.updateContact(records.holdersOf('acc', ['34600112200'])[0]!, { name: 'New' }));
    await store.close();
    await expect(copied(from, to)).rejects.toThrow(/differs from its source \(contact\)/);
    expect(() => openStore(to)).toThrow(expect.objectContaining({ code: 'DATA_INCOMPLETE' }));
  });

  it('refuses a folder whose server runs, and a key that is another one', async () => {
    const from = await filled(file('dragoman.db'));
    const unlock = lockFolder(folder);
    await expect(copied(from, file())).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    unlock();
    const to = file();
    writeFileSync(`${to}.key`, Buffer.alloc(32, 8));
    await expect(copied(from, to)).rejects.toMatchObject({ code: 'SETTING_INVALID' });
  });
});

const missing = mongoMissing();

describe.skipIf(missing)(`between a file and MongoDB${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  it('there and back, everything is there and answers the same', async () => {
    const [from, url, back] = [await filled(), server.database(), file()];
    const there = await copied(from, url);
    const expected = await answersOf(from);
    expect(await answersOf(url)).toEqual(expected);
    expect((await copied(url, back)).map((one) => one.copy)).toEqual(there.map(({ source }) => source));
    expect(await answersOf(back)).toEqual(expected);
  });

  it('what MongoDB had itself, too', async () => {
    const [url, to, again] = [server.database(), file(), server.database()];
    const store = await openMongo(url, { key: KEY });
    await fill(store);
    await store.close();
    await copied(url, to);
    const expected = await answersOf(url);
    expect(await answersOf(to)).toEqual(expected);
    await copied(to, again);
    expect(await answersOf(again)).toEqual(expected);
  });

  it('numbers that two processes gave at the same moment become two, and what tells them follows', async () => {
    const [url, to] = [server.database(), file()];
    const store = await openMongo(url, { key: KEY });
    const ids: string[] = [];
    for (const person of ['7', '8', '9']) {
      const [accepted] = await verbs.accept(store, [toIncoming(said('hi', person, person), ACCOUNT, T0)]);
      ids.push(accepted!.conversationId!);
    }
    await store.close();
    const client = new MongoClient(url);
    await client
      .db()
      .collection('messages')
      .updateMany({}, { $set: { seq: 1_000 } });
    await client
      .db()
      .collection('conversations')
      .updateMany({}, { $set: { takenSeq: 1_000 } });
    await client.close();
    await copied(url, to);
    const copy = openStore(to);
    const seqs = await Promise.all(
      ids.map(async (id) => [(await copy.messages(id, { limit: 1 }))[0]!.seq, (await copy.conversation(id))!.takenSeq]),
    );
    expect(seqs.map(([seq]) => seq).sort()).toEqual([1_000, 1_001, 1_002]);
    for (const [seq, taken] of seqs) expect(taken).toBe(seq);
    await copy.close();
  });

  it.each([1, 30, 90])(
    'killed after %i batches, and once more, it goes on and loses nothing',
    async (batches) => {
      const [from, url, back] = [await filled(), server.database(), file()];
      expect(await killed(from, url, batches)).toBe(true);
      await expect(openMongo(url, { key: KEY })).rejects.toMatchObject({ code: 'DATA_INCOMPLETE' });
      await killed(from, url, 15);
      await copied(from, url);
      expect(await killed(url, back, batches)).toBe(true);
      expect(() => openStore(back)).toThrow(expect.objectContaining({ code: 'DATA_INCOMPLETE' }));
      await killed(url, back, 15);
      await copied(url, back);
      const expected = await answersOf(from);
      expect(await answersOf(url)).toEqual(expected);
      expect(await answersOf(back)).toEqual(expected);
    },
    60_000,
  );

  it('goes on by itself where the line breaks for a moment', async () => {
    const [from, url] = [await filled(), server.database()];
    await using proxy = await startProxy({ host: server.host, port: server.port });
    const [source, target] = [await end(from), await end(server.through(url, proxy.port))];
    let batches = 0;
    await copy(source, target, { batch: 5, tell: () => ++batches % 20 === 0 && proxy.cut() });
    expect(batches).toBeGreaterThan(40);
    await Promise.all([source.close(), target.close()]);
    expect(await answersOf(url)).toEqual(await answersOf(from));
  }, 30_000);

  it('is not begun while a process works on it, and needs the key of the database', async () => {
    const [from, url] = [await filled(), server.database()];
    const client = new MongoClient(url);
    const workers = client.db().collection<{ _id: string; pulse: number; gone: boolean }>('workers');
    await workers.insertOne({ _id: 'w', pulse: 1, gone: false });
    const beating = setInterval(() => void workers.updateOne({ _id: 'w' }, { $inc: { pulse: 1 } }), 1_000);
    await expect(copied(from, url)).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    clearInterval(beating);
    // It died.
    await copied(from, url);
    await client.close();
    for (const [key, code] of [
      [null, 'NOT_FOUND'],
      [Buffer.alloc(32, 8), 'SETTING_INVALID'],
    ] as const) {
      const [source, target] = [await openMongoEnd(url, key), openCopied(path.join(folder, 'new', `${code}.db`), true)];
      await expect(copy(source, target)).rejects.toMatchObject({ code });
      await source.close();
      await target.close();
    }
  }, 30_000);
});
