/**
 * An order by a call, and something that happens at a chance moment after the caller's yes: he speaks into it, the line breaks, the backend gives no
 * answer, the process is killed. There is one order or none, and the caller hears which. CALL_POINTS=200 for more of them, CALL_SEED repeats a run.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import { startLlm } from '../../simulator/llm.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { authorOf, type Line, openLine, type Started, wordsOf } from '../support/line.ts';
import { seeded } from '../support/seeded.ts';
import { freePort, type Server, startServer } from '../support/server.ts';

const SEED = Number(process.env.CALL_SEED ?? 20261129);
const AT_ONCE = 8;
const POINTS = Math.ceil(Number(process.env.CALL_POINTS ?? 32) / AT_ONCE) * AT_ONCE;
/** One batch of so many is killed. */
const KILLED = 4;
/** Among many, a dead process is written off first. */
const TOLD_MS = 60_000;
const LATEST_MS = 500;

const random = seeded(SEED);
const chance = (most: number) => Math.floor(random() * most);
const KINDS = ['speaks', 'cancels', 'line', 'silent backend', 'slow backend'] as const;

interface Order {
  id: number;
  key: string;
  note: string;
}
const orders: Order[] = [];
/** How long the backend thinks before it answers, by the order's note; it has made the order by then. */
const pauses = new Map<string, number>();
let backend: HttpServer;
let llm: Awaited<ReturnType<typeof startLlm>>;
let folder: string;
let env: Record<string, string>;
let server: Server;

function brain({ messages, text, results, tools }: Parameters<typeof llm.brain>[0]): ReturnType<typeof llm.brain> {
  const note = /P\d+/.exec(messages.map((message) => message.text).join(' '))?.[0] ?? '';
  const last = results.at(-1)?.output;
  if (last) {
    const { order_id, status } = JSON.parse(last) as { order_id?: number; status?: string };
    if (order_id) return `Your order number is ${order_id}.`;
    if (status === 'confirmation needed') return `Five boxes for ${note} cost 125 pounds. Shall I order them?`;
    if (status === 'unknown') return 'I do not know whether it was ordered. A person will check.';
    return 'It was not ordered.';
  }
  if (/five boxes|\byes\b/i.test(text) && tools.includes('create_order'))
    return [{ call: 'create_order', arguments: { product: 'paracetamol', quantity: 5, note } }];
  return 'Can I help you with anything else?';
}

const flows = (backendUrl: string, llmUrl: string): object[] => {
  const place = { z: 'tab', x: 100, y: 100 };
  return [
    { id: 'tab', type: 'tab', label: 'Calls' },
    accountConfig('calls', { channel: 'call', staticTexts: { en: 'Nobody can answer now.' } }),
    {
      ...{ id: 'llms', type: 'dragoman-provider', name: '', provider: 'openai', baseUrl: llmUrl, model: 'test-model' },
      ...{ fallbackModel: '', version: 1 },
    },
    { id: 'in', type: 'dragoman-channel-in', account: 'calls', version: 1, ...place, wires: [['llm']] },
    {
      ...{ id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 20, tools: ['create_order'], version: 2 },
      ...place,
      wires: [['out']],
    },
    { id: 'out', type: 'dragoman-channel-out', version: 1, ...place, wires: [] },
    {
      ...{ id: 'tool', type: 'dragoman-tool-http', source: 'form', tool: 'create_order', version: 1, ...place },
      ...{ description: 'Orders.', method: 'POST', url: `${backendUrl}/orders`, body: '', sideEffect: true },
      ...{ oncePerTurn: false, document: '', operations: [], server: '', headers: '', secretHeader: '' },
      parameters: JSON.stringify({
        type: 'object',
        properties: { product: { type: 'string' }, quantity: { type: 'integer' }, note: { type: 'string' } },
        required: ['product', 'quantity'],
      }),
      ...{ confirm: true, idempotent: true, timeoutSeconds: 1, wires: [] },
    },
  ];
};

beforeAll(async () => {
  backend = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { note } = JSON.parse(Buffer.concat(chunks).toString()) as { note: string };
    const key = String(request.headers['idempotency-key']);
    let order = orders.find((one) => one.key === key);
    if (!order) {
      order = { id: 453 + orders.length, key, note };
      orders.push(order);
    }
    await wait(pauses.get(note) ?? 0);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ order_id: order.id }));
  }).listen(0, '127.0.0.1');
  llm = await startLlm();
  llm.brain = brain;
  folder = mkdtempSync(path.join(tmpdir(), 'points-'));
  const flowFolder = path.join(folder, 'flows');
  mkdirSync(flowFolder);
  const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  writeFileSync(path.join(flowFolder, 'calls.json'), JSON.stringify(flows(url, llm.url)));
  env = {
    ...{ PORT: String(await freePort()), DRAGOMAN_DATA: path.join(folder, 'data'), DRAGOMAN_FLOWS: flowFolder },
    ...{ OPENAI_API_KEY: 'sk-test', TTS_BASE_URL: llm.url, TTS_MODEL: 'tts-1', TTS_API_KEY: 'sk-test' },
  };
  server = await startServer(env);
}, 90_000);
afterAll(async () => {
  await server?.kill();
  await llm?.close();
  backend?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Started> {
  // Written anew by each process.
  const { token } = JSON.parse(readFileSync(path.join(env.DRAGOMAN_DATA!, API_FILE), 'utf8')) as ApiFile;
  const response = await fetch(`${server.url}/call/api/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ account: 'calls', language: 'en' }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Started;
}

/** What the caller heard from beginning to end, of all lines of a call. */
const heard = (lines: Line[]): string[] => {
  const told = lines.flatMap((line) => line.told);
  const whole = new Set(
    told.flatMap(({ type, response, item_id }) => {
      // The player of these tests has played what is there; the line may break before it is told so.
      if (type === 'response.output_audio.done') return [item_id];
      const { id, status } = (response ?? {}) as { id?: string; status?: string };
      return type === 'response.done' && status === 'completed' ? [id] : [];
    }),
  );
  // A line that comes back is told once more what was said before.
  const words = new Map<string, string>();
  for (const event of told) {
    const { id } = (event.item ?? {}) as { id: string };
    const isTold = event.type === 'conversation.item.done' && authorOf(event) !== 'customer';
    if (isTold && whole.has(id)) words.set(id, wordsOf(event));
  }
  return [...words.values()];
};

const ENDS = /order number is|not ordered|do not know|Shall I order/;

interface Point {
  note: string;
  kind: (typeof KINDS)[number] | 'killed';
  afterMs: number;
}

/** One call, up to where the caller has heard what became of his order. */
async function callAt(
  point: Point,
  agreed: () => void,
  killed: Promise<void>,
): Promise<{ point: Point; told: string[] }> {
  const { note, kind, afterMs } = point;
  if (kind === 'silent backend') pauses.set(note, 1_500);
  if (kind === 'slow backend') pauses.set(note, 400);
  const started = await start();
  const lines = [await openLine(server.url, started)];
  const line = () => lines.at(-1)!;
  const comeBack = async () => void lines.push(await openLine(server.url, started, { resume: started.resume }));
  await line().next('session.created');
  line().type(`five boxes of paracetamol for ${note}`);
  await line().next('response.done');
  const asked = heard(lines).length;
  line().type('yes', `${note}-yes`);
  agreed();
  await wait(afterMs);
  if (kind === 'speaks') line().type('are you there');
  if (kind === 'cancels') line().send({ type: 'response.cancel' });
  if (kind === 'line') {
    line().cut();
    await wait(chance(LATEST_MS));
    await comeBack();
  }
  if (kind === 'killed') {
    await killed;
    await comeBack();
    // What was not acknowledged is sent again, as the page does.
    line().type('yes', `${note}-yes`);
  }
  for (const end = Date.now() + TOLD_MS; Date.now() < end; await wait(50))
    if (
      heard(lines)
        .slice(asked)
        .some((words) => ENDS.test(words))
    )
      break;
  // Nothing more may come of it.
  await wait(200);
  const told = heard(lines).slice(asked);
  line().send({ type: 'dragoman.end' });
  return { point, told };
}

it(
  `there is one order or none at ${POINTS} points, and the caller hears which`,
  async () => {
    const ends = new Map<string, number>();
    for (let batch = 0; batch * AT_ONCE < POINTS; batch++) {
      const dies = batch % KILLED === KILLED - 1;
      const points = Array.from({ length: AT_ONCE }, (_, at): Point => {
        const kind = dies ? 'killed' : KINDS[chance(KINDS.length)]!;
        return { note: `P${batch * AT_ONCE + at}`, kind, afterMs: chance(LATEST_MS) };
      });
      const { promise: killed, resolve } = Promise.withResolvers<void>();
      let agreed = 0;
      const calls = points.map((point) => callAt(point, () => void agreed++, killed));
      if (dies) {
        while (agreed < AT_ONCE) await wait(5);
        await wait(chance(LATEST_MS));
        await server.kill();
        server = await startServer(env);
        resolve();
      }
      for (const { point, told } of await Promise.all(calls)) {
        const made = orders.filter(({ note }) => note === point.note);
        const at = JSON.stringify({ ...point, seed: SEED, told });
        expect(made.length, at).toBeLessThanOrEqual(1);
        const words = told.join(' ');
        const [order] = made;
        if (order) expect(words, at).toMatch(new RegExp(`order number is ${order.id}\\.|do not know whether`));
        else expect(words, at).toMatch(/Shall I order|not ordered|do not know whether/);
        const end = `${point.kind}: ${order ? (words.includes(String(order.id)) ? 'ordered' : 'unknown') : 'not ordered'}`;
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
    }
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...ends].sort()))}\n`);
  },
  POINTS * 3_000 + 60_000,
);
