import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCall } from '../../core/calls/plans.ts';
import { newId, newSession } from '../../core/ids.ts';
import type { Call } from '../../core/model.ts';
import type { Logger, Store } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { createPeople } from '../people/people.ts';
import { createResponses } from '../people/responses.ts';
import { pruneAll, retentionOf } from '../people/retention.ts';
import { deleteRecordings, expireRecordings, openRecording, recordingFile, recordingName } from './recordings.ts';

const T0 = Date.UTC(2026, 0, 10);
const DAY = 86_400_000;
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let dataFolder: string;
let store: Store;
beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'recordings-'));
  store = openStore(path.join(dataFolder, 'x.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(dataFolder, { recursive: true });
});

async function record(id: string, words = 'sound'): Promise<string> {
  const file = await openRecording(dataFolder, id);
  await file.write(words);
  await file.close();
  return id;
}
/** A call with a recording; it goes on unless something else is said. */
async function call(person: string, more: Partial<Call> = {}): Promise<string> {
  const at = more.startedAt ?? T0;
  const id = newId(at);
  const known = { accountId: 'acc', state: 'active', about: {}, startedAt: at, endedAt: null, seenAt: at } as const;
  const opened = await store.run(
    openCall({
      call: { ...known, id, secret: 'hash', recording: { ms: 1, bytes: 5 }, summary: '', ...more },
      thread: { kind: 'private', identities: [{ kind: 'caller', value: person }], address: {} },
      ...{ accountId: 'acc', channel: 'call', at },
      ids: { contactId: newId(at), conversationId: newId(at), session: newSession() },
    }),
  );
  return record(opened!.call.id);
}
const ended = (person: string, endedAt: number, more: Partial<Call> = {}) =>
  call(person, { state: 'completed', end: 'caller', endedAt, ...more });
const has = (...ids: string[]) => ids.map((id) => existsSync(recordingFile(dataFolder, id)));
const noted = async (...ids: string[]) =>
  Promise.all(ids.map(async (id) => ((await store.call(id))?.recording ?? null) !== null));

describe('the file of a recording', () => {
  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    'x\0',
    'holiday',
    '/etc/passwd',
    `../${newId(T0)}`,
    `${newId(T0)}.wav`,
  ])('is none for what is no id of a call: %j', async (id) => {
    const refused = expect.objectContaining({ code: 'NOT_FOUND' });
    expect(() => recordingFile(dataFolder, id)).toThrow(refused);
    await expect(openRecording(dataFolder, id)).rejects.toEqual(refused);
    expect(await deleteRecordings(dataFolder, [id])).toBe(0);
  });

  it('is nobody’s but this user’s, and goes on where it was', async () => {
    const before = process.umask(0);
    const id = await record(newId(T0), 'long');
    await record(id, 'so');
    process.umask(before);
    const file = recordingFile(dataFolder, id);
    expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readFileSync(file, 'utf8')).toBe('song');
    expect([await deleteRecordings(dataFolder, [id]), await deleteRecordings(dataFolder, [id])]).toEqual([1, 0]);
  });
});

describe('a recording past its time', () => {
  const expire = (before: number, stopped?: () => boolean) => expireRecordings({ store, dataFolder, stopped }, before);

  it('goes, with the note of it; what is younger, or goes on, stays', async () => {
    const old = await ended('ana', T0 - 1, { startedAt: T0 - DAY });
    const young = await ended('ana', T0);
    const active = await call('ana', { startedAt: T0 - DAY });
    // The process died before it was noted.
    const cut = await ended('eva', T0 - 1, { recording: null });
    const lost = await ended('eva', T0 - 1);
    rmSync(recordingFile(dataFolder, lost));
    expect(await expire(T0)).toBe(2);
    expect(has(old, young, active, cut, lost)).toEqual([false, true, true, false, false]);
    expect(await noted(old, young, active, cut, lost)).toEqual([false, true, true, false, false]);
    expect(await store.calls({ limit: 9 })).toHaveLength(5);
    expect(await expire(T0)).toBe(0);
  });

  it('goes as well where its call is known no more; whatever else lies there stays', async () => {
    expect(await expire(0)).toBe(0);
    const kept = await ended('ana', T0);
    const orphan = await record(newId(T0));
    const folder = path.join(dataFolder, 'recordings');
    const others = ['holiday.wav', `${newId(T0)}.mp3`, '.hidden'];
    for (const name of others) writeFileSync(path.join(folder, name), 'x');
    mkdirSync(path.join(folder, 'inner.wav'));
    expect([await expire(0), ...has(kept, orphan)]).toEqual([1, true, false]);
    expect(readdirSync(folder)).toHaveLength(others.length + 2);
  });

  it('waits where the process stops', async () => {
    const old = await ended('ana', T0 - 1);
    expect([await expire(T0, () => true), ...has(old), ...(await noted(old))]).toEqual([0, true, true]);
  });
});

describe('a person’s recordings', () => {
  const clock = virtualClock(T0);
  const people = () => {
    const responses = createResponses({ store, clock, log: quiet });
    const nothing = {
      turns: { forget() {} },
      calls: { drop: async () => {} },
      chats: { drop: async () => {} },
      gateway: { drop: async () => {} },
    };
    return { responses, people: createPeople({ store, clock, responses, dataFolder, ...nothing }) };
  };

  it('are named by an export, and go with him, also of a call that goes on; others’ stay', async () => {
    const mine = [await ended('ana', T0), await call('ana'), await ended('ana', T0, { recording: null })];
    const past = await ended('ana', T0);
    rmSync(recordingFile(dataFolder, past));
    const other = await call('eva');
    const contact = (await store.call(mine[0]!))!.contactId;
    const { data, recordings } = await people().people.export({ contact });
    expect(recordings.sort()).toEqual(mine.map(recordingName).sort());
    expect(data.call).toHaveLength(4);
    for (const name of recordings) expect(existsSync(path.join(dataFolder, name))).toBe(true);
    expect(await people().people.forget({ contact })).toMatchObject({ recordings: 3, erased: { call: 4 } });
    expect([...has(...mine), ...has(other)]).toEqual([false, false, false, true]);
    expect(await store.calls({ limit: 9 })).toMatchObject([{ id: other }]);
    expect(await people().people.forget({ contact })).toMatchObject({ recordings: 0, contacts: [] });
  });

  it('D7 go in a round of the retention: at their own time, and with their calls at the latest', async () => {
    const round = (environment: Record<string, string>, now: number) =>
      pruneAll({
        ...{ ...people(), store, log: quiet, dataFolder, retention: retentionOf(environment) },
        clock: virtualClock(now),
      });
    const [first, second] = [await ended('ana', T0), await ended('ana', T0 + 10 * DAY, { startedAt: T0 + 10 * DAY })];
    await round({}, T0 + 30 * DAY);
    expect(has(first, second)).toEqual([true, true]);
    await round({}, T0 + 30 * DAY + 1);
    expect([...has(first, second), ...(await noted(first, second))]).toEqual([false, true, false, true]);
    const forEver = { DRAGOMAN_KEEP_RECORDINGS_DAYS: '0' };
    await round(forEver, T0 + 90 * DAY);
    expect(has(second)).toEqual([true]);
    expect(await round({ ...forEver, DRAGOMAN_KEEP_CALLS_DAYS: '40' }, T0 + 51 * DAY)).toBe(3);
    expect([...has(second), ...(await store.calls({ limit: 9 }))]).toEqual([false]);
  });

  it('are kept as long as the environment says', () => {
    expect(retentionOf({})).toMatchObject({ calls: 365, recordings: 30 });
    for (const name of ['DRAGOMAN_KEEP_CALLS_DAYS', 'DRAGOMAN_KEEP_RECORDINGS_DAYS'])
      for (const wrong of ['-1', '0.5', 'long'])
        expect(() => retentionOf({ [name]: wrong })).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
  });
});
