/** Dragoman's own flows, or a test's, on a real Node-RED with our built plugins, and the stand-in platforms to talk to. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine } from '../../app/engine.ts';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import type { Message } from '../../core/model.ts';
import type { Actions, Call, PlatformId, Simulator } from '../../simulator/index.ts';
import { type FlowItem, type Runtime, type RuntimeOptions, startRuntime } from './harness.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

export interface Dragoman {
  runtime: Runtime;
  engine: Engine;
  simulator: Simulator;
  /** Posts what happened on a platform to a webhook. */
  happens<P extends PlatformId>(
    platform: P,
    webhook: string,
    action: Actions[P] | Actions[P][],
    secret?: string,
  ): Promise<Response>;
  post(webhook: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The messages that the stand-in delivered to a customer, oldest first. */
  shown(filter: { platform?: PlatformId; thread?: string }): Call[];
  /** Waits until the engine has nothing to do any more: no turn, no waiting message. */
  quiet(): Promise<void>;
  /** Polls until `look` gives something. */
  until<T>(look: () => T | Promise<T>, timeoutMs?: number): Promise<NonNullable<T>>;
  /** All messages of the conversation of the newest turn or message. */
  messages(): Promise<Message[]>;
  stop(): Promise<void>;
}

/** The shipped flows, as Node-RED's list of nodes. */
export async function shippedFlows(): Promise<FlowItem[]> {
  const folder = path.join(PROJECT, 'flows');
  // The tabs in the order of the editor, what belongs to none before them.
  const order = JSON.parse(await readFile(path.join(folder, 'order.json'), 'utf8')) as string[];
  const names = (await readdir(folder)).map((file) => path.basename(file, '.json')).sort();
  const files = [...names.filter((name) => name !== 'order' && !order.includes(name)), ...order].map(
    (name) => `${name}.json`,
  );
  const lists = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as FlowItem[]),
  );
  return lists
    .flat()
    .map((node) => ('x' in node || ['tab', 'subflow', 'group'].includes(node.type) ? node : { ...node, config: true }));
}

export async function startDragoman(options: RuntimeOptions = {}): Promise<Dragoman> {
  const data = await mkdtemp(path.join(tmpdir(), 'dragoman-data-'));
  const { flows, ...rest } = options;
  const runtime = await startRuntime({
    ...rest,
    settings: { ...rest.settings, dragoman: { alone: true, ...(rest.settings?.dragoman as object | undefined) } },
    flows: flows ?? (await shippedFlows()),
    env: { DRAGOMAN_DATA: data, ...options.env },
  });
  const { engine } = runtime.plugin('dragoman') as { engine: Engine };
  const simulator = await engine.simulator!.ready;
  const until: Dragoman['until'] = async (look, timeoutMs = 10_000) => {
    for (const end = Date.now() + timeoutMs; ; ) {
      const found = await look();
      if (found) return found as never;
      if (Date.now() > end) throw new Error(`Nothing came within ${timeoutMs} ms: ${look}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const post: Dragoman['post'] = (webhook, body, headers = {}) =>
    fetch(runtime.url + webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    runtime,
    engine,
    simulator,
    post,
    until,
    happens(platform, webhook, action, secret) {
      const request = simulator.webhook(platform, action, { secret });
      return post(webhook, request.body, request.headers);
    },
    shown: (filter) => simulator.calls({ send: true, ...filter }).filter((call) => call.messageId),
    async quiet() {
      await until(async () => engine.lanes.running() === 0 && (await engine.store.lanes()).length === 0, 60_000);
      await engine.gateway.idle();
    },
    async messages() {
      const [newest] = await engine.store.conversations({ limit: 1 });
      return newest ? engine.store.messages(newest.id, { limit: 100 }) : [];
    },
    async stop() {
      await runtime.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The link of the simulator that the start prints, with its key. */
export async function simulatorLink(bot: Dragoman): Promise<string> {
  const read = () => readFile(path.join(bot.engine.dataFolder, API_FILE), 'utf8').catch(() => undefined);
  return (JSON.parse(await bot.until(read)) as ApiFile).simulator;
}

/** What a browser that followed that link sends from then on. */
export async function cookieOf(bot: Dragoman): Promise<string> {
  const answer = await fetch(await simulatorLink(bot), { redirect: 'manual' });
  return answer.headers.get('set-cookie')!.split(';', 1)[0]!;
}
