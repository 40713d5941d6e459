import { describe, expect, it } from 'vitest';
import type { OpenQuestion } from '../model.ts';
import { type Asked, groupQuestions, lackOf, quoteId, quotesFrom } from './lacks.ts';

describe('a question that nobody could answer', () => {
  const asked = (more: Partial<Asked>): Asked => ({
    ...{ words: 'Do you ship to Norway?', passages: [], person: false, byMeaning: false },
    ...{ source: { kind: 'static' }, ...more },
  });
  it.each<[string, Partial<Asked>, ReturnType<typeof lackOf>]>([
    ['a fixed text was said', {}, 'text'],
    ['the model had no passage', { source: { kind: 'llm' } }, 'bare'],
    ['the model had one that hardly has a word of it', { source: { kind: 'llm' }, passages: [{ score: 0.2 }] }, 'bare'],
    ['a fitting one', { source: { kind: 'llm' }, passages: [{ score: 0.1 }, { score: 0.5 }] }, null],
    [
      'one found by meaning, whatever its words',
      { source: { kind: 'llm' }, passages: [{ score: 0 }], byMeaning: true },
      null,
    ],
    ['the model got a person', { source: { kind: 'llm' }, passages: [{ score: 0.9 }], person: true }, 'person'],
    ['quoted from the knowledge', { source: { kind: 'extractive' } }, null],
    ['the flow answered by itself', { source: null }, null],
    ['thanks', { words: 'Muchas gracias!' }, null],
    ['who asks for a person', { words: 'quiero hablar con un agente' }, null],
    ['nothing but a photo', { words: '' }, null],
    ['words that say nothing', { words: 'it works since yesterday' }, null],
  ])('%s', (_name, more, why) => expect(lackOf(asked(more))).toBe(why));
});

describe('groups', () => {
  const questions = (...texts: string[]): OpenQuestion[] =>
    texts.map((text, at) => ({
      ...{ id: `q${at}`, conversationId: 'c', accountId: 'a', base: 'shop', text, language: 'en' },
      ...{ why: 'text' as const, at: 1_000 - at },
    }));
  const grouped = (...texts: string[]) =>
    groupQuestions(questions(...texts)).map((group) => group.questions.map(({ text }) => text));

  it('are of questions with the same words in any order and inflection, the most asked first', () => {
    expect(
      grouped(
        'Do you have vegan shoes?',
        'do you ship to norway',
        'Vegan shoe?',
        'Shipping to Norway?',
        'Can you ship it to Norway please',
      ),
    ).toEqual([
      ['do you ship to norway', 'Shipping to Norway?', 'Can you ship it to Norway please'],
      ['Do you have vegan shoes?', 'Vegan shoe?'],
    ]);
  });

  it('are one in every script, and apart where they ask for other things', () => {
    expect(grouped('¿Hacéis envíos a Canarias?', 'envio a canarias')).toHaveLength(1);
    expect(grouped('آیا به شیراز ارسال دارید؟', 'ارسال به شیراز')).toHaveLength(1);
    expect(grouped('Есть доставка в Минск?', 'доставка в минске')).toHaveLength(1);
    expect(grouped('vegan shoes', 'vegan soap', 'opening hours in Oslo')).toHaveLength(3);
  });

  it('whose data stands in it makes no difference', () => {
    expect(grouped('Invoice for [NAME_1] by fax', 'fax the invoice of [NAME_7]')).toHaveLength(1);
  });

  it('of other bases are others', () => {
    const [one, other] = questions('vegan shoes', 'vegan shoes') as [OpenQuestion, OpenQuestion];
    expect(groupQuestions([one, { ...other, base: 'help' }])).toHaveLength(2);
  });

  it('of thousands lose none', () => {
    const words = Array.from({ length: 300 }, (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}x`);
    const many = Array.from(
      { length: 3_000 },
      (_, at) => `${words[at % 300]} ${words[(at * 7) % 300]} ${words[(at * 3) % 300]}`,
    );
    expect(grouped(...many).flat()).toHaveLength(3_000);
  });
});

it('counts of a heading are of one day of UTC, in the order of days', () => {
  const quoted = { base: 'b', source: 'f.md', title: 't', count: 1 };
  const [late, next] = [Date.UTC(2026, 0, 31, 23, 59), Date.UTC(2026, 1, 1)];
  expect(quoteId({ ...quoted, at: late })).toBe('2026-01-31\nb\nf.md\nt');
  expect(quoteId({ ...quoted, at: next }) > quotesFrom(next)).toBe(true);
  expect(quoteId({ ...quoted, at: late }) < quotesFrom(next)).toBe(true);
});
