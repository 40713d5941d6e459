/** Pages of one chat at two processes of one store: each sees what the other one's customer says, and what is said to him. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWebChannel } from '../../channels/web/web.ts';
import type { Account } from '../../core/accounts.ts';
import { doorOfAll } from '../../core/fleet/tickets.ts';
import { newId } from '../../core/ids.ts';
import type { ChatOutput, Logger, News, Store } from '../../core/ports.ts';
import { createGateway, type Gateway } from '../../core/sending/gateway.ts';
import { rendered } from '../../core/sending/rendered.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { createReceive } from '../receive.ts';
import { createRegistry } from '../registry.ts';
import { type Chats, createChats } from './chats.ts';

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const turns = { onEnd: () => () => {} };

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let processes: Process[];
/** News get through. */
let news = true;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chats-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  processes = [];
  news = true;
});
afterEach(async () => {
  for (const { chats, gateway } of processes) {
    await chats.stop();
    gateway.stop();
  }
  clock.clear();
  await store.close();
  rmSync(folder, { recursive: true });
});

interface Process {
  chats: Chats;
  gateway: Gateway;
  account: Account;
}

function processOf(owner: string): Process {
  const account = {
    ...{ id: 'shop', name: 'Shop', channel: createWebChannel(), settings: {}, enabled: true, timezone: 'UTC' },
    ...{ language: 'en', dailyLimit: 0, takeover: { cooldownMs: 0, ceilingMs: 0 }, timeoutMs: 1_000 },
  } as unknown as Account;
  const registry = createRegistry();
  registry.addAccount(account);
  const parts = { store, clock, log: quiet, registry, turns };
  const http = async () => ({ status: 200, headers: {}, text: '' });
  const gateway = createGateway({ ...parts, http, owner, account: registry.account, isGone: () => false });
  const receive = createReceive({ ...parts, lanes: { wake() {} } });
  const own: Process = { gateway, account } as Process;
  const tell = (told: News) => {
    if (!news || told.kind !== 'chat') return;
    for (const other of processes) if (other !== own) other.chats.hear(told.conversationId, told.typing);
  };
  own.chats = createChats({ ...parts, receive, gateway, door: doorOfAll(store, clock), others: { tell } });
  own.chats.serve();
  processes.push(own);
  return own;
}

async function pageAt({ chats }: Process, chat: string, ticket: string) {
  const saw: ChatOutput[] = [];
  const wire = {
    send: (text: string) => void saw.push(JSON.parse(text)),
    waiting: () => 0,
    close() {},
  };
  const found = await chats.admit({ chat, ticket });
  if ('status' in found) throw new Error(found.reason);
  const line = found.attach(wire, 0);
  await clock.advance(0);
  return {
    says: (id: string, text: string) => line.take(wire, { kind: 'message', id, text }),
    pings: () => line.take(wire, { kind: 'ping', n: 1 }),
    words: () => JSON.stringify(saw),
  };
}

async function twoPages() {
  const [one, two] = [processOf('one'), processOf('two')];
  const { chat, ticket } = await one.chats.start('shop', { visitor: 'ana' });
  // The balancer leads to another process than the one that issued it.
  const second = await two.chats.start('shop', { visitor: 'ana' });
  expect(second.chat).toBe(chat);
  return { one, two, chat, here: await pageAt(two, chat, ticket), there: await pageAt(one, chat, second.ticket) };
}

function reply({ account, gateway }: Process, chat: string, text: string) {
  const at = clock.now();
  return gateway.deliver({
    ...{ id: newId(at), conversationId: chat, accountId: 'shop', turnId: null, author: 'bot', purpose: 'reply', at },
    ...{ text, media: [], parts: rendered(account.channel, { text }) },
  });
}

it('they see it at once', async () => {
  const { one, two, chat, here, there } = await twoPages();
  here.says('m1', 'Good morning');
  await clock.advance(1_000);
  expect(there.words()).toContain('Good morning');
  await reply(one, chat, 'Good evening');
  await clock.advance(1_000);
  await reply(two, chat, 'And good night');
  await clock.advance(1_000);
  for (const page of [here, there]) {
    expect(page.words()).toContain('Good evening');
    expect(page.words()).toContain('And good night');
    expect(page.words().match(/Good evening/g)).toHaveLength(1);
  }
});

it('they catch up from the store where news were lost', async () => {
  const { one, chat, here } = await twoPages();
  news = false;
  await reply(one, chat, 'Nobody told you');
  await clock.advance(1_000);
  expect(here.words()).not.toContain('Nobody told you');
  here.pings();
  await clock.advance(0);
  expect(here.words()).toContain('Nobody told you');
});
