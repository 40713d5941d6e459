/** A back-up of MongoDB in one file, and what can be made of it: a single machine that goes on, and another MongoDB. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { openStore } from '../../stores/sqlite/store.ts';
import { freePort, startServer } from '../support/server.ts';
import { mongoMissing, startMongo } from '../support/wire.ts';

const missing = mongoMissing();
const PROJECT = path.resolve(import.meta.dirname, '../..');
const HOOK = '/api/integrations/webhooks/telegram/';
const PEOPLE = [501, 502, 503];
const SECRET = 'the key of all';

const write = async (url: string, person: number, text: string, id: number) => {
  const from = { id: person, is_bot: false, first_name: 'Ana', language_code: 'es' };
  const message = { message_id: id, date: 1_700_000_000, chat: { id: person, type: 'private' }, from, text };
  const response = await fetch(url + HOOK, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ update_id: id, message }),
  });
  expect(response.status).toBe(200);
};

/** As a person gives it. */
const copy = async (from: string, to: string, mongoUrl: string) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['dist/cli/main.js', 'store', 'copy', '--from', from, '--to', to, '--json'],
    { cwd: PROJECT, env: { ...process.env, MONGODB_URL: mongoUrl, CREDENTIAL_SECRET: SECRET } },
  );
  return JSON.parse(stdout) as { kinds: { kind: string; copy: { count: number; checksum: string } }[] };
};

/** Each conversation's authors and words, by its person, once the newest word of each is answered. */
const talks = async (file: string) => {
  const store = openStore(file, { beside: true });
  try {
    const all = await store.conversations({ limit: 50 });
    const told = all.map(async ({ id, address }) => {
      const messages = await store.messages(id, { limit: 50 });
      return [
        String((address as { chat_id: unknown }).chat_id),
        messages.map(({ author, text }) => [author, text]),
      ] as const;
    });
    return new Map(await Promise.all(told));
  } finally {
    await store.close();
  }
};

it.skipIf(missing)(
  `a back-up in one file is restored, and goes on${missing ? ` (${missing})` : ''}`,
  { timeout: 180_000 },
  async () => {
    await using mongo = await startMongo();
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-restore-'));
    const restored = path.join(folder, 'restored');
    const file = path.join(restored, 'dragoman.db');
    const mongoUrl = mongo.database();
    const shared = {
      DRAGOMAN_FLOWS: path.join(folder, 'flows'),
      CREDENTIAL_SECRET: SECRET,
      DRAGOMAN_API_TOKEN: 'token',
    };

    const grown = await startServer({
      ...{ ...shared, MONGODB_URL: mongoUrl, PORT: String(await freePort()) },
      DRAGOMAN_DATA: path.join(folder, 'grown'),
    });
    for (const [index, person] of PEOPLE.entries())
      await write(grown.url, person, '¿Cómo cambio la clave del wifi?', index);
    const metrics = async () =>
      (await fetch(`${grown.url}/metrics`, { headers: { authorization: 'Bearer token' } })).text();
    await vi.waitFor(
      async () => {
        expect(await metrics()).toMatch(
          new RegExp(`^dragoman_turns_total\\{.*outcome="answered".*\\} ${PEOPLE.length}$`, 'm'),
        );
        expect(await metrics()).toMatch(/^dragoman_sends_waiting 0$/m);
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(await grown.stop()).toBe(0);

    await mkdir(restored);
    const saved = await copy('mongodb', file, mongoUrl);
    const before = await talks(file);
    expect([...before.keys()].sort()).toEqual(PEOPLE.map(String));
    for (const messages of before.values()) expect(messages.map(([author]) => author)).toEqual(['customer', 'bot']);

    // Another MongoDB holds the same, record by record.
    const again = await copy(file, 'mongodb', mongo.database());
    expect(again.kinds.map(({ kind, copy: sum }) => [kind, sum])).toEqual(
      saved.kinds.map(({ kind, copy: sum }) => [kind, sum]),
    );

    const single = await startServer({ ...shared, DRAGOMAN_DATA: restored, PORT: String(await freePort()) });
    await write(single.url, PEOPLE[0]!, '¿Y cuánto cuesta el plan de 300?', 100);
    await vi.waitFor(async () => expect((await talks(file)).get(String(PEOPLE[0]))).toHaveLength(4), {
      timeout: 60_000,
      interval: 200,
    });
    // What came before the back-up came again: it is known.
    await write(single.url, PEOPLE[1]!, '¿Cómo cambio la clave del wifi?', 1);
    expect(await single.stop()).toBe(0);
    const after = await talks(file);
    for (const [person, messages] of before) expect(after.get(person)!.slice(0, 2)).toEqual(messages);
    expect(after.get(String(PEOPLE[1]))).toHaveLength(2);
    await rm(folder, { recursive: true });
  },
);
