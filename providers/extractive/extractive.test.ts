import { describe, expect, it } from 'vitest';
import type { Passage } from '../../core/model.ts';
import type { AnswerRequest } from '../../core/ports.ts';
import { createExtractive } from './extractive.ts';

const passage = (id: string, text: string, more: Partial<Passage> = {}): Passage => ({
  id,
  base: 'shop',
  source: 'shop.md',
  title: 'Delivery',
  text,
  score: 0.9,
  ...more,
});

const ask = (text: string, passages: Passage[], more: Partial<AnswerRequest> = {}) =>
  createExtractive().answer({
    instructions: 'Be brief.',
    history: [{ role: 'user', text }],
    passages,
    session: 's',
    timeoutMs: 1000,
    ...more,
  });

describe('extractive answers', () => {
  it('quotes a short passage whole and names it as the source', async () => {
    const text = 'Delivery takes 2 days.\n\n1. Order.\n2. Wait.';
    expect(await ask('how long does delivery take', [passage('a', text), passage('b', 'Delivery is free.')])).toEqual({
      text,
      source: { kind: 'extractive', passages: ['a'] },
    });
  });

  it('says nothing without passages, without a question, below the score and without a common word', async () => {
    const good = passage('a', 'Delivery takes 2 days.');
    expect(await ask('how long does delivery take', [])).toBeNull();
    expect(await ask('hello, good morning!', [good])).toBeNull();
    expect(await ask('', [good])).toBeNull();
    expect(await ask('🤷', [good])).toBeNull();
    expect(await ask('how long does delivery take', [{ ...good, score: 0.39 }])).toBeNull();
    expect(await ask('who won the world cup', [good])).toBeNull();
    expect(await ask('delivery', [good], { history: [] })).toBeNull();
  });

  it('answers the last user message, not an earlier one', async () => {
    const history = [
      { role: 'user', text: 'how long does delivery take' },
      { role: 'assistant', text: 'Two days: delivery is quick.' },
      { role: 'user', text: 'thanks' },
    ] as const;
    expect(await ask('', [passage('a', 'Delivery takes 2 days.')], { history: [...history] })).toBeNull();
  });

  it('skips a better ranked passage that does not cover the question', async () => {
    const near = passage('near', 'Parcels come with a courier.', { score: 0 });
    expect((await ask('delivery time', [near, passage('a', 'Delivery takes 2 days.')]))?.source.passages).toEqual([
      'a',
    ]);
  });

  it('prefers a passage in the language of the conversation', async () => {
    const passages = [
      passage('fa', 'سایز XS تا XXL', { language: 'fa' }),
      passage('en', 'Sizes XS to XXL', { language: 'en' }),
    ];
    expect((await ask('XS?', passages, { language: 'en' }))?.source.passages).toEqual(['en']);
    expect((await ask('XS?', passages, { language: 'it' }))?.source.passages).toEqual(['fa']);
    expect((await ask('XS?', passages))?.source.passages).toEqual(['fa']);
  });

  it('quotes whole sentences around the point of a long passage', async () => {
    const filler = Array.from({ length: 12 }, (_, n) => `Nothing of interest is told in this sentence, number ${n}.`);
    const text = [...filler, 'Parcels to islands need five days.', 'Bicycles travel by ship.', ...filler].join(' ');
    const answer = await ask('how long do bicycles to the islands need', [passage('a', text)]);
    expect(answer?.text).toContain('Parcels to islands need five days. Bicycles travel by ship.');
    expect(answer!.text.length).toBeLessThanOrEqual(600);
    expect(text).toContain(answer!.text);
    expect(answer!.text).toMatch(/^[A-Z].*\.$/s);
  });

  it('says nothing rather than half a sentence', async () => {
    expect(await ask('delivery', [passage('a', `delivery ${'word '.repeat(200)}`)])).toBeNull();
  });
});
