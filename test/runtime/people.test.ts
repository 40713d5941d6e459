/** A person's data on the real runtime: given and erased through the interface and by command, while turns run and where providers keep it. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Exported, Receipt } from '../../app/people/people.ts';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import { PLACES } from '../../core/people/places.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { collectionsWith, ENGINE } from '../support/engine.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { recalling } from '../support/openai.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const LLM_HOOK = '/examples/provider';

let llm: Awaited<ReturnType<typeof startLlm>>;
/** A server frees in its own time what was erased. */
const inFile = !process.env[ENGINE.mongodb];
let bot: Dragoman;
let person = 760_000_000;

/** A flow that says "One moment" and answers once it is let. */
const HELD: FlowItem[] = [
  accountConfig('held-account'),
  ...entryNodes('held-account', '/held', 'hold'),
  {
    id: 'hold',
    type: 'function',
    func: 'global.get("dragomanHold")(() => node.send(msg)); return null;',
    wires: [['held-out']],
  },
  { id: 'held-out', type: 'dragoman-channel-out', version: 1 },
];
const held: (() => void)[] = [];

beforeAll(async () => {
  llm = await startLlm();
  const example = JSON.parse(await readFile(path.join(PROJECT, 'nodes/provider/example.json'), 'utf8')) as FlowItem[];
  const flow = example
    .map((node) => (node.type === 'dragoman-provider' ? { ...node, baseUrl: '', model: 'm' } : node))
    .map((node) => ('x' in node || node.type === 'tab' ? node : { ...node, config: true }));
  bot = await startDragoman({
    flows: [...flow, ...HELD],
    settings: { functionGlobalContext: { dragomanHold: (go: () => void) => held.push(go) } },
    env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: llm.url },
  });
  llm.brain = recalling;
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
});
afterEach(() => {
  llm.faults.length = 0;
});

async function api<T>(method: 'GET' | 'POST', route: string, body?: object, authorized = true) {
  const { url, token } = JSON.parse(await readFile(path.join(bot.engine.dataFolder, API_FILE), 'utf8')) as ApiFile;
  const answer = await fetch(`${url}/dragoman/api${route}`, {
    method,
    headers: authorized ? { authorization: `Bearer ${token}` } : {},
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as T };
}
const forget = async (named: object) => (await api<Receipt>('POST', '/people/forget', named)).body;

const customer = (id: number) => ({ id, firstName: 'Temistocles', lastName: 'Bordalesa', username: `temisto_${id}` });
async function says(webhook: string, id: number, ...texts: string[]) {
  for (const text of texts) {
    await bot.happens('telegram', webhook, { kind: 'text', customer: customer(id), text });
    if (webhook !== '/held') await bot.quiet();
  }
}
const conversation = async (id: number) => {
  const all = await bot.engine.store.conversations({ limit: 100 });
  return all.find(({ address }) => JSON.stringify(address).includes(String(id)))!;
};
const shown = (id: number) => bot.shown({ thread: String(id) }).map(({ text }) => text);

/** The files of the data folder, and the collections of its database, that hold one of these texts. */
async function keptWith(...texts: string[]): Promise<string[]> {
  const folder = bot.engine.dataFolder;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const holding = files
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => {
      const content = readFileSync(file);
      return texts.some((text) => content.includes(text));
    });
  return [...holding, ...(await collectionsWith(folder, texts))];
}

function dragoman(args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, DRAGOMAN_DATA: bot.engine.dataFolder };
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(PROJECT, 'dist/cli/main.js'), ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

describe('forget', () => {
  it('erases a person everywhere, at the LLM’s provider too, and says where and how much', async () => {
    const id = ++person;
    await says(LLM_HOOK, id, 'Vivo en la calle Fuencarral', 'Me duele la rodilla');
    await says(LLM_HOOK, person + 1_000, 'I am somebody else');
    const { id: conversationId, contactId } = await conversation(id);
    const words = ['Fuencarral', 'rodilla', String(id), `temisto_${id}`];
    expect((await keptWith(...words)).length).toBeGreaterThan(0);
    const kept = llm.kept().length;
    const receipt = await forget({ contact: contactId });
    expect(receipt).toMatchObject({
      contacts: [contactId],
      erased: { webhook: 2, message: 4, turn: 2, conversation: 1, identity: 1, contact: 1 },
      responses: { deleted: 2, gone: 0, waiting: 0 },
      optOutKept: false,
      file: inFile ? 'now' : 'in time',
      copies: [],
    });
    expect(Object.keys(receipt.erased)).toEqual([...PLACES]);
    expect(llm.kept()).toHaveLength(kept - 2);
    expect(await keptWith(...words)).toEqual([]);
    expect((await keptWith('I am somebody else')).length).toBeGreaterThan(0);
    const calls = await bot.engine.store.webhooks({ limit: 50 });
    expect(calls.filter(({ payload }) => payload === '')).toHaveLength(2);
    expect((await api('GET', `/conversations/${conversationId}`)).status).toBe(404);
    for (const again of [{ contact: contactId }, { contact: conversationId }])
      expect(await forget(again)).toMatchObject({ contacts: [], responses: { deleted: 0 } });
    await says(LLM_HOOK, id, 'Soy nuevo aquí');
    expect(shown(id).at(-1)).toBe('Soy nuevo aquí');
  });

  it('deletes at the provider later what it cannot delete now, and counts what was gone there', async () => {
    const id = ++person;
    await says(LLM_HOOK, id, 'one', 'two');
    llm.fault = { kind: 'error' };
    const { contactId } = await conversation(id);
    const receipt = await forget({ contact: contactId }).finally(() => (llm.fault = null));
    expect(receipt.responses).toEqual({ deleted: 0, gone: 0, waiting: 2 });
    const before = llm.kept().length;
    await bot.engine.responses.retry();
    expect(llm.kept()).toHaveLength(before - 2);
    expect(await bot.engine.store.responses()).toEqual([]);
    const other = ++person;
    await says(LLM_HOOK, other, 'three');
    llm.lose();
    expect((await forget({ contact: (await conversation(other)).id })).responses).toEqual({
      deleted: 0,
      gone: 1,
      waiting: 0,
    });
  });

  it('ends a turn that runs; nothing of it is sent or stored, and what the model says late is deleted at its provider', async () => {
    const id = ++person;
    llm.faults.push({ kind: 'delay', ms: 700 });
    const before = llm.kept();
    await bot.happens('telegram', LLM_HOOK, { kind: 'text', customer: customer(id), text: 'Secreto de Cuenca' });
    await bot.until(() => llm.journal.some(({ body }) => JSON.stringify(body ?? '').includes('Cuenca')));
    const receipt = await forget({ contact: (await conversation(id)).contactId });
    expect(receipt.erased).toMatchObject({ message: 1, turn: 0, conversation: 1 });
    await bot.until(() => llm.kept().length === before.length && llm.journal.at(-1)!.path !== '/v1/responses');
    await bot.quiet();
    expect(shown(id)).toEqual([]);
    expect(await keptWith('Cuenca', String(id))).toEqual([]);
  });

  it('what a flow says after it belongs to no turn', async () => {
    const id = ++person;
    await says('/held', id, 'Hold me');
    const go = await bot.until(() => held.shift());
    await forget({ account: 'held-account', address: `@temisto_${id}` });
    go();
    await bot.quiet();
    expect(shown(id)).toEqual([]);
    expect(
      await bot.engine.store.sends({ states: ['queued', 'sending', 'sent', 'discarded'], limit: 50 }),
    ).not.toContainEqual(expect.objectContaining({ text: 'Hold me' }));
    await says('/held', id, 'And again');
    (await bot.until(() => held.shift()))();
    await bot.until(() => shown(id).length > 0);
    expect(shown(id)).toEqual(['And again']);
    await bot.quiet();
  });

  it('leaves an opt-out known', async () => {
    const id = ++person;
    await says(LLM_HOOK, id, 'Hello', 'STOP');
    expect((await forget({ contact: (await conversation(id)).id })).optOutKept).toBe(true);
    expect(await keptWith(String(id))).toEqual([]);
    await says(LLM_HOOK, id, 'Hello again');
    expect((await conversation(id)).optedOutAt).toBeGreaterThan(0);
  });
});

describe('export', () => {
  it('gives everything that forgetting erases', async () => {
    const id = ++person;
    await says(LLM_HOOK, id, 'My order, please', 'Thanks');
    await bot.happens('telegram', LLM_HOOK, { kind: 'photo', customer: customer(id) });
    await bot.quiet();
    const { contactId } = await conversation(id);
    await bot.engine.store.addLead({
      id: 'x',
      contactId,
      conversationId: (await conversation(id)).id,
      accountId: 'a',
      at: 1,
    });
    const { body } = await api<Exported>('POST', '/people/export', { contact: contactId });
    expect(Object.keys(body.data)).toEqual([...PLACES]);
    expect(body.data.identity).toMatchObject([{ kind: 'telegram', value: String(id) }]);
    expect(body.data.contact).toMatchObject([{ name: 'Temistocles Bordalesa', username: `temisto_${id}` }]);
    expect(body.data.message.map(({ text }) => text)).toEqual(expect.arrayContaining(['My order, please', 'Thanks']));
    expect(body.data.message.flatMap(({ media }) => media)).toContainEqual(
      expect.objectContaining({ kind: 'image', ref: expect.any(String) }),
    );
    expect(body.data.webhook.every(({ payload }) => typeof payload === 'string')).toBe(true);
    // Also what happened a moment ago.
    expect(new Set(body.data.trace.map(({ turnId }) => turnId))).toEqual(
      new Set(body.data.turn.map((turn) => turn.id)),
    );
    const counts = Object.fromEntries(Object.entries(body.data).map(([place, rows]) => [place, rows.length]));
    const { erased } = await forget({ contact: contactId });
    expect(erased).toEqual({ ...counts, providerResponse: 0 });
    expect(counts.providerResponse).toBeGreaterThan(0);
  });

  it('gives nobody else’s words that came in the same call', async () => {
    const [one, other] = [++person, ++person];
    await bot.happens('telegram', LLM_HOOK, { kind: 'text', customer: customer(one), text: 'mine' });
    await bot.quiet();
    const { id, contactId } = await conversation(one);
    await says(LLM_HOOK, other, 'theirs');
    const theirs = (await conversation(other)).id;
    const [call] = await bot.engine.store.webhooks({ limit: 1 });
    const batch = { ...call!, id: 'batch', payload: `{"both":"${one} ${other}"}`, conversations: [id, theirs] };
    await bot.engine.store.run((records) => records.insertWebhook(batch));
    const { body } = await api<Exported>('POST', '/people/export', { contact: contactId });
    expect(JSON.stringify(body)).not.toContain(String(other));
    expect(body.data.webhook.map((row) => row.id)).toContain('batch');
  });
});

describe('the door', () => {
  it('lets nobody in without the token, and says what is no request', async () => {
    const id = ++person;
    await says(LLM_HOOK, id, 'Keep me');
    const { contactId } = await conversation(id);
    for (const route of ['/people/forget', '/people/export'])
      expect((await api('POST', route, { contact: contactId }, false)).status, route).toBe(401);
    expect((await api('GET', '/leads', undefined, false)).status).toBe(401);
    for (const body of [
      {},
      { account: 'a' },
      { address: '1' },
      { contact: {} },
      { contact: 'x', account: 'a', address: '1' },
    ])
      for (const route of ['/people/forget', '/people/export'])
        expect((await api('POST', route, body)).status, JSON.stringify(body)).toBe(400);
    expect((await api('POST', '/people/forget', { account: 'a', address: '999' })).status).toBe(404);
    expect((await api('POST', '/people/export', { contact: 'nobody' })).status).toBe(404);
    expect(await conversation(id)).toMatchObject({ contactId });
  });
});

describe('the editor’s interface', () => {
  it('exports and forgets too, under a permission of its own', async () => {
    const id = ++person;
    await says(LLM_HOOK, id, 'From the editor');
    const { contactId } = await conversation(id);
    const post = async (what: string, body: object) => {
      const answer = await fetch(`${bot.runtime.url}/admin/dragoman/people/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, text: await answer.text() };
    };
    expect((await post('forget', { account: 'only' })).status).toBe(400);
    expect((await post('export', { contact: 'nobody' })).status).toBe(404);
    expect((await post('export', { contact: contactId })).text).toContain('From the editor');
    expect(JSON.parse((await post('forget', { contact: contactId })).text)).toMatchObject({ contacts: [contactId] });
    expect(await conversation(id)).toBeUndefined();
  });
});

describe('commands', () => {
  it('export and forget a person, by conversation or by address', async () => {
    const id = ++person;
    await says(LLM_HOOK, id, 'Palabras de Teruel');
    const { id: conversationId } = await conversation(id);
    const given = await dragoman(['export', conversationId]);
    expect(given).toMatchObject({ code: 0, err: '' });
    expect((JSON.parse(given.out) as Exported).data.message[0]).toMatchObject({ text: 'Palabras de Teruel' });
    const account = (await conversation(id)).accountId;
    const done = await dragoman(['forget', '--account', account, String(id)]);
    expect(done).toMatchObject({ code: 0, err: '' });
    for (const line of ['  message: 2\n', '  at LLM providers: 1 deleted']) expect(done.out).toContain(line);
    expect(done.out).not.toContain('Teruel');
    expect(await keptWith('Teruel', String(id))).toEqual([]);
    expect((await dragoman(['forget', conversationId])).out).toContain('There is nothing of this person.');
    expect(await dragoman(['forget', '--account', account, String(id)])).toMatchObject({ code: 1, out: '' });
    expect((await dragoman(['forget'])).code).toBe(2);
  });

  it('list leads for people and for spreadsheets', async () => {
    const lead = (id: string, at: number, more: object) =>
      bot.engine.store.addLead({ id, contactId: null, conversationId: 'c', accountId: 'acc', at, ...more });
    await lead('l1', Date.UTC(2026, 9, 1), { firstName: 'Old' });
    await lead('l2', Date.UTC(2026, 10, 2), {
      firstName: '=HYPERLINK("http://x")',
      phone: '+34600111222',
      notes: 'a, "b"\nc',
    });
    await lead('l3', Date.UTC(2026, 10, 3), {
      firstName: 'Ñandú',
      lastName: '+1+2',
      email: '@SUM(A1)',
      organization: '-2',
    });
    const all = await dragoman(['leads']);
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toMatch(/^TIME +NAME +PHONE/);
    expect(
      all.out
        .split('\n')
        .slice(1, 4)
        .map((line) => line.slice(0, 10)),
    ).toEqual(['2026-11-03', '2026-11-02', '2026-10-01']);
    const { out } = await dragoman(['leads', '--csv', '--bom', '--since', '2026-11-01']);
    expect(out.startsWith('\ufefftime,first name,')).toBe(true);
    const [, third, second] = out.split('\r\n');
    expect(third).toContain("Ñandú,'+1+2,,'@SUM(A1),'-2");
    expect(second).toContain(`"'=HYPERLINK(""http://x"")",,+34600111222,,,"a, ""b""`);
    expect(out).not.toContain('Old');
    const csv = await api<string>('GET', `/leads?format=csv&limit=1`);
    expect(csv.body).toContain('Ñandú');
    expect(
      (await api<{ id: string }[]>('GET', `/leads?since=${Date.UTC(2026, 10, 3)}`)).body.map(({ id }) => id),
    ).toEqual(['l3']);
    expect((await dragoman(['leads', '--since', 'yesterday'])).code).toBe(2);
  });
});
