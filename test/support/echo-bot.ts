/** A small flow on the real runtime that answers what was said, behind the gates that every flow has; time stands still until a test moves it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import type { Conversation, Message } from '../../core/model.ts';
import { type VirtualClock, virtualClock } from '../../scenarios/clock.ts';
import type { Actions, PlatformId } from '../../simulator/index.ts';
import { type Dragoman, startDragoman } from './dragoman.ts';
import { accountConfig, entryNodes } from './flow-nodes.ts';
import type { FlowItem } from './harness.ts';

export interface EchoBot {
  bot: Dragoman;
  clock: VirtualClock;
  /** Asks the operator's API. `token` null: without one. */
  api<T = Record<string, unknown>>(
    method: 'GET' | 'POST',
    route: string,
    body?: object,
    token?: string | null,
  ): Promise<{ status: number; body: T }>;
  /** Something happens on the platform, and everything that comes of it is over. */
  happens<P extends PlatformId>(platform: P, action: Actions[P]): Promise<void>;
  /** The newest conversation of this platform thread. */
  conversation(thread: string | number): Promise<Conversation>;
  messages(thread: string | number): Promise<Message[]>;
  /** The texts that the customer was shown. */
  shown(thread: string | number): (string | undefined)[];
  stop(): Promise<void>;
}

/** @param accounts account nodes by channel, over the defaults; each is `<channel>-account` and has a webhook `/<channel>`. */
export async function startEchoBot(
  accounts: Partial<Record<PlatformId, object>>,
  credentials: Record<string, object> = {},
): Promise<EchoBot> {
  const clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  const flows = Object.entries(accounts).flatMap(([channel, more]) => [
    accountConfig(`${channel}-account`, { channel, ...more }),
    ...entryNodes(`${channel}-account`, `/${channel}`, 'status'),
  ]);
  const bot = await startDragoman({
    flows: [...flows, ...GATES],
    credentials,
    settings: { dragoman: { clock } },
    env: { AI_AUTOREPLY: undefined },
  });
  const file = path.join(bot.engine.dataFolder, API_FILE);
  const { url, token: own } = JSON.parse(await readFile(file, 'utf8')) as ApiFile;

  const conversation: EchoBot['conversation'] = async (thread) => {
    const all = await bot.engine.store.conversations({ limit: 1_000 });
    const found = all.find(({ address }) => JSON.stringify(address).includes(String(thread)));
    if (!found) throw new Error(`No conversation with ${thread}.`);
    return (await bot.engine.store.conversation(found.id))!;
  };
  return {
    bot,
    clock,
    async api<T>(method: 'GET' | 'POST', route: string, body?: object, token: string | null = own) {
      const answer = await fetch(`${url}/dragoman/api${route}`, {
        method,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
      });
      return { status: answer.status, body: (await answer.json()) as T };
    },
    async happens(platform, action) {
      const { status } = await bot.happens(platform, `/${platform}`, action);
      if (status !== 200) throw new Error(`The webhook was answered ${status}.`);
      await bot.quiet();
    },
    conversation,
    messages: async (thread) => bot.engine.store.messages((await conversation(thread)).id, { limit: 100 }),
    shown: (thread) => bot.shown({ thread: String(thread) }).map((call) => call.text),
    stop: () => bot.stop(),
  };
}

const GATES: FlowItem[] = [
  { id: 'status', type: 'dragoman-status-gate', version: 1, wires: [['handoff'], []] },
  { id: 'handoff', type: 'dragoman-handoff', version: 1, wires: [['echo'], []] },
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];
