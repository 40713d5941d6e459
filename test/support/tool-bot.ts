/** A bot whose model is a script: it calls every kind of tool on the real runtime, and a little shop answers the requests. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerRequest } from '../../core/ports.ts';
import { type Dragoman, startDragoman } from './dragoman.ts';
import type { FlowItem } from './harness.ts';
import { HOOK, OWN_TOOL, PLUGIN, toolFlows } from './tool-flows.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

/** What the model does with one request; resolves with its answer. */
export type Script = (
  request: AnswerRequest,
  call: (name: string, args: unknown) => Promise<string>,
) => Promise<string>;
/** What the provider of the package in `tool-flows.ts` answers with. */
const scripted = globalThis as { dragomanScript?: Script };

export interface ToolBot {
  bot: Dragoman;
  apiUrl: string;
  /** What the shop was asked, in order; a test may empty it. */
  asked: { url: string; key: string | undefined }[];
  /** A customer says something, and the provider answers by the script; resolves with their phone and what they were answered. */
  says(script: Script, phone?: string): Promise<{ phone: string; replies: (string | undefined)[] }>;
  /** What the customer reads when the model answers with a tool's result. */
  replyOf(name: string, args: unknown): Promise<(string | undefined)[]>;
  stop(): Promise<void>;
}

/** Nodes beside those of `tool-flows.ts`, the names of their tools that the llm node offers as well, and what they need. */
export interface MoreTools {
  flows: FlowItem[];
  offered: string[];
  credentials?: Record<string, object>;
  env?: Record<string, string>;
}

/** Starts the flows of `tool-flows.ts`, with a plugin package and a folder of own tools. */
export async function startToolBot(more: MoreTools = { flows: [], offered: [] }): Promise<ToolBot> {
  const asked: ToolBot['asked'] = [];
  const api = createServer((request, response) => {
    asked.push({
      url: `${request.method} ${request.url}`,
      key: request.headers['idempotency-key'] as string | undefined,
    });
    response.end(
      JSON.stringify({ authorization: request.headers.authorization ?? null, shop: request.headers['x-shop'] ?? null }),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => api.once('listening', resolve));
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;

  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-tools-'));
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
  const bot = await startDragoman({
    flows: [...toolFlows(apiUrl, more.offered), ...more.flows],
    credentials: { my_orders: { secret: 'Bearer s3cret' }, ...more.credentials },
    nodesDir: [PROJECT, plugin],
    env: { DRAGOMAN_TOOLS: own, ...more.env },
  } as Parameters<typeof startDragoman>[0]);

  let person = 34_600_000_000;
  const says: ToolBot['says'] = async (script, phone = String(++person)) => {
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
  };
  return {
    bot,
    apiUrl,
    asked,
    says,
    replyOf: async (name, args) => (await says((_request, call) => call(name, args))).replies,
    async stop() {
      await bot.stop();
      api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
