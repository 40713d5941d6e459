import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextRound } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, ending, log, said } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { noticeOf } from '../../core/notices/notices.ts';
import { beginForgetting } from '../../core/people/plans.ts';
import type { Logger, Store } from '../../core/ports.ts';
import { type VirtualClock, virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { createPeople, type People } from './people.ts';
import { createResponses } from './responses.ts';
import { keepPruned, pruneAll, retentionOf } from './retention.ts';

const T0 = Date.UTC(2026, 0, 10);
const DAY = 86_400_000;
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let store: Store;
let clock: VirtualClock;
let people: People;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'retention-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(T0);
  const responses = createResponses({ store, clock, log: quiet });
  people = createPeople({
    ...{ store, clock, responses, dataFolder: folder },
    turns: { forget() {} },
    calls: { drop: async () => {} },
    chats: { drop: async () => {} },
    gateway: { drop: async () => {} },
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const options = (environment: Record<string, string> = {}) => ({
  ...{ store, clock, people, log: quiet, retention: retentionOf(environment), dataFolder: folder },
  responses: createResponses({ store, clock, log: quiet }),
});

async function says(person: string, text: string): Promise<string> {
  const at = clock.now();
  const [result] = await store.run(verbs.delivery([toIncoming(said(text, newId(at), person), ACCOUNT, at)], at));
  const id = result!.conversationId!;
  const begun = await verbs.begin(store, id, { now: at + 5_000, leaseUntil: at, owner: verbs.ME, turnId: newId(at) });
  if (begun.kind === 'turn') await verbs.end(store, begun.turn, ending(true));
  return id;
}
const texts = async (id: string) => (await store.messages(id, { limit: 100 })).map(({ text }) => text);

describe('retention', () => {
  it('has a default for each kind, and takes what the environment says', () => {
    expect(retentionOf({})).toMatchObject({
      messages: 365,
      turns: 365,
      toolRuns: 365,
      leads: 0,
      tallies: 1_095,
      webhooks: 14,
      events: 8,
    });
    expect(retentionOf({ DRAGOMAN_KEEP_MESSAGES_DAYS: '30', DRAGOMAN_KEEP_LEADS_DAYS: '90' })).toMatchObject({
      messages: 30,
      leads: 90,
    });
    expect(retentionOf({ DRAGOMAN_KEEP_MESSAGES_DAYS: '0' }).messages).toBe(0);
  });

  it.each([
    ['DRAGOMAN_KEEP_MESSAGES_DAYS', '7', 'the keys by which repeats are told would be gone'],
    ['DRAGOMAN_KEEP_FIGURES_DAYS', '30', 'the page shows a month'],
    ['DRAGOMAN_KEEP_EVENTS_DAYS', '7', 'as above'],
    ['DRAGOMAN_KEEP_EVENTS_DAYS', '0', 'as above'],
    ['DRAGOMAN_KEEP_WEBHOOKS_DAYS', '0', 'payloads are not for ever'],
    ['DRAGOMAN_KEEP_TURNS_DAYS', '1.5', 'no whole number'],
    ['DRAGOMAN_KEEP_LEADS_DAYS', 'never', 'no number'],
    ['DRAGOMAN_KEEP_TOOL_RUNS_DAYS', '-1', 'no such time'],
  ])('refuses %s=%s: %s', (name, value) => {
    expect(() => retentionOf({ [name]: value })).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
  });

  it('takes messages and turns at their own time, and leaves who speaks still', async () => {
    const id = await says('7', 'old');
    await clock.advance(200 * DAY);
    await says('7', 'newer');
    await clock.advance(170 * DAY);
    await says('7', 'new');
    expect(await pruneAll(options({ DRAGOMAN_KEEP_TURNS_DAYS: '100' }))).toBeGreaterThan(0);
    expect(await texts(id)).toEqual(['newer', 'new']);
    expect(await store.turns({ limit: 9 })).toHaveLength(1);
    expect(await store.webhooks({ limit: 9 })).toHaveLength(1);
  });

  it('erases people of whom nothing was heard, and keeps that they had said STOP', async () => {
    const gone = await says('7', 'hello.');
    const stopped = await says('8', 'STOP');
    const lead = await says('9', 'call me.');
    const { contactId } = (await store.conversation(lead))!;
    await store.addLead({ id: 'l', contactId, conversationId: lead, accountId: 'acc', at: T0 });
    await clock.advance(366 * DAY);
    const alive = await says('10', 'hello.');
    await pruneAll(options());
    const left = async () => (await store.conversations({ limit: 9 })).map(({ id }) => id).sort();
    expect(await left()).toEqual([alive, lead].sort());
    expect(await store.leads({ limit: 9 })).toHaveLength(1);
    expect((await store.conversation(await says('7', 'I am back.')))!.optedOutAt).toBe(0);
    expect((await store.conversation(await says('8', 'So am I.')))!.optedOutAt).toBe(T0);
    await pruneAll(options({ DRAGOMAN_KEEP_LEADS_DAYS: '30' }));
    expect(await left()).not.toContain(lead);
    expect([await store.conversation(gone), await store.conversation(stopped)]).toEqual([null, null]);
  });

  it.each(['Ana Pérez', 'نیلوفر رستگار', 'Quiroga 🦜', "Bobby O'Hara", '+34 600 11 22 33', 'id:with:colons'])(
    'deletes with the lead of %s what people were told of it, and nothing else that they were told',
    async (name) => {
      const id = await says('7', 'call me.');
      const { contactId } = (await store.conversation(id))!;
      const lead = { contactId, conversationId: id, accountId: 'acc', firstName: name };
      await store.addLead({ ...lead, id: `lead ${name}`, at: T0 });
      await clock.advance(5 * DAY);
      await store.addLead({ ...lead, id: `later ${name}`, at: clock.now() });
      const other = { kind: 'handover', of: `lead ${name}`, accountId: 'acc', reason: name } as const;
      await store.run(noticeOf(other, T0));
      const told = async () => (await store.notices({ limit: 9 })).map((notice) => notice.id).sort();
      expect(await told()).toHaveLength(3);
      await pruneAll(options({ DRAGOMAN_KEEP_LEADS_DAYS: '4' }));
      expect(await told()).toEqual([`handover:lead ${name}`, `lead:later ${name}`]);
    },
  );

  it.each(['Ana', 'نیلوفر', 'Ефросинья', 'Quiroga 🦜', "O'Hara", '600112233'])(
    'deletes what tokens stand for (%s) once nothing is left that was said, and not before',
    async (original) => {
      const [old, young] = [await says('7', 'old.'), await says('8', 'old too.')];
      const contacts = await Promise.all([old, young].map(async (id) => (await store.conversation(id))!.contactId!));
      const vault = { tokens: { [`NAME:${original}`]: '[NAME_1]' }, originals: { '[NAME_1]': original } };
      for (const contactId of contacts) await store.addToVault(contactId, vault);
      // Who left a lead is kept, whenever he wrote.
      for (const [index, contactId] of contacts.entries())
        await store.addLead({ id: `l${index}`, contactId, conversationId: old, accountId: 'acc', at: T0 });
      await clock.advance(200 * DAY);
      await says('8', 'new.');
      await clock.advance(200 * DAY);
      await pruneAll(options());
      expect([await texts(old), await texts(young)]).toEqual([[], ['new.']]);
      expect(await store.vault(contacts[0]!)).toEqual({ tokens: {}, originals: {} });
      expect(await store.vault(contacts[1]!)).toEqual(vault);
      await clock.advance(200 * DAY);
      await pruneAll(options());
      expect(await store.vault(contacts[1]!)).toEqual({ tokens: {}, originals: {} });
    },
  );

  it('keeps everything for ever where it is told so', async () => {
    const id = await says('7', 'old');
    await clock.advance(3_000 * DAY);
    await pruneAll(options({ DRAGOMAN_KEEP_MESSAGES_DAYS: '0', DRAGOMAN_KEEP_TURNS_DAYS: '0' }));
    expect([await texts(id), await store.turns({ limit: 9 })]).toEqual([['old'], [expect.anything()]]);
  });

  it('goes in small steps, between which others have their turn', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => index);
    await store.run((records) => {
      for (const index of many) records.insertWebhook({ ...log(T0), id: `w${index}` });
    });
    await clock.advance(20 * DAY);
    const sizes: number[] = [];
    let rounds = 0;
    let over = false;
    const watched: Store = {
      ...store,
      async prune(kind, before, after, limit) {
        const step = await store.prune(kind, before, after, limit);
        if (kind === 'webhooks') sizes.push(step.gone);
        return step;
      },
    };
    const counting = (async () => {
      while (!over) {
        await nextRound();
        rounds++;
      }
    })();
    await pruneAll({ ...options(), store: watched });
    over = true;
    await counting;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1_500);
    expect(rounds).toBeGreaterThan(sizes.length);
  });

  it('goes on at the start with whom a crash left half erased, then prunes now and again', async () => {
    const id = await says('7', 'hello.');
    const { contactId } = (await store.conversation(id))!;
    await store.run(beginForgetting([contactId!], T0));
    const stop = keepPruned(options());
    await expect.poll(() => store.unfinished()).toEqual([]);
    const db = await store.messages(id, { limit: 9 });
    expect(db).toEqual([]);
    await store.run((records) => records.insertWebhook(log(T0)));
    // A round takes its time, while the clock stands still.
    const aWeekLater = async () => {
      await clock.advance(7 * DAY);
      return store.webhooks({ limit: 9 });
    };
    await expect.poll(aWeekLater).toEqual([]);
    await stop();
    await store.run((records) => records.insertWebhook(log(T0)));
    await clock.advance(15 * DAY);
    expect(await store.webhooks({ limit: 9 })).toHaveLength(1);
  });
});
