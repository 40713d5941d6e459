/**
 * A data folder that version 0.1.0 wrote, with everything that a process may leave behind, opens, and its turns and sends go on. The file was
 * written by that version's own code (test/fixtures/data-0.1.0), one person for each case.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCOUNT, callOf, PASS, said, T0 } from '../../contracts/store/events.ts';
import { accept, add } from '../../contracts/store/verbs.ts';
import type { Account } from '../../core/accounts.ts';
import { cutToHeard } from '../../core/calls/plans.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Logger, Store } from '../../core/ports.ts';
import { createGateway } from '../../core/sending/gateway.ts';
import { createLanes } from '../../core/turns/lanes.ts';
import { retryTurn } from '../../core/turns/plans.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from './store.ts';

const FIXTURE = path.resolve(import.meta.dirname, '../../test/fixtures/data-0.1.0/dragoman.db');
const LATER = T0 + 10 * 60_000;
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'upgrade-'));
  cpSync(FIXTURE, path.join(folder, 'x.db'));
  store = openStore(path.join(folder, 'x.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const again = (text: string, key: string, person: string) =>
  accept(store, [toIncoming(said(text, key, person), ACCOUNT, LATER)], LATER);

/** The conversation of a person of the fixture, found as the platform's next message finds it. */
async function of(person: string) {
  for (const conversation of await store.conversations({ limit: 50 })) {
    const contact = await store.contact(conversation.contactId!);
    if (contact!.identities[0]!.value === person) return (await store.conversation(conversation.id))!;
  }
  throw new Error(`There is no ${person}.`);
}
const texts = async (person: string) =>
  (await store.messages((await of(person)).id, { limit: 20 })).map(({ text, state, answered, pending }) =>
    state ? `${text}: ${state}` : `${text}: ${pending ? 'waits' : answered ? 'answered' : 'not answered'}`,
  );

it('is not changed by a command that only reads beside a server of the version before', () => {
  const beside = path.join(folder, 'beside.db');
  cpSync(FIXTURE, beside);
  expect(() => openStore(beside, { beside: true })).toThrow(/Start the server of this version once|earlier Dragoman/);
  expect(existsSync(`${beside}.before-2`)).toBe(false);
});

it('keeps a copy of the file as it was', () => {
  expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/^x\.db\.before-\d+$/));
});

it('knows what was answered, and what came before', async () => {
  expect(await texts('ana')).toEqual(['answered?: answered', 'yes: sent']);
  expect((await again('answered?', 'ana-1', 'ana'))[0]!.duplicate).toBe(true);
  const status = { kind: 'status', type: 'status.read', key: 'r1', platformId: 'ana:out', state: 'read' } as const;
  await accept(store, [toIncoming(status, ACCOUNT, LATER)], LATER);
  expect(await texts('ana')).toEqual(['answered?: answered', 'yes: read']);
  expect(await store.webhooks({ limit: 50 })).toHaveLength(13);
});

it('goes on with turns that ran, waited, or had messages waiting behind them', async () => {
  const clock = virtualClock(LATER);
  const seen: string[] = [];
  const lanes = createLanes({
    store,
    clock,
    log: quiet,
    owner: 'new',
    ready: () => true,
    async run({ turn, messages }) {
      seen.push(`${messages.map(({ text }) => text).join('|')} #${turn.attempts + turn.cuts + 1}`);
      return { kind: 'end', outcome: 'answered', decisions: [], vars: {} };
    },
  });
  await lanes.sweep();
  await clock.advance(5_000);
  await lanes.stop();
  expect(seen.sort()).toEqual(['STOP #1', 'runs #2', 'waits behind #1', 'waits for its next attempt #2']);
  expect(await texts('bob')).toEqual(['runs: answered', 'waits behind: answered']);
  expect((await of('ivo')).optedOutAt).toBe(T0);
  expect(await store.lanes()).toEqual([]);
});

it('lists a dead letter that nobody tried again, and only that', async () => {
  const dead = await store.turns({ state: 'dead', limit: 5 });
  expect(dead.map(({ error }) => error)).toEqual(['boom']);
  expect(await store.run(retryTurn(dead[0]!.id, LATER))).toMatchObject({ id: (await of('dan')).id });
  expect(await store.turns({ state: 'dead', limit: 5 })).toEqual([]);
});

it('takes calls, and what was not heard of an answer', async () => {
  const { id, contactId } = await of('ana');
  const call = callOf('call-1', { conversationId: id, contactId: contactId!, recording: { ms: 1, bytes: 2 } });
  expect(await store.run((records) => records.insertCall(call))).toBe(true);
  expect(await store.callOf(id)).toEqual(call);
  const [, answer] = await store.messages(id, { limit: 9 });
  expect(answer).not.toHaveProperty('unheard');
  expect(await store.run(cutToHeard(answer!.id, 'y', LATER))).toMatchObject({ text: 'y', unheard: 'es' });
});

it('fills no slot twice that the version before filled', async () => {
  const [stored] = await store.replies((await of('cleo')).openTurn!.id);
  const { created, message } = await add(
    store,
    { ...stored!, id: newId(LATER), text: 'made again', parts: stored!.parts!, purpose: 'reply', author: 'bot' },
    PASS,
  );
  expect([created, message.text]).toEqual([false, 'stored by the first attempt']);
});

it('sends what was queued, and calls what was on its way unknown', async () => {
  const clock = virtualClock(T0 + 30_000);
  const shown: string[] = [];
  const account = {
    ...ACCOUNT,
    enabled: true,
    dailyLimit: 0,
    channel: {
      id: 'telegram',
      capabilities: {},
      async send(request: { text: string }) {
        shown.push(request.text);
        return { ok: true, platformId: `new:${shown.length}` };
      },
    },
  } as unknown as Account;
  const gateway = createGateway({
    store,
    clock,
    log: quiet,
    http: () => Promise.reject(new Error('no call')),
    owner: 'new',
    account: () => account,
  });
  await gateway.sweep();
  await gateway.idle();
  expect(shown.sort()).toEqual(['behind it', 'what came after']);
  await clock.advance(60_000);
  await gateway.idle();
  gateway.stop();
  expect(shown.at(-1)).toBe('tried again');
  expect(await texts('finn')).toEqual(['on its way: answered', 'on its way: unknown', 'behind it: sent']);
  expect((await texts('gus')).at(-1)).toBe('what came after: sent');
  expect((await store.sends({ states: ['draft'], limit: 5 })).map(({ text }) => text)).toEqual(['a draft']);
});
