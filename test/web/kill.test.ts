/** The process is killed again and again while somebody writes: each of his messages is stored once, answered once, and shown to him once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ChatLine, openChat, type Shown, type Started, startChat } from '../support/chat-line.ts';
import { type ChatServer, startChatServer } from '../support/chat-server.ts';
import { openStoreOf } from '../support/engine.ts';
import { seeded } from '../support/seeded.ts';

const KILLS = 4;
/** At once, between two kills. */
const WORDS = 6;
const random = seeded(20_261_120);

let server: ChatServer;
beforeAll(async () => {
  server = await startChatServer();
}, 90_000);
afterAll(() => server?.remove());

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
    await server.start();
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
  const store = await openStoreOf(server.data);
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
