/** The storage in a real Node-RED, started as a process and driven through the API that the editor uses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

type FlowNode = Record<string, unknown> & { id: string };
interface NodeRed {
  process: ChildProcess;
  url: string;
  log: string[];
}

const cli = createRequire(import.meta.url).resolve('node-red/red.js');
const settings = path.join(import.meta.dirname, 'flow-files.settings.ts');
const patient = { timeout: 20_000, interval: 50 };
let folder: string;
let running: NodeRed[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'flow-files-'));
});
afterEach(async () => {
  await Promise.all(running.map(stop));
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<NodeRed> {
  const env = { ...process.env, FLOW_FILES_TEST: folder };
  const child = spawn(process.execPath, [cli, '--settings', settings], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => log.push(String(data)));
  const nodeRed = { process: child, url: '', log };
  running.push(nodeRed);
  await vi.waitFor(() => {
    nodeRed.url = /now running at (\S+)\//.exec(log.join(''))?.[1] ?? '';
    expect(nodeRed.url, log.join('')).not.toBe('');
  }, patient);
  return nodeRed;
}

async function startWithFlows(): Promise<NodeRed> {
  const nodeRed = await start();
  await vi.waitFor(() => expect(nodeRed.log.join('')).toContain('Started flows'), patient);
  return nodeRed;
}

async function stop({ process: child }: NodeRed): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function call(
  nodeRed: NodeRed,
  body?: object,
): Promise<{ status: number; json: Record<string, unknown> | null }> {
  const response = await fetch(`${nodeRed.url}/flows`, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json', 'Node-RED-API-Version': 'v2' },
    body: body ? JSON.stringify(body) : undefined,
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> | null };
}

const revision = async (nodeRed: NodeRed): Promise<unknown> => (await call(nodeRed)).json?.rev;
const flowDir = (): string => path.join(folder, 'flows');
const files = (): string[] => readdirSync(flowDir()).sort();
const get = (name: string): string => readFileSync(path.join(flowDir(), name), 'utf8');
const put = (name: string, text: string): void => writeFileSync(path.join(flowDir(), name), text);

/** One tab that answers at `/ping`, one with a request that has secrets, and a config node. */
function flows(change: Record<string, object> = {}): FlowNode[] {
  const nodes: FlowNode[] = [
    { id: 'tab1', type: 'tab', label: 'Answers' },
    { id: 'tab2', type: 'tab', label: 'Requests' },
    { id: 'out', type: 'http response', z: 'tab1', name: '', statusCode: '200', x: 400, y: 80, wires: [] },
    { id: 'in', type: 'http in', z: 'tab1', name: '', url: '/ping', method: 'get', x: 100, y: 80, wires: [['out']] },
    { id: 'ask', type: 'http request', z: 'tab2', name: '', method: 'GET', x: 100, y: 40, wires: [[]] },
    { id: 'tls', type: 'tls-config', name: 'own' },
  ];
  return nodes.map((node) => ({ ...node, ...change[node.id] }));
}

it('writes one canonical file a tab, and shows a moved node as a one-line diff', async () => {
  const nodeRed = await startWithFlows();
  expect((await call(nodeRed, { flows: flows() })).status).toBe(200);
  expect(files()).toEqual(['answers.json', 'global.json', 'order.json', 'requests.json']);
  expect(JSON.parse(get('answers.json')).map(({ id }: FlowNode) => id)).toEqual(['tab1', 'in', 'out']);
  expect(JSON.parse(get('order.json'))).toEqual(['tab1', 'tab2']);

  const before = get('answers.json').split('\n');
  const inodes = () =>
    ['global.json', 'order.json', 'requests.json'].map((name) => statSync(path.join(flowDir(), name)).ino);
  const untouched = inodes();
  expect((await call(nodeRed, { flows: flows({ in: { x: 220 } }) })).status).toBe(200);
  const after = get('answers.json').split('\n');
  expect(after).toHaveLength(before.length);
  expect(after.filter((line, at) => line !== before[at])).toEqual(['    "x": 220,']);
  expect(inodes()).toEqual(untouched);

  await call(nodeRed, { flows: flows({ in: { x: 220 }, tab1: { label: 'Replies' } }) });
  expect(JSON.parse(get('answers.json'))[0]).toMatchObject({ id: 'tab1', label: 'Replies' });
  await call(nodeRed, { flows: flows().filter(({ id, z }) => id !== 'tab2' && z !== 'tab2' && id !== 'tls') });
  expect(files()).toEqual(['answers.json', 'order.json']);
});

it('keeps secrets out of the folder, and the revision over a restart', async () => {
  const first = await startWithFlows();
  const secret = { credentials: { user: 'ada', password: 'not for git' } };
  const deployed = await call(first, { flows: flows({ ask: secret }) });
  expect(files().map(get).join('')).not.toMatch(/not for git|credentials|ada/);
  const encrypted = readFileSync(path.join(folder, 'data', 'flows_cred.json'), 'utf8');
  expect(Object.keys(JSON.parse(encrypted))).toEqual(['$']);
  expect(deployed.json?.rev).toBe(await revision(first));
  await stop(first);

  const second = await startWithFlows();
  expect(await revision(second)).toBe(deployed.json?.rev);
  expect((await call(second, { flows: flows(), rev: deployed.json?.rev })).status).toBe(200);
  expect((await call(second, { flows: flows(), rev: 'an older one' })).status).toBe(409);
  // Longer than the watcher waits: a deploy of our own is no change from outside.
  await setTimeout(500);
  expect(second.log.join('')).not.toContain('changed on the disk');
});

it('loads what changed on the disk, and never saves over it', async () => {
  const nodeRed = await startWithFlows();
  const { json } = await call(nodeRed, { flows: flows() });
  put('answers.json', get('answers.json').replace('/ping', '/pong'));
  // Before the change was loaded, as by a deploy in the very moment of a `git pull`.
  const late = await call(nodeRed, { flows: flows({ in: { x: 1 } }), rev: json?.rev });
  expect(late).toMatchObject({ status: 409, json: { code: 'version_mismatch' } });
  expect(get('answers.json')).toContain('/pong');
  await vi.waitFor(async () => expect((await fetch(`${nodeRed.url}/pong`)).status).toBe(200), patient);
  expect(await revision(nodeRed)).not.toBe(json?.rev);
  rmSync(path.join(flowDir(), 'requests.json'));
  await vi.waitFor(async () => expect(JSON.stringify((await call(nodeRed)).json)).not.toContain('"ask"'), patient);
});

it('starts the editor over a broken file, refuses to save over it, and goes on by itself once it is repaired', async () => {
  const first = await startWithFlows();
  await call(first, { flows: flows({ ask: { credentials: { user: 'ada', password: 'x' } } }) });
  await stop(first);
  const good = get('answers.json');
  const broken = good.replace('"type": "http in",', '"type": "http in"');
  put('answers.json', broken);
  const encrypted = readFileSync(path.join(folder, 'data', 'flows_cred.json'), 'utf8');

  const second = await start();
  const sentence = 'The flow file answers.json is not valid JSON at line 10.';
  await vi.waitFor(() => expect(second.log.join('')).toContain(sentence), patient);
  expect((await fetch(`${second.url}/`)).status).toBe(200);
  const refused = await call(second, { flows: flows({ ask: { credentials: { user: 'eve', password: 'y' } } }) });
  expect(refused.status).toBe(400);
  expect(refused.json).toMatchObject({ code: 'FLOW_FILE_BROKEN', message: expect.stringContaining(sentence) });
  expect(get('answers.json')).toBe(broken);
  expect(readFileSync(path.join(folder, 'data', 'flows_cred.json'), 'utf8')).toBe(encrypted);

  put('answers.json', good);
  await vi.waitFor(async () => expect((await fetch(`${second.url}/ping`)).status).toBe(200), patient);
  expect((await call(second, { flows: flows({ in: { x: 7 } }) })).status).toBe(200);
  expect(get('answers.json')).toContain('"x": 7');
});

it('leaves running flows alone when a file breaks under them', async () => {
  const nodeRed = await startWithFlows();
  await call(nodeRed, { flows: flows() });
  const good = get('answers.json');
  put('requests.json', good);
  await vi.waitFor(() => expect(nodeRed.log.join('')).toContain('which answers.json has too'), patient);
  expect((await fetch(`${nodeRed.url}/ping`)).status).toBe(200);
  const refused = await call(nodeRed, { flows: flows({ in: { x: 1 } }), rev: await revision(nodeRed) });
  expect(refused.json).toMatchObject({ code: 'FLOW_FILE_BROKEN' });
  expect([get('answers.json'), get('requests.json')]).toEqual([good, good]);
});
