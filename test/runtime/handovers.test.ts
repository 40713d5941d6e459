/** Who asks for a person, on the real runtime: the shipped flow, an LLM stand-in that writes what it is about, and the routes that tell of it. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LlmStandIn, startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

const HOOK = '/api/crm/webhooks/whatsapp/';
const TOKEN = 'word-for-other-systems';
const FOR_COLLEAGUE = 'You write for a colleague';

let bot: Dragoman;
let llm: LlmStandIn & { url: string; close(): Promise<void> };
let person = 700_000;

beforeAll(async () => {
  llm = await startLlm();
  bot = await startDragoman({
    env: {
      ...{ CRM_OPENAI_BASE_URL: llm.url, CRM_OPENAI_API_KEY: 'test', DRAGOMAN_LLM: undefined, AI_AUTOREPLY: undefined },
      DRAGOMAN_API_TOKEN: TOKEN,
    },
  });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  llm.fault = null;
  llm.brain = ({ instructions, text }) =>
    instructions.startsWith(FOR_COLLEAGUE)
      ? '- Vuole un negozio online.\n- Il suo numero è [PHONE_1].\n\n1. Le è stato detto un prezzo.'
      : `You said: ${text}`;
});

const somebody = () => `39333${++person}`;
const ask = async (path: string, token = TOKEN) => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${bot.runtime.url}/dragoman/api/v1${path}`, { headers });
  return { status: answer.status, body: await answer.json() };
};

async function says(phone: string, text: string, more: object = { kind: 'text' }) {
  const response = await bot.happens('whatsapp', HOOK, {
    ...{ customer: { phone, name: 'Giulia Rossi' }, text },
    ...more,
  } as never);
  expect(response.status).toBe(200);
  await bot.quiet();
  await bot.engine.handovers.idle();
  const [wish] = await bot.engine.store.handovers({ limit: 1 });
  return wish!;
}

it('a model writes what it is about, from words without personal data; colleagues read them whole', async () => {
  const phone = somebody();
  await says(phone, 'Buongiorno, quanto costa un negozio online?');
  const wish = await says(phone, 'Voglio parlare con un operatore, il mio numero è 333 1234567');
  const summary = ['Vuole un negozio online.', 'Il suo numero è 333 1234567.', 'Le è stato detto un prezzo.'];
  expect(wish).toMatchObject({ by: 'words', summary, summaryBy: 'llm', state: 'open', language: 'it' });
  const asked = JSON.stringify(llm.journal.at(-1)!.body);
  expect(asked).toContain(FOR_COLLEAGUE);
  expect(asked).toContain('Italian');
  for (const personal of ['1234567', phone, 'Giulia']) expect(asked).not.toContain(personal);
  const notices = await bot.engine.store.notices({ limit: 99 });
  expect(notices.find(({ id }) => id === `handover:${wish.id}`)).toMatchObject({ about: { by: 'words', summary } });
  expect(await bot.engine.store.conversation(wish.conversationId)).toMatchObject({
    ...{ status: 'support_active', waitingSince: wish.at, personSince: wish.at },
  });
});

it('a button does what words do, and where the model fails the customer’s own last words are there', async () => {
  const phone = somebody();
  await says(phone, 'Il mio negozio non si apre.');
  llm.fault = { kind: 'error' };
  const wish = await says(phone, '', { kind: 'button', buttonId: 'ask_human', title: 'Una persona' });
  expect(wish).toMatchObject({
    ...{ by: 'button', summaryBy: 'messages', summary: ['Il mio negozio non si apre.', 'Una persona'] },
  });
  expect(bot.shown({ thread: phone }).at(-1)!.text).toBe('Va bene. Un collega ti risponderà qui appena possibile.');
});

it('tells other systems who waits and how long it takes, with the token', async () => {
  const { body } = await ask('/handovers?state=open');
  const [newest] = body.handovers;
  expect(newest).toMatchObject({ by: 'button', state: 'open', summaryBy: 'messages' });
  await bot.engine.operator.reply(newest.conversationId, 'Eccomi.');
  await bot.engine.operator.handBack(newest.conversationId);
  expect((await ask(`/conversations/${newest.conversationId}/handovers`)).body.handovers).toMatchObject([
    { id: newest.id, state: 'over', end: 'handed-back', repliedAt: expect.any(Number) },
  ]);
  const figures = await ask('/handovers/figures');
  expect(figures.body).toMatchObject({
    ...{ asked: 2, waiting: 1, replied: 1, closed: 1, by: { words: 1, button: 1, model: 0 } },
    firstReplyMs: { p50: expect.any(Number) },
  });
  expect((await ask('/handovers?state=nothing')).status).toBe(400);
  expect((await ask('/handovers', 'guessed')).status).toBe(401);
});
