import { setImmediate as round } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Endpoint, Question } from '../core/answering/answering.ts';
import type { AnswerSource, Message } from '../core/model.ts';
import type { AnswerRequest } from '../core/ports.ts';
import { silentLog } from '../test/support/answering.ts';
import { type AnswerOptions, answerTurn } from './answer-turn.ts';
import type { LiveTurn } from './turn.ts';

/** A turn in its second attempt, after replies with these sources; counts what is read of the store. */
function secondAttempt(
  replies: { text: string; source: AnswerSource }[],
  manual = 'You sell shoes.',
  {
    messages = [] as object[],
    words = 'Hi',
    endpoints = [] as Endpoint[],
    download = undefined as unknown,
    history = [] as object[],
    answered = Promise.resolve(),
  } = {},
) {
  const asked: [unknown, Question, { text: string }][] = [];
  const read = { messages: 0, conversation: 0 };
  const conversation = { id: 'c', contactId: 'p', status: 'active', humanUntil: 0, optedOutAt: null, head: null };
  const view = { id: 't', attempt: 2, decisions: [], passages: [], language: 'en', session: 's', messages };
  const account = {
    name: 'shop',
    prompt: { manual, facts: {} },
    staticTexts: {},
    language: 'en',
    timezone: 'UTC',
    timeoutMs: 120_000,
    timeoutChosen: true,
    channel: { download },
    settings: {},
  };
  const stop = new AbortController();
  const live = { view, conversation, account, messages: [], source: null, head: null, stop } as unknown as LiveTurn;
  const parts = {
    clock: { now: () => 0 },
    log: silentLog,
    masking: {
      of: async () => ({
        mask: (text: string) => text,
        spareTopics() {},
        found: () => [],
        keep: async () => true,
      }),
    },
    tools: { forTurn: async () => ({}) },
    responses: { use() {}, note: () => () => {} },
    answering: {
      answer: async (...given: (typeof asked)[number]) => {
        asked.push(given);
        await answered;
        return { text: 'The model.', source: { kind: 'llm' }, trail: [] };
      },
    },
    store: {
      replies: async () => replies as unknown as Message[],
      history: async () => {
        read.messages++;
        return history.splice(0) as unknown as Message[];
      },
      conversation: async () => {
        read.conversation++;
        return conversation;
      },
    },
  } as unknown as Parameters<typeof answerTurn>[0];
  const provider = { id: '', endpoints, budgets: { daily: 0, contact: 0 }, priced: false };
  const options: AnswerOptions = { node: 'llm', words, history: 3, tools: [], provider, extractive: undefined };
  const ask = (node = 'llm', more: Partial<AnswerOptions> = {}) =>
    answerTurn(parts, live, { ...options, node, ...more });
  return { live, read, asked, ask };
}

describe('a turn that is answered again', () => {
  it('does not take a flow’s "one moment" for the model’s answer', async () => {
    const turn = secondAttempt([{ text: 'One moment…', source: { kind: 'flow' } }]);
    expect(await turn.ask()).toMatchObject({ kind: 'answered', text: 'The model.', source: { node: 'llm' } });
  });

  it('gives each of two llm nodes its own words back', async () => {
    const turn = secondAttempt([
      { text: 'By one.', source: { kind: 'llm', node: 'one' } },
      { text: 'By two.', source: { kind: 'llm', node: 'two' } },
    ]);
    expect(await turn.ask('two')).toMatchObject({ kind: 'repeated', text: 'By two.' });
    expect(turn.live.source).toEqual({ kind: 'llm', node: 'two' });
    expect(await turn.ask('one')).toMatchObject({ kind: 'repeated', text: 'By one.' });
    expect(await turn.ask('three')).toMatchObject({ kind: 'answered' });
  });

  it('takes back a reply that was stored before nodes were noted', async () => {
    const turn = secondAttempt([
      { text: 'One moment…', source: { kind: 'flow' } },
      { text: 'Shoes.', source: { kind: 'static' } },
    ]);
    expect(await turn.ask()).toMatchObject({ kind: 'repeated', text: 'Shoes.' });
  });
});

describe('a turn that waits for its answer', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  it('does not hold the history as it was read', async () => {
    const history = ['Hello', 'Are you there?'].map((text, index) => ({
      id: `m${index}`,
      direction: 'in',
      text,
      media: [],
    }));
    const held = history.map((message) => new WeakRef(message));
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const turn = secondAttempt([], 'You sell shoes.', { history, answered });
    const asking = turn.ask();
    while (turn.asked.length === 0) await round();
    expect(turn.asked[0]![1].history).toEqual([{ role: 'user', text: 'Hello\nAre you there?\nHi' }]);
    collectGarbage();
    expect(held.map((message) => message.deref())).toEqual([undefined, undefined]);
    answer();
    expect(await asking).toMatchObject({ kind: 'answered' });
  });
});

describe('a turn without words', () => {
  const photo = [{ id: 'm', text: '', at: 0, media: [{ kind: 'image' as const }] }];

  it('tells the model what came', async () => {
    const turn = secondAttempt([], 'You sell shoes.', { messages: photo, words: '' });
    await turn.ask();
    const [, question] = turn.asked[0]!;
    expect(question.history).toEqual([{ role: 'user', text: '[photo]' }]);
    expect(question.instructions).toContain('[photo]');
  });

  it('hears what can be read here where no model answers; with words, that there is no answer to them', async () => {
    const texts = async (words: string) => {
      const turn = secondAttempt([], 'You sell shoes.', { messages: photo, words });
      await turn.ask();
      return turn.asked[0]![2].text;
    };
    expect(await texts('')).toContain('written messages only');
    expect(await texts('Is it broken?')).toContain('no answer to that');
  });
});

describe('photos', () => {
  const messages = [{ id: 'm', text: '', at: 0, media: [{ kind: 'image' as const, ref: 'r' }] }];
  const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const seen = async (pictures: boolean, file = png) => {
    const fetched: unknown[] = [];
    const shown: unknown[] = [];
    const download = async (medium: unknown) => {
      fetched.push(medium);
      return file;
    };
    const provider = {
      async answer({ pictures }: AnswerRequest) {
        shown.push(pictures);
        return null;
      },
    };
    const endpoints = [{ name: 'one', key: 'one', provider, pictures }];
    const turn = secondAttempt([], 'You sell shoes.', { messages, words: '', endpoints, download });
    await turn.ask();
    const [chain, question] = turn.asked[0]! as unknown as [Endpoint[], AnswerRequest];
    await chain[0]!.provider.answer(question);
    return { fetched: fetched.length, shown: shown[0] };
  };

  it('are fetched and shown only where the endpoint may have them, and only pictures', async () => {
    expect(await seen(false)).toEqual({ fetched: 0, shown: undefined });
    expect(await seen(true)).toEqual({ fetched: 1, shown: [{ type: 'image/png', data: png.toString('base64') }] });
    expect(await seen(true, Buffer.from('<svg onload="x">'))).toEqual({ fetched: 1, shown: undefined });
  });
});

it.each([false, true])('an answer is shown while it is written, unless it is to be said: %s', async (voiceReplies) => {
  const turn = secondAttempt([], undefined, { messages: [{ media: [{ kind: 'voice', heard: true }] }] });
  Object.assign(turn.live.account, { autoReply: true, voiceReplies, channel: { draft() {}, sendVoice() {} } });
  await turn.ask('llm', { showsWords: true });
  expect(turn.asked[0]![1].onWords === undefined).toBe(voiceReplies);
});

it('a turn may take what its account gives it', async () => {
  const turn = secondAttempt([]);
  await turn.ask();
  expect(turn.asked[0]![1].timeoutMs).toBe(112_000);
});

describe('the history', () => {
  it('is read once a turn', async () => {
    const turn = secondAttempt([]);
    await turn.ask();
    expect(turn.read).toEqual({ messages: 1, conversation: 1 });
  });

  it('is not read for an account without a prompt', async () => {
    const turn = secondAttempt([], '');
    expect(await turn.ask()).toEqual({ kind: 'not-configured' });
    expect(turn.read).toEqual({ messages: 0, conversation: 0 });
    expect(turn.live.view.decisions).toMatchObject([{ rule: 'not-configured' }]);
  });
});
