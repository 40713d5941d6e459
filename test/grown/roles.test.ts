/** One editor and its workers, as processes: who serves what, how flows get from one to the others, and how a worker leaves. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, type Server, startServer } from '../support/server.ts';
import { type MongoServer, mongoMissing, startMongo } from '../support/wire.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const missing = mongoMissing();
const patient = { timeout: 20_000, interval: 50 };
const TELEGRAM = '/api/integrations/webhooks/telegram/';

interface Ready {
  status: number;
  body: {
    code?: string;
    role?: string;
    revision?: string | null;
    degraded?: { code: string; reason: string }[];
    accounts?: number;
  };
}

const ready = async ({ url }: Server): Promise<Ready> => {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as Ready['body'] };
};
const statusOf = async ({ url }: Server, page: string, body?: string) => {
  const response = await fetch(url + page, body === undefined ? {} : { method: 'POST', body });
  await response.text();
  return response.status;
};
const update = (id: number) =>
  JSON.stringify({
    update_id: id,
    message: {
      message_id: id,
      date: 1_700_000_000,
      chat: { id, type: 'private' },
      from: { id, is_bot: false, first_name: 'A' },
      text: 'Hola',
    },
  });

type FlowItem = { id: string; type: string; [property: string]: unknown };

describe.skipIf(missing)(`an editor and a worker${missing ? ` (${missing})` : ''}`, () => {
  let mongo: MongoServer;
  let folder: string;
  let shared: Record<string, string>;
  let worker: Server;
  let editor: Server;
  let token: string;

  const environment = async (role: string, more: Record<string, string> = {}) => ({
    ...shared,
    ...{ DRAGOMAN_ROLE: role, DRAGOMAN_DATA: path.join(folder, role), PORT: String(await freePort()) },
    ...more,
  });
  const admin = async (page: string, init: { method?: string; body?: string } = {}) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'Node-RED-API-Version': 'v2',
    };
    return fetch(`${editor.url}/editor${page}`, { headers, ...init });
  };
  const flowsNow = async () => (await (await admin('/flows')).json()) as { flows: FlowItem[] };
  const starts = () => editor.output().match(/Started flows/g)?.length ?? 0;
  const deploy = async (flows: FlowItem[]) => {
    const before = starts();
    const response = await admin('/flows', { method: 'POST', body: JSON.stringify({ flows }) });
    expect(response.status).toBe(200);
    await vi.waitFor(() => expect(starts()).toBe(before + 1), patient);
  };
  const note = (info: string): FlowItem => ({ id: 'a-note', type: 'tab', label: 'a note', info });

  beforeAll(async () => {
    mongo = await startMongo();
    folder = await mkdtemp(path.join(tmpdir(), 'dragoman-roles-'));
    await writeFile(path.join(folder, 'mongo-url'), `${mongo.database()}\n`);
    await writeFile(path.join(folder, 'api-token'), 'the token\n');
    shared = {
      MONGODB_URL_FILE: path.join(folder, 'mongo-url'),
      DRAGOMAN_API_TOKEN_FILE: path.join(folder, 'api-token'),
      CREDENTIAL_SECRET: 'the key of all',
      ADMIN_PASSWORD: 'test-password',
    };
    worker = await startServer(await environment('worker'), '/health');
  });
  afterAll(async () => {
    await Promise.all([worker?.kill(), editor?.kill()]);
    await mongo?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('the worker is not ready before it has flows, and has no editor', async () => {
    await vi.waitFor(async () => expect(worker.output()).toContain('Started flows'), patient);
    expect(await ready(worker)).toMatchObject({ status: 503, body: { code: 'flows', role: 'worker', revision: null } });
    for (const page of ['/editor/', '/editor/flows', '/editor/auth/login', '/flows', '/simulator', '/orders'])
      expect([page, await statusOf(worker, page)]).toEqual([page, 404]);
  });

  it('it takes the flows that the editor starts with, and the webhooks that the editor does not take', async () => {
    editor = await startServer(await environment('editor', { DRAGOMAN_FLOWS: path.join(folder, 'flows') }));
    const login = await fetch(`${editor.url}/editor/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ client_id: 'node-red-admin', grant_type: 'password', scope: '*' },
        ...{ username: 'admin', password: 'test-password' },
      }),
    });
    token = ((await login.json()) as { access_token: string }).access_token;
    await vi.waitFor(async () => expect((await ready(worker)).status).toBe(200), patient);
    const { body } = await ready(worker);
    expect(body.accounts).toBeGreaterThan(1);
    expect(body.revision).toBe((await ready(editor)).body.revision);
    // What is said on the simulator's page would be answered by nobody there.
    expect([await statusOf(editor, '/simulator'), await statusOf(editor, '/editor/')]).toEqual([404, 200]);
    expect(await statusOf(editor, '/orders')).not.toBe(404);
    expect([await statusOf(worker, TELEGRAM, update(1)), await statusOf(editor, TELEGRAM, update(2))]).toEqual([
      200, 503,
    ]);
  });

  it('a process of the role web has the pages and the webhooks, and no editor', async () => {
    const web = await startServer(await environment('web'));
    try {
      const { body } = await ready(web);
      expect(body).toMatchObject({ role: 'web', revision: (await ready(editor)).body.revision });
      expect(await statusOf(web, '/editor/')).toBe(404);
      expect(await statusOf(web, '/orders')).not.toBe(404);
      expect(await statusOf(web, TELEGRAM, update(10))).toBe(200);
    } finally {
      await web.stop();
    }
  });

  it('it keeps nothing in its folder that another one would need', async () => {
    const files = await readdir(path.join(folder, 'worker'));
    expect(files.filter((name) => /flows|secrets|sessions|config|settings/.test(name))).toEqual([]);
  });

  it('it runs what is deployed, and nothing is handed out that is the same', async () => {
    const before = (await ready(worker)).body.revision;
    const { flows } = await flowsNow();
    await deploy([...flows, note('one')]);
    await vi.waitFor(async () => expect((await ready(editor)).body.revision).not.toBe(before), patient);
    const { revision } = (await ready(editor)).body;
    await vi.waitFor(async () => expect((await ready(worker)).body.revision).toBe(revision), patient);
    await deploy([...flows, note('one')]);
    expect(editor.output().match(/are handed out/g)).toHaveLength(2);
    expect((await ready(worker)).body).not.toHaveProperty('degraded');
  });

  it('it keeps what it has where nodes are of a version to come, says so everywhere, and tries once', async () => {
    const before = (await ready(worker)).body.revision;
    const { flows } = await flowsNow();
    const newer = flows.map((node) => (node.type === 'dragoman-llm' ? { ...node, version: 99 } : node));
    await deploy(newer);
    await vi.waitFor(
      async () => expect((await ready(worker)).body.degraded).toEqual([expect.objectContaining({ code: 'flows' })]),
      patient,
    );
    expect(await ready(worker)).toMatchObject({ status: 200, body: { revision: before } });
    const metrics = await (
      await fetch(`${worker.url}/metrics`, { headers: { authorization: 'Bearer the token' } })
    ).text();
    expect(metrics).toMatch(/^dragoman_flows_failed 1$/m);
    expect(metrics).toContain(`dragoman_flows{role="worker",revision="${before}"} 1`);
    expect(await statusOf(worker, TELEGRAM, update(3))).toBe(200);
    // It looks every two seconds.
    await new Promise((passed) => setTimeout(passed, 5_000));
    expect(worker.output().match(/are not taken/g)).toHaveLength(1);
    expect(worker.output()).toMatch(/Nodes were saved by a newer version of Dragoman: dragoman-llm /);
    await deploy(flows);
    await vi.waitFor(async () => expect((await ready(worker)).body).not.toHaveProperty('degraded'), patient);
  });

  it('an editor whose folder was lost gets back what the workers run', async () => {
    const { revision } = (await ready(worker)).body;
    await editor.stop();
    for (const lost of ['flows', 'editor']) await rm(path.join(folder, lost), { recursive: true, force: true });
    editor = await startServer(await environment('editor', { DRAGOMAN_FLOWS: path.join(folder, 'flows') }));
    await vi.waitFor(async () => expect(editor.output()).toContain('it has those that the others run'), patient);
    await vi.waitFor(async () => expect((await ready(editor)).body.revision).toBe(revision), patient);
    expect(existsSync(path.join(folder, 'flows', 'a-note.json'))).toBe(true);
  });

  it('a worker that is told to stop says so before it refuses anything, and ends', async () => {
    const gone = once(worker.child, 'exit');
    worker.child.kill('SIGTERM');
    await vi.waitFor(
      async () => expect(await ready(worker)).toMatchObject({ status: 503, body: { code: 'draining' } }),
      patient,
    );
    expect(await statusOf(worker, '/health')).toBe(200);
    expect(await statusOf(worker, TELEGRAM, update(4))).toBe(200);
    expect(await gone).toEqual([0, null]);
  });

  it('a worker with flows of its own runs those where nothing was handed out yet', async () => {
    const own = path.join(folder, 'own');
    await mkdir(own);
    const tab = { id: 'own', type: 'tab', label: 'own' };
    const page = { id: 'page', type: 'http in', z: 'own', x: 1, y: 1, url: '/own', method: 'get', wires: [['answer']] };
    const answer = { id: 'answer', type: 'http response', z: 'own', x: 1, y: 1, wires: [] };
    await writeFile(path.join(own, 'own.json'), JSON.stringify([tab, page, answer]));
    await writeFile(path.join(folder, 'mongo-url'), mongo.database());
    worker = await startServer(await environment('worker', { DRAGOMAN_FLOWS: own }));
    expect(await statusOf(worker, '/own')).toBe(200);
  });
});
