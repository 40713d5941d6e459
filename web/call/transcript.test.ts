import { expect, test } from 'vitest';
import type { Author, ServerEvent } from './frames.ts';
import { merge, settle, type Transcript, typed } from './transcript.ts';

const guess = (item_id: string, delta: string): ServerEvent => ({
  type: 'conversation.item.input_audio_transcription.delta',
  item_id,
  delta,
});
const final = (item_id: string, transcript: string): ServerEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  item_id,
  transcript,
});
const done = (id: string, author: Author, text: string): ServerEvent => ({
  type: 'conversation.item.done',
  item: {
    id,
    role: author === 'customer' ? 'user' : 'assistant',
    content: [{ type: 'text', text }],
    dragoman: { author, cursor: 1 },
  },
});
const spoken = (item_id: string, delta: string): ServerEvent => ({
  type: 'response.output_audio_transcript.delta',
  item_id,
  delta,
});
const all = (events: ServerEvent[], from: Transcript = []) => events.reduce((items, one) => merge(items, one, 1), from);
const brief = (items: Transcript) => items.map(({ id, author, text, state }) => [id, author, text, state]);

test('a guess gives way to the next one and to the words, in one place', () => {
  const items = all([guess('a', 'I want'), spoken('b', 'Yes?'), guess('a', 'I want five')]);
  expect(brief(items)).toEqual([
    ['a', 'customer', 'I want five', 'guess'],
    ['b', 'bot', 'Yes?', 'spoken'],
  ]);
  const later = all(
    [final('a', 'I want five boxes.'), guess('a', 'late'), done('a', 'customer', 'I want five boxes.')],
    items,
  );
  expect(brief(later)[0]).toEqual(['a', 'customer', 'I want five boxes.', 'said']);
  expect(later.length).toBe(2);
});

test('noise that came to nothing leaves nothing', () => {
  expect(all([guess('a', 'hm'), final('a', ' ')])).toEqual([]);
  const failed = 'conversation.item.input_audio_transcription.failed';
  expect(all([guess('a', 'hm'), { type: failed, item_id: 'a', error: {} }])).toEqual([]);
});

test('an answer grows by its sentences, until all of it is stored', () => {
  const growing = all([spoken('b', 'One.'), spoken('b', 'Two.'), spoken('b', ' Three.')]);
  expect(brief(growing)).toEqual([['b', 'bot', 'One. Two. Three.', 'spoken']]);
  const whole = all([done('b', 'human', 'One. Two. Three. Four.'), spoken('b', 'Four.')], growing);
  expect(brief(whole)).toEqual([['b', 'human', 'One. Two. Three. Four.', 'said']]);
});

test('what was heard of an interrupted answer stays, also where the whole of it comes again', () => {
  const cut: ServerEvent = { type: 'conversation.item.truncated', item_id: 'b', audio_end_ms: 400, transcript: 'One.' };
  const items = all([done('b', 'bot', 'One. Two.'), cut, done('b', 'bot', 'One. Two.'), spoken('b', 'Two.')]);
  expect(brief(items)).toEqual([['b', 'bot', 'One.', 'cut']]);
});

test('typed words are there at once and once, and are lost only where nobody stored them', () => {
  const sending = typed(typed([], 't', 'five', 1), 'u', 'six', 1);
  const items = all([done('t', 'customer', 'five'), done('t', 'customer', 'five'), guess('v', 'and')], sending);
  expect(brief(items)).toEqual([
    ['t', 'customer', 'five', 'said'],
    ['u', 'customer', 'six', 'sending'],
    ['v', 'customer', 'and', 'guess'],
  ]);
  expect(brief(settle(items))).toEqual([
    ['t', 'customer', 'five', 'said'],
    ['u', 'customer', 'six', 'lost'],
  ]);
});
