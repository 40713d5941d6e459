/** The process is killed again and again while somebody writes: each of his messages is stored once, answered once, and shown to him once. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../stores/sqlite/store.ts';
import { type ChatLine, openChat, type Shown, type Started, startChat } from '../support/chat-line.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { seeded } from '../support/seeded.ts';
import { freePort, type Server, startServer } from '../support/server.ts';

const KILLS = 4;
/** At once, between two kills. */
const WORDS = 6;
const random = seeded(20_261_120);

let folder: string;
let env: Record<string, string>;
let server: Server;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chat-kill-'));
  const flows = path.join(folder, 'flows');
  mkdirSync(flows);
  const { config: _, ...account } = accountConfig('site', { channel: 'web' });
  const node = { z: 'tab', x: 100, y: 100 };
  const flow = [
    { id: 'tab', type: 'tab', label: 'chat' },
    account,
    { ...node, id: 'in', type: 'dragoman-channel-in', account: 'site', version: 1, wires: [['echo']] },
    {
      ...{ ...node, id: 'echo', type: 'function', outputs: 1, wires: [['out']] },
      func: "msg.payload = msg.turn.messages.map(({ text }) => 'Answer to ' + text).join('\\n'); return msg;",
    },
    { ...node, id: 'out', type: 'dragoman-channel-out', version: 1, wires: [] },
  ];
  writeFileSync(path.join(flows, 'chat.json'), JSON.stringify(flow));
  env = {
    ...{ PORT: String(await freePort()), DRAGOMAN_DATA: path.join(folder, 'data'), DRAGOMAN_FLOWS: flows },
    ...{ DRAGOMAN_SIMULATOR: 'off', DRAGOMAN_API_TOKEN: 'test-token' },
  };
  server = await startServer(env);
}, 90_000);
afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const here = () => ({ runtime: { url: server.url } }) as never;

/** What a page does: it remembers where it was, and sends again what nobody has answered. */
function page(started: Started) {
  const unanswered = new Map<string, string>();
  const shown = new Map<string, Shown>();
  let cursor = 0;
  let line: ChatLine | undefined;
  let looked = 0;
  const look = () => {
    for (const frame of line?.told.slice(looked) ?? []) {
      const messages = frame.type === 'open' ? (frame.messages as Shown[]) : frame.type === 'message' ? [frame] : [];
      for (const message of messages as Shown[]) {
        shown.set(message.id, message);
        unanswered.delete(message.id);
        cursor = Math.max(cursor, message.cursor);
      }
      if (frame.type !== 'stored') continue;
      unanswered.delete(String(frame.id));
      cursor = Math.max(cursor, Number(frame.cursor));
    }
    looked = line?.told.length ?? 0;
  };
  return {
    shown,
    async open(first = false) {
      look();
      line = await openChat(here(), started, first ? {} : { resume: started.resume, cursor });
      looked = 0;
      await line.next('open');
      look();
      for (const [id, text] of unanswered) line.say(text, id);
    },
    say(text: string) {
      const id = randomUUID();
      unanswered.set(id, text);
      line!.say(text, id);
    },
    isQuiet() {
      look();
      return unanswered.size === 0;
    },
    gone: () => line!.closed,
  };
}

it('nothing is lost, and nothing is there twice', async () => {
  const started = await startChat(here(), { visitor: 'ana' });
  const [ana, other] = [page(started), page({ ...started, ticket: '' })];
  await ana.open(true);
  await other.open();
  const said: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    for (let count = 0; count < WORDS; count++) {
      const text = `word${said.length}.`;
      said.push(text);
      ana.say(text);
      await new Promise((resolve) => setTimeout(resolve, random() * 40));
    }
    await new Promise((resolve) => setTimeout(resolve, random() * 120));
    await server.kill();
    await Promise.all([ana.gone(), other.gone()]);
    server = await startServer(env);
    await ana.open();
    await other.open();
    for (const end = Date.now() + 30_000; !ana.isQuiet(); await new Promise((resolve) => setTimeout(resolve, 50)))
      if (Date.now() > end) throw new Error('The page’s words are not taken.');
  }
  const answersTo = ({ shown }: typeof ana) =>
    [...shown.values()].filter(({ author }) => author === 'bot').flatMap(({ text }) => text.match(/word\d+\./g) ?? []);
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
    if ([ana, other].every((each) => each.isQuiet() && answersTo(each).length >= said.length)) break;
  await server.stop();
  await Promise.all([ana.gone(), other.gone()]);
  const store = openStore(path.join(folder, 'data', 'dragoman.db'));
  const messages = await store.messages(started.chat_id, { limit: 500 });
  await store.close();
  const customer = messages.filter(({ author }) => author === 'customer').map(({ text }) => text);
  expect(customer.toSorted()).toEqual(said.toSorted());
  const answers = messages.filter(({ author }) => author === 'bot');
  expect(answers.filter(({ state }) => state !== 'sent')).toEqual([]);
  const answered = answers.flatMap(({ text }) => text.match(/word\d+\./g) ?? []);
  expect(answered.toSorted()).toEqual(said.toSorted());
  for (const each of [ana, other]) expect(answersTo(each).toSorted()).toEqual(said.toSorted());
  expect([...other.shown.values()].filter(({ author }) => author === 'customer')).toHaveLength(said.length);
}, 200_000);
