/** Pipeline C on the real runtime: the shipped flow, an LLM stand-in, the stand-in of WhatsApp. The rows that no other file names. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LlmStandIn, startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

const CRM = '/api/crm/webhooks/whatsapp/';

let bot: Dragoman;
let llm: LlmStandIn & { url: string; close(): Promise<void> };
let person = 900_000;

beforeAll(async () => {
  llm = await startLlm();
  llm.brain = ({ text }) => `You said: ${text}`;
  bot = await startDragoman({
    env: { CRM_OPENAI_BASE_URL: llm.url, CRM_OPENAI_API_KEY: 'test', DRAGOMAN_LLM: undefined, AI_AUTOREPLY: undefined },
  });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});

const somebody = () => `39333${++person}`;
const shown = (phone: string) => bot.shown({ platform: 'whatsapp', thread: phone }).map((call) => call.text ?? '');
const conversationOf = async (phone: string) =>
  (await bot.engine.store.conversations({ limit: 1_000 })).find((each) =>
    JSON.stringify(each.address).includes(phone),
  )!;

async function says(phone: string, text: string): Promise<void> {
  const before = shown(phone).length;
  const response = await bot.happens('whatsapp', CRM, {
    kind: 'text',
    customer: { phone, name: 'Giulia Rossi' },
    text,
  });
  expect(response.status).toBe(200);
  await bot.until(() => shown(phone).length > before);
  await bot.quiet();
}

/** What the model was asked since `from`. */
const asked = (from = 0) => llm.journal.slice(from).map((call) => JSON.stringify(call.body));

describe('pipeline C', () => {
  it('C1 reactions, receipts and our own messages never start the AI', async () => {
    const phone = somebody();
    await says(phone, 'Buongiorno, vorrei informazioni.');
    const calls = llm.journal.length;
    const sent = bot.shown({ thread: phone })[0]!;
    await bot.happens('whatsapp', CRM, {
      kind: 'reaction',
      customer: { phone },
      messageId: sent.messageId!,
      emoji: '👍',
    });
    for (const status of ['sent', 'delivered', 'read'] as const)
      await bot.happens('whatsapp', CRM, { kind: 'status', status, messageId: sent.messageId! });
    await bot.happens('whatsapp', CRM, { kind: 'echo', customer: { phone }, text: sent.text!, id: sent.messageId! });
    await bot.quiet();
    expect(llm.journal.length).toBe(calls);
    expect(shown(phone)).toHaveLength(1);
    expect((await conversationOf(phone)).humanUntil).toBe(0);
  });

  it('C2 makes a contact for a new phone, once', async () => {
    const phone = somebody();
    await says(phone, 'Buongiorno a tutti.');
    await says(phone, 'Siete aperti oggi?');
    const conversation = await conversationOf(phone);
    expect(await bot.engine.store.contact(conversation.contactId!)).toMatchObject({
      name: 'Giulia Rossi',
      identities: [{ kind: 'phone', value: phone }],
    });
  });

  it('C3 keeps each contact’s language, Italian at first, and asks for the reply in it', async () => {
    const [italian, english] = [somebody(), somebody()];
    const from = llm.journal.length;
    await says(italian, '123');
    expect(asked(from).at(-1)).toContain('Answer in Italian');
    await says(english, 'Hello, how much does an online shop cost with you?');
    await says(english, 'ok');
    expect(asked(from).at(-1)).toContain('Answer in English');
    const contact = await bot.engine.store.contact((await conversationOf(english)).contactId!);
    expect(contact!.language).toBe('en');
  });

  it('C5 goes on by previous_response_id, and by its own history when the provider lost it', async () => {
    const phone = somebody();
    await says(phone, 'Mi chiamo Giulia e vendo scarpe.');
    const from = llm.journal.length;
    await says(phone, 'Quanto costa un negozio online?');
    expect(asked(from)[0]).toContain('previous_response_id');
    expect(asked(from)[0]).not.toContain('vendo scarpe');
    llm.lose();
    const later = llm.journal.length;
    await says(phone, 'E in quanto tempo?');
    expect(llm.journal.slice(later).map((call) => call.status)).toEqual([400, 200]);
    expect(asked(later)[1]).toContain('vendo scarpe');
  });

  it('C4 no phone number reaches the LLM, neither as metadata nor in text or history', async () => {
    const phone = somebody();
    const from = llm.journal.length;
    await says(phone, `Il mio numero è +${phone}, o 333 ${phone.slice(5)}; mail giulia.rossi@example.com.`);
    await says(phone, 'Grazie, a presto.');
    const bytes = asked(from).join('\n') + JSON.stringify(llm.journal.slice(from).map((call) => call.headers));
    for (const secret of [phone, phone.slice(2), phone.slice(5), 'giulia.rossi@example.com', 'wamid.'])
      expect(bytes).not.toContain(secret);
    expect(bytes).toContain('[PHONE_1]');
    // Toward the same contact the words are whole again: the stand-in repeats what it was told.
    expect(shown(phone)[0]).toContain(phone);
  });

  it('C9 the model hears what a colleague wrote, and that his part has ended', async () => {
    const phone = somebody();
    await says(phone, 'Buongiorno, il sito non si apre.');
    await bot.happens('whatsapp', CRM, { kind: 'echo', customer: { phone }, text: 'Ti aiuto io, un attimo.' });
    const conversation = await conversationOf(phone);
    await bot.engine.store.changeConversation(conversation.id, () => ({ humanUntil: Date.now() - 1 }));
    const from = llm.journal.length;
    await says(phone, 'Adesso funziona, grazie.');
    expect(asked(from).at(-1)).toContain('Ti aiuto io, un attimo.');
    expect(asked(from).at(-1)).toContain('That part of the conversation has ended');
    expect(shown(phone).filter((text) => text.startsWith('Eccomi di nuovo'))).toHaveLength(1);
  });

  it('C12 nothing private is served over HTTP', async () => {
    const phone = somebody();
    await says(phone, 'Buongiorno.');
    const conversation = await conversationOf(phone);
    const paths = [
      '/',
      '/dragoman.db',
      '/.data/dragoman.db',
      '/dragoman/api/conversations',
      `/dragoman/api/conversations/${conversation.id}`,
      '/simulator/assets/..%2f..%2fdragoman.db',
      '/ai_whatsapp_threads.json',
    ];
    for (const each of paths) {
      const response = await fetch(bot.runtime.url + each);
      const body = await response.text();
      expect([404, 401, 403, 200]).toContain(response.status);
      expect(body).not.toContain(phone);
      expect(body).not.toContain(conversation.session);
    }
    const mode = (await import('node:fs')).statSync(path.join(bot.engine.dataFolder, 'dragoman.db')).mode & 0o777;
    expect(mode).toBe(0o600);
  });
});

describe('processing modes', () => {
  it('C7 inline answers the webhook only after the reply; background at once', async () => {
    const account = bot.engine.registry.account('account-crm-whatsapp')!;
    expect(account).toMatchObject({ inline: false, queue: 'default', timeoutMs: 180_000 });
    llm.fault = { kind: 'delay', ms: 300 };
    try {
      const [first, second] = [somebody(), somebody()];
      await bot.happens('whatsapp', CRM, { kind: 'text', customer: { phone: first }, text: 'Buongiorno.' });
      expect(shown(first)).toEqual([]);
      await bot.until(() => shown(first)[0]);
      account.inline = true;
      await bot.happens('whatsapp', CRM, { kind: 'text', customer: { phone: second }, text: 'Buongiorno.' });
      expect(shown(second)).toHaveLength(1);
    } finally {
      account.inline = false;
      llm.fault = null;
    }
    await bot.quiet();
  });
});

it('the flow holds no secret and no phone', async () => {
  const folder = path.resolve(import.meta.dirname, '../../flows');
  for (const file of await readdir(folder))
    expect(await readFile(path.join(folder, file), 'utf8')).not.toMatch(/\+\d{9,}|\bsk-[A-Za-z0-9]{8}|EAA[A-Z]{4}/);
});
