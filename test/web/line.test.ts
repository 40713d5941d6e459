/** The line of a web chat, from outside: who is let in, what is said and answered, pages that come back, and what is asked of who sends too much. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ChatLine, openChat, type Shown, type Started, startChat } from '../support/chat-line.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';

const FLOWS = [
  accountConfig('site', { name: 'Aurora', channel: 'web', settings: { origins: 'https://shop.example' } }),
  accountConfig('hello', {
    ...{ name: 'Hello', channel: 'web', settings: { greeting: 'Welcome to **Aurora**.', title: 'Ask us' } },
  }),
  accountConfig('off', { name: 'Off', channel: 'web', enabled: false }),
  ...['site', 'hello', 'off'].map((account) => ({
    ...{ id: `in-${account}`, type: 'dragoman-channel-in', account, version: 1, wires: [['answer']] },
  })),
  {
    ...{ id: 'answer', type: 'function', outputs: 1, wires: [['out']], z: 't', x: 100, y: 100 },
    func: `
          const { messages, vars } = msg.turn;
          const said = messages.at(-1);
          if (said.text === 'silence') return null;
          if (said.text === 'where') msg.payload = String(vars.page);
          else if (said.text === 'long') msg.payload = 'A sentence of some letters. '.repeat(400);
          else if (said.text === 'picture') msg.payload = { text: 'Here', media: [{ kind: 'image', url: 'https://shop.example/a.png', caption: 'The **box**' }] };
          else if (said.text === 'plans') msg.payload = { text: 'Which one?', buttons: [{ id: 'fast', title: 'The fast one' }] };
          else msg.payload = said.choice ? 'Chosen: ' + said.choice.id : 'You said: ' + said.text;
          return msg;`,
  },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({
    flows: FLOWS,
    env: { DRAGOMAN_API_TOKEN: 'test-token' },
  });
}, 60_000);
afterAll(() => bot?.stop());
const left: ChatLine[] = [];
afterEach(async () => {
  for (const line of left.splice(0)) line.cut();
  await bot.until(() => bot.engine.chats.open() === 0);
});

const start = (about: object = {}) => startChat(bot, { account: 'site', ...about });
const opened = async (started: Started, options: Parameters<typeof openChat>[2] = {}) => {
  const line = await openChat(bot, started, options);
  left.push(line);
  const opening = await line.next<{ messages: Shown[]; cursor: number; guest: boolean; mode: string }>('open');
  return { line, opening };
};
const message = (line: ChatLine, author: string) => line.next<Shown>('message', (frame) => frame.author === author);
const stored = (started: Started) => bot.engine.store.messages(started.chat_id, { limit: 100 });
const refusal = (started: Started, options: Parameters<typeof openChat>[2] = {}) =>
  openChat(bot, started, options).then(
    (line) => {
      line.cut();
      return 'opened';
    },
    (error: Error) => error.message,
  );

describe('a chat', () => {
  it('is begun by the shop’s server, with the API’s token', async () => {
    await expect(startChat(bot, { account: 'site' }, 'wrong')).rejects.toThrow('HTTP 401');
    await expect(startChat(bot, {})).rejects.toThrow(/HTTP 404: .*several/);
    await expect(startChat(bot, { account: 'off' })).rejects.toThrow(/HTTP 409: .*switched off/);
    await expect(start({ visitor: 'x'.repeat(129) })).rejects.toThrow('HTTP 400');
    await expect(start({ visitor: { id: 7 } })).rejects.toThrow('HTTP 400');
    await expect(start({ language: 'klingon' })).rejects.toThrow('HTTP 400');
  });

  it('answers what is said, and stores it first', async () => {
    const started = await start({ visitor: 'ana', name: 'Ana', language: 'es-MX' });
    const { line, opening } = await opened(started);
    expect(opening).toMatchObject({
      ...{
        chat: started.chat_id,
        title: 'Aurora',
        language: 'es',
        guest: false,
        mode: 'bot',
        messages: [],
        more: false,
      },
      ...{ cursor: 0, longest_text: 4_000 },
    });
    const id = line.say('Do you deliver?');
    const ack = await line.next<{ cursor: number }>('stored');
    expect(ack).toMatchObject({ id });
    const answer = await message(line, 'bot');
    expect(answer).toMatchObject({ text: 'You said: Do you deliver?' });
    expect(answer.cursor).toBeGreaterThan(ack.cursor);
    expect((await stored(started)).map(({ author, text }) => [author, text])).toEqual([
      ['customer', 'Do you deliver?'],
      ['bot', 'You said: Do you deliver?'],
    ]);
  });

  it('takes the same words once, and answers them the same', async () => {
    const started = await start();
    const { line } = await opened(started);
    line.say('One', 'a');
    const first = await line.next('stored');
    await message(line, 'bot');
    line.say('One', 'a');
    expect(await line.next('stored')).toEqual(first);
    line.say('Two', 'b');
    await message(line, 'bot');
    expect((await stored(started)).filter(({ direction }) => direction === 'in').map(({ text }) => text)).toEqual([
      'One',
      'Two',
    ]);
  });

  it('greets once, where it is opened for the first time', async () => {
    const started = await startChat(bot, { account: 'hello', visitor: 'ana' });
    const { line, opening } = await opened(started);
    expect(opening).toMatchObject({ title: 'Ask us' });
    expect(await message(line, 'system')).toMatchObject({
      text: 'Welcome to Aurora.',
      runs: [
        { text: 'Welcome to ', marks: [] },
        { text: 'Aurora', marks: ['bold'] },
        { text: '.', marks: [] },
      ],
    });
    line.cut();
    const again = await opened(await startChat(bot, { account: 'hello', visitor: 'ana' }));
    expect(again.opening.messages).toMatchObject([{ author: 'system' }]);
    again.line.say('Hola');
    await message(again.line, 'bot');
    expect(await stored(started)).toHaveLength(3);
  });

  it('shows a long answer as one message, and a picture with its words', async () => {
    const started = await start();
    const { line } = await opened(started);
    line.say('long');
    await line.next('message', ({ text }) => String(text).match(/A sentence/g)?.length === 400);
    await bot.quiet();
    const told = line.shown();
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    const [, answer] = await stored(started);
    expect(answer!.parts!.length).toBe(3);
    line.send({ type: 'read', cursor: told.at(-1)!.cursor });
    await bot.until(async () => (await bot.engine.store.message(answer!.id))?.state === 'read');
    const back = await opened(started, { resume: started.resume });
    expect(back.opening.messages.at(-1)).toEqual({ ...told.at(-1), type: undefined });
    line.say('picture');
    expect(await line.next<Shown>('message', ({ text }) => /Here/.test(String(text)))).toMatchObject({
      ...{ text: 'The box\n\nHere', media: [{ kind: 'image', url: 'https://shop.example/a.png' }] },
    });
  });

  it('tells the flow where its visitor is, without what stands behind the path', async () => {
    const { line } = await opened(await start({ page: 'https://shop.example/p/7?token=secret#x' }));
    line.say('where');
    expect(await message(line, 'bot')).toMatchObject({ text: 'https://shop.example/p/7' });
  });
});

describe('a visitor', () => {
  it('whom the shop knows has one chat, whatever page he comes from', async () => {
    const first = await start({ visitor: 'eva' });
    const { line } = await opened(first);
    line.say('It is me');
    await message(line, 'bot');
    line.cut();
    const again = await start({ visitor: 'eva' });
    expect([again.chat_id, again.guest]).toEqual([first.chat_id, false]);
    const { opening } = await opened(again);
    expect(opening.messages.map(({ author, text }) => [author, text])).toEqual([
      ['customer', 'It is me'],
      ['bot', 'You said: It is me'],
    ]);
  });

  it('whom nobody knows comes back with the word that his page kept, and with no other', async () => {
    const first = await start();
    expect(first.guest).toBe(true);
    const again = await start({ resume: first.resume });
    expect([again.chat_id, again.resume]).toEqual([first.chat_id, first.resume]);
    const known = await start({ visitor: 'leo', resume: first.resume });
    expect(known.chat_id).not.toBe(first.chat_id);
    expect((await start({ resume: known.resume })).chat_id).not.toBe(known.chat_id);
    expect((await start({ resume: 'made up' })).chat_id).not.toBe(first.chat_id);
  });
});

describe('a line', () => {
  it('is opened with a ticket once, or with the word of its own chat', async () => {
    const started = await start();
    const other = await start();
    expect(await refusal({ ...started, ticket: 'made-up' })).toBe('closed with 4401');
    expect(await refusal({ ...started, ticket: other.ticket })).toBe('closed with 4401');
    await opened(started);
    expect(await refusal(started)).toBe('closed with 4401');
    expect(await refusal(started, { resume: other.resume })).toBe('closed with 4401');
    expect(await refusal({ ...started, websocket_url: '/chat/nowhere/line' }, { resume: started.resume })).toBe(
      'closed with 4401',
    );
    expect(await refusal(started, { resume: started.resume })).toBe('opened');
  });

  it('is opened by no page of elsewhere', async () => {
    const from = async (origin: string) => refusal(await start(), { headers: { origin } });
    expect(await from('https://evil.example')).toBe('closed with 4403');
    expect(await from('null')).toBe('closed with 4403');
    expect(await from('http://shop.example')).toBe('closed with 4403');
    expect(await from('https://shop.example')).toBe('opened');
    expect(await from(bot.runtime.url)).toBe('opened');
    const { resume, ...started } = await start();
    const headers = { origin: 'https://evil.example' };
    expect(await refusal({ ...started, resume }, { resume, headers })).toBe('closed with 4403');
  });

  it('is shown all that it missed, and nothing twice', async () => {
    const started = await start();
    const { line } = await opened(started);
    line.say('One');
    const { cursor } = await message(line, 'bot');
    line.cut();
    await bot.until(() => bot.engine.chats.open() === 0);
    await bot.engine.operator.reply(started.chat_id, 'I am Marta.');
    await bot.engine.operator.reply(started.chat_id, 'How can I help?');
    const back = await opened(started, { resume: started.resume, cursor });
    expect(back.opening.messages.map(({ author, text }) => [author, text])).toEqual([
      ['human', 'I am Marta.'],
      ['human', 'How can I help?'],
    ]);
    expect(back.opening.mode).toBe('human');
    back.line.cut();
    const last = await opened(started, { resume: started.resume, cursor: back.opening.cursor });
    expect(last.opening.messages).toEqual([]);
  });

  it('of another page shows the same, the own words of this one too', async () => {
    const started = await start({ visitor: 'two' });
    const [one, two] = [await opened(started), await opened(await start({ visitor: 'two' }))];
    const id = one.line.say('From the first');
    expect(await message(two.line, 'customer')).toMatchObject({ id, text: 'From the first' });
    for (const { line } of [one, two]) expect((await message(line, 'bot')).text).toBe('You said: From the first');
    two.line.say('From the second');
    await message(one.line, 'customer');
    for (const { line } of [one, two]) await message(line, 'bot');
    const texts = (line: ChatLine) => line.shown().map(({ text }) => text);
    expect(texts(one.line)).toEqual(['You said: From the first', 'From the second', 'You said: From the second']);
    expect(texts(two.line)).toEqual(['From the first', 'You said: From the first', 'You said: From the second']);
  });
});

it('goes on through a deploy', async () => {
  const { line } = await opened(await start());
  line.say('Before');
  await message(line, 'bot');
  const deployed = bot.runtime.deploy(FLOWS);
  line.say('Meanwhile');
  await deployed;
  // What no account was there for comes again.
  const refused = line.told.find(({ type }) => type === 'error');
  if (refused) line.say('Meanwhile', String(refused.id));
  expect(await message(line, 'bot')).toMatchObject({ text: 'You said: Meanwhile' });
});

describe('buttons', () => {
  it('count where they were shown, and nowhere else', async () => {
    const started = await start();
    const { line } = await opened(started);
    line.say('plans');
    const offer = await message(line, 'bot');
    expect(offer.buttons).toEqual([{ id: 'fast', title: 'The fast one' }]);
    const tap = (id: string, of: string, button: string) =>
      line.send({ type: 'button', id, of, button, title: 'Free' });
    tap('t1', offer.id, 'slow');
    tap('t2', 'nowhere', 'fast');
    const other = await start();
    const elsewhere = await opened(other);
    elsewhere.line.send({ type: 'button', id: 't', of: offer.id, button: 'fast' });
    expect(await elsewhere.line.next('error')).toMatchObject({ code: 'not-offered', id: 't' });
    for (const id of ['t1', 't2']) expect(await line.next('error')).toMatchObject({ code: 'not-offered', id });
    tap('t3', offer.id, 'fast');
    expect(await line.next('stored')).toMatchObject({ id: expect.any(String) });
    expect(await message(line, 'bot')).toMatchObject({ text: 'Chosen: fast' });
    const tapped = (await stored(started)).filter(({ choice }) => choice);
    expect(tapped.map(({ text, choice }) => [text, choice])).toEqual([
      ['The fast one', { id: 'fast', title: 'The fast one' }],
    ]);
  });
});

describe('what became of a message', () => {
  it('is told by the page: delivered, then read; else it is sent', async () => {
    const started = await start();
    const { line } = await opened(started);
    line.say('One');
    const { cursor, id } = await message(line, 'bot');
    const state = async () => (await bot.engine.store.message(id))?.state;
    await bot.quiet();
    expect(await state()).toBe('sent');
    line.send({ type: 'delivered', cursor: cursor - 1 });
    line.send({ type: 'ping', n: 1 });
    await line.next('pong', ({ n }) => n === 1);
    line.send({ type: 'delivered', cursor });
    await bot.until(async () => (await state()) === 'delivered');
    line.send({ type: 'read', cursor });
    await bot.until(async () => (await state()) === 'read');
    line.send({ type: 'delivered', cursor });
    line.say('Two');
    await message(line, 'bot');
    expect(await state()).toBe('read');
    line.cut();
    const back = await opened(started, { resume: started.resume, cursor });
    expect(back.opening).toMatchObject({ read: cursor, messages: [{ text: 'Two' }, { text: 'You said: Two' }] });
  });

  it('is sent where nobody is there to see it', async () => {
    const started = await start();
    const sent = await bot.engine.operator.reply(started.chat_id, 'Are you there?');
    expect(sent.state).toBe('sent');
    const { opening } = await opened(started);
    expect(opening.messages).toMatchObject([{ author: 'human', text: 'Are you there?' }]);
  });

  it('a draft is seen once a person lets it go, also behind what was said since', async () => {
    const started = await start();
    const { line } = await opened(started);
    line.say('One');
    await message(line, 'bot');
    const conversation = (await bot.engine.store.conversation(started.chat_id))!;
    const at = Date.now();
    const parts = [{ request: { text: 'Thought over' }, state: 'queued' as const }];
    const draft = await bot.engine.gateway.deliver({
      ...{ id: '019aa5f0-0000-7000-8000-0000000000aa', conversationId: conversation.id, accountId: 'site', at },
      ...{ author: 'bot', purpose: 'reply', turnId: null, text: 'Thought over', media: [], parts, draft: true },
    });
    line.say('Two');
    const { cursor } = await message(line, 'bot');
    line.cut();
    await bot.engine.operator.approve(draft.id);
    const { opening } = await opened(started, { resume: started.resume, cursor });
    expect(opening.messages).toMatchObject([{ id: draft.id, text: 'Thought over' }]);
  });
});

it('a colleague’s part is told: he takes it over, and gives it back', async () => {
  const started = await start();
  const { line } = await opened(started);
  line.say('One');
  await message(line, 'bot');
  await bot.engine.operator.reply(started.chat_id, 'I am Marta.');
  expect(await message(line, 'human')).toMatchObject({ text: 'I am Marta.' });
  expect(await line.next('state')).toMatchObject({ mode: 'human' });
  line.say('Hola Marta');
  await line.next('stored');
  await bot.quiet();
  await bot.engine.operator.handBack(started.chat_id);
  line.send({ type: 'ping', n: 1 });
  expect(await line.next('state')).toMatchObject({ mode: 'bot' });
});

it('a word of consent counts as in other chats', async () => {
  const started = await start();
  const { line } = await opened(started);
  line.say('STOP');
  await line.next('stored');
  await bot.until(async () => (await bot.engine.store.conversation(started.chat_id))!.optedOutAt > 0);
});

describe('too much', () => {
  it('of words is refused with when they may come again, and stores none of them', async () => {
    const started = await start();
    const { line } = await opened(started);
    for (let count = 0; count < 18; count++) line.say('silence', `m${count}`);
    const refused = await line.next('error', ({ id }) => id === 'm17');
    expect(refused).toMatchObject({ code: 'too-fast', retry_after_ms: expect.any(Number) });
    const another = await opened(started, { resume: started.resume });
    another.line.say('silence', 'again');
    expect(await another.line.next('error')).toMatchObject({ code: 'too-fast' });
    expect(await stored(started)).toHaveLength(15);
  });

  it('of frames ends the line; a long text, or nonsense, is refused', async () => {
    const { line } = await opened(await start());
    line.say('x'.repeat(4_001), 'long');
    expect(await line.next('error')).toMatchObject({ code: 'too-long', id: 'long' });
    line.send('Hola');
    expect(await line.next('error')).toMatchObject({ code: 'invalid' });
    for (let n = 0; n < 100; n++) line.send({ type: 'ping', n });
    expect((await line.closed).code).toBe(1008);
    const large = await opened(await start());
    large.line.send('x'.repeat(65 * 1_024));
    expect((await large.line.closed).code).toBe(1009);
  });

  it('of pages of one person, and of openings, is refused', async () => {
    const started = await start();
    const lines = [];
    for (let count = 0; count < 10; count++)
      lines.push((await opened(started, count ? { resume: started.resume } : {})).line);
    expect(await refusal(started, { resume: started.resume })).toBe('closed with 4429');
    for (const line of lines) line.cut();
    const other = await start();
    const answers = new Set<string>();
    for (let count = 0; count < 25; count++) {
      const answer = await openChat(bot, other, { resume: other.resume }).then(
        (line) => line.cut(),
        (error: Error) => error.message,
      );
      if (answer) answers.add(answer);
    }
    expect([...answers]).toEqual(['closed with 4429']);
  });
});

it('so many lines are open at once, and no more', async () => {
  const lines: ChatLine[] = [];
  for (let chats = 0; chats < 100; chats++) {
    const started = await start();
    lines.push(await openChat(bot, started));
    const others = Array.from({ length: 9 }, () => openChat(bot, started, { resume: started.resume }));
    lines.push(...(await Promise.all(others)));
  }
  expect(bot.engine.chats.open()).toBe(1_000);
  expect(await refusal(await start())).toBe('closed with 1013');
  lines.pop()!.cut();
  await bot.until(() => bot.engine.chats.open() < 1_000);
  expect(await refusal(await start())).toBe('opened');
  for (const line of lines) line.cut();
}, 60_000);

it('who is forgotten is let go, and his word opens nothing any more', async () => {
  const started = await start({ visitor: 'forget-me', name: 'Zoe' });
  const { line } = await opened(started);
  line.say('My secret');
  await message(line, 'bot');
  const { people, store } = bot.engine;
  const exported = await people.export({ account: 'site', address: 'forget-me' });
  expect(exported.data.identity).toContainEqual(expect.objectContaining({ kind: 'visitor', value: 'forget-me' }));
  expect(JSON.stringify(exported.data)).toContain('My secret');
  expect(JSON.stringify(exported.data)).not.toContain(started.resume.split('.')[1]);
  const receipt = await people.forget({ account: 'site', address: 'forget-me' });
  expect(receipt.erased).toMatchObject({ message: 2, conversation: 1, contact: 1 });
  expect((await line.closed).code).toBe(4404);
  expect(await refusal(started, { resume: started.resume })).toBe('closed with 4401');
  expect(await store.conversation(started.chat_id)).toBeNull();
  expect((await start({ visitor: 'forget-me' })).chat_id).not.toBe(started.chat_id);
});

it('nobody is forgotten whom another site calls the same', async () => {
  const [one, other] = [await start({ visitor: '17' }), await startChat(bot, { account: 'hello', visitor: '17' })];
  await bot.engine.people.forget({ account: 'site', address: '17' });
  expect(await bot.engine.store.conversation(one.chat_id)).toBeNull();
  expect(await bot.engine.store.conversation(other.chat_id)).not.toBeNull();
});
