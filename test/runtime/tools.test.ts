/** Tools on the real runtime: a scripted provider calls them, what it calls is a flow, a request, a file or a plugin's. Rows C10 and C11. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerRequest } from '../../core/ports.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { ALL, HOOK, OWN_TOOL, PLUGIN, toolFlows } from '../support/tool-flows.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

type Script = (request: AnswerRequest, call: (name: string, args: unknown) => Promise<string>) => Promise<string>;
/** What the provider of the package below answers with. */
const scripted = globalThis as { dragomanScript?: Script };

let bot: Dragoman;
let api: Server;
let apiUrl: string;
let asked: { url: string; key: string | undefined }[] = [];
let folder: string;
let person = 34_600_000_000;

beforeAll(async () => {
  api = createServer((request, response) => {
    asked.push({
      url: `${request.method} ${request.url}`,
      key: request.headers['idempotency-key'] as string | undefined,
    });
    response.end(
      JSON.stringify({ authorization: request.headers.authorization ?? null, shop: request.headers['x-shop'] ?? null }),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => api.once('listening', resolve));
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;

  folder = await mkdtemp(path.join(tmpdir(), 'dragoman-tools-'));
  const plugin = path.join(folder, 'plugin');
  const own = path.join(folder, 'own');
  await Promise.all([mkdir(plugin), mkdir(own)]);
  const nodeRed = { plugins: { scripted: 'plugin.js' } };
  await writeFile(
    path.join(plugin, 'package.json'),
    JSON.stringify({ name: 'scripted', version: '1.0.0', type: 'module', 'node-red': nodeRed }),
  );
  await writeFile(path.join(plugin, 'plugin.js'), PLUGIN);
  await writeFile(path.join(own, 'shout.ts'), OWN_TOOL);
  await writeFile(path.join(own, 'broken.js'), 'export const schema = {');
  await writeFile(path.join(own, 'notes.md'), 'not a tool');
  bot = await startDragoman({
    flows: toolFlows(apiUrl),
    credentials: { my_orders: { secret: 'Bearer s3cret' } },
    nodesDir: [PROJECT, plugin],
    env: { DRAGOMAN_TOOLS: own },
  } as Parameters<typeof startDragoman>[0]);
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await bot?.stop();
  api?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A customer says something, and the provider answers by the script; resolves with the customer's phone and what they were answered. */
async function says(
  script: Script,
  phone = String(++person),
): Promise<{ phone: string; replies: (string | undefined)[] }> {
  scripted.dragomanScript = script;
  const before = bot.shown({ thread: phone }).length;
  await bot.happens('whatsapp', HOOK, { kind: 'text', customer: { phone, name: 'Ana' }, text: 'Hello.' });
  await bot.until(() => bot.shown({ thread: phone }).length > before);
  await bot.quiet();
  return {
    phone,
    replies: bot
      .shown({ thread: phone })
      .slice(before)
      .map(({ text }) => text),
  };
}

const replyOf = async (name: string, args: unknown) => (await says((_request, call) => call(name, args))).replies;

it('C10 finds every tool: shipped, own files, plugins, flows and requests', async () => {
  const { tools } = (await (await fetch(`${bot.runtime.url}/admin/dragoman/tools`)).json()) as {
    tools: { name: string; from: string }[];
  };
  expect(tools.map(({ name }) => name).sort()).toEqual(ALL.split(',').sort());
  expect(Object.fromEntries(tools.map(({ name, from }) => [name, from]))).toMatchObject({
    new_client_lead: 'shipped',
    update_contact: 'shipped',
    shout: 'own',
    who_am_i: 'plugin',
    add: 'flow',
    findOrders: 'flow',
  });
  let shown: string[] = [];
  await says(async (request) => {
    shown = request.tools!.map(({ name }) => name);
    return 'ok';
  });
  expect(shown.sort()).toEqual(ALL.split(',').sort());
  expect(await replyOf('shout', { words: 'hello' })).toEqual(['HELLO']);
});

it('C10 C11 makes a lead and updates the contact, with the phone of the conversation', async () => {
  const { phone } = await says(async (_request, call) => {
    await call('new_client_lead', {
      first_name: 'Ana',
      email: 'ana@example.org',
      notes: 'fibre',
      phone_from: '+34600999888',
    });
    return call('update_contact', { first_name: 'Ana', organization: 'ACME +34 600 999 888', mobile: '600999888' });
  });
  const [lead] = await bot.engine.store.leads({ limit: 1 });
  expect(lead).toMatchObject({ firstName: 'Ana', email: 'ana@example.org', phone: `+${phone}` });
  expect((await bot.engine.store.contact(lead!.contactId!))!.profile).toEqual({
    firstName: 'Ana',
    organization: 'ACME …',
  });
});

it('C11 keeps leads and contacts off the web', async () => {
  for (const page of [
    'leads',
    'dragoman/leads',
    'admin/dragoman/leads',
    'dragoman/api/leads',
    'tools',
    '.data/dragoman.db',
  ])
    expect(await (await fetch(`${bot.runtime.url}/${page}`)).text()).not.toContain('ana@example.org');
});

it('C11 tells a plugin’s tool who asks, and refuses one that wants to hear it from the model', async () => {
  const { phone, replies } = await says((_request, call) => call('who_am_i', {}));
  expect(JSON.parse(replies[0]!)).toMatchObject({
    phone: phone.slice(-3),
    session: expect.stringMatching(/^s_/),
    language: 'en',
  });
  expect(await replyOf('wrong', {})).toEqual(['{"error":"There is no such tool."}']);
});

it('does not make a second lead when the turn is repeated after a failure', async () => {
  const before = (await bot.engine.store.leads({ limit: 100 })).length;
  bot.runtime.inject('breaker', {});
  let attempts = 0;
  const { replies } = await says((_request, call) => {
    attempts++;
    return call('new_client_lead', { first_name: 'Eva', notes: `try ${attempts}` });
  });
  expect(attempts).toBe(2);
  expect(replies).toEqual(['{"status":"created"}']);
  expect((await bot.engine.store.leads({ limit: 100 })).length).toBe(before + 1);
});

describe('a flow', () => {
  it('is a tool: arguments go in, the payload at its end comes back, inside the turn', async () => {
    expect(await replyOf('add', { a: 2, b: 3 })).toEqual(['{"sum":5}']);
    const turns = await bot.engine.store.turns({ limit: 1 });
    expect(turns[0]).toMatchObject({ state: 'done', outcome: 'answered' });
  });

  it('is found again where function nodes make new messages, for each of several calls and customers', async () => {
    const both: Script = async (_request, call) =>
      (await Promise.all(['one', 'two'].flatMap((words) => [call('spread', { words }), call('lost', { words })]))).join(
        ' ',
      );
    const answers = await Promise.all([says(both), says(both), says(both)]);
    for (const { replies } of answers) expect(replies).toEqual(['one! one? two! two?']);
  });

  it('that is late, or never ends, is told to the model; what comes later is dropped', async () => {
    expect(await replyOf('slow', { words: 'x' })).toEqual(['{"error":"It gave no answer in time."}']);
    expect(await replyOf('silent', {})).toEqual([expect.stringContaining('"unknown"')]);
    expect(await bot.engine.store.toolRuns({ states: ['unknown'], limit: 5 })).toMatchObject([{ tool: 'silent' }]);
  });

  it('that answers twice answered once', async () => {
    expect(await replyOf('twice', { words: 'first' })).toEqual(['{"words":"first"}']);
  });
});

describe('a request', () => {
  it('C11 looks the customer up by the phone that is put in at the edge, with the node’s secret', async () => {
    const { phone, replies } = await says((_request, call) => call('my_orders', { order: 'A/7' }));
    expect(asked).toEqual([{ url: `GET /orders/A%2F7?phone=%2B${phone}`, key: undefined }]);
    expect(JSON.parse(replies[0]!)).toEqual({ authorization: 'Bearer s3cret', shop: '7' });
  });

  it('of an OpenAPI document has its operations', async () => {
    const { phone } = await says(async (_request, call) => {
      await call('findOrders', {});
      return call('cancelOrder', { id: '12' });
    });
    expect(asked.map(({ url }) => url)).toEqual([`GET /v1/orders?phone=%2B${phone}`, 'DELETE /v1/orders/12']);
    expect(asked[1]!.key).toMatch(/^[\w-]{43}$/);
    const answer = await fetch(`${bot.runtime.url}/admin/dragoman/openapi`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ document: toolFlows(apiUrl).find(({ id }) => id === 'api')!.document }),
    });
    expect(await answer.json()).toMatchObject({
      operations: [{ name: 'findOrders' }, { name: 'cancelOrder', method: 'DELETE' }],
    });
  });
});
