import { describe, expect, it } from 'vitest';
import { createSentences, sentencesOf } from './sentences.ts';

const pushed = (parts: string[]): string[] => {
  const sentences = createSentences();
  return [...parts.flatMap((part) => sentences.push(part)), ...sentences.end()];
};
const bare = (text: string) => text.replace(/\s+/g, '');

describe('sentencesOf', () => {
  it.each<[string, string[]]>([
    ['Hello. How are you? Fine!', ['Hello.', 'How are you?', 'Fine!']],
    ['It costs 3.5 kg and €1.250,50. OK', ['It costs 3.5 kg and €1.250,50.', 'OK']],
    ['Dr. Smith is in. See e.g. this one.', ['Dr. Smith is in.', 'See e.g. this one.']],
    ['La Sra. Gil vive en Avda. Sol. Sí', ['La Sra. Gil vive en Avda. Sol.', 'Sí']],
    ['Il Sig. Rossi, dott.ssa Neri ecc. Poi basta.', ['Il Sig. Rossi, dott.ssa Neri ecc.', 'Poi basta.']],
    ['ул. Ленина, д. 5, т. е. рядом. Да', ['ул. Ленина, д. 5, т. е. рядом.', 'Да']],
    ['مرحبا د. أحمد؟ نعم. لا؛ شكرا', ['مرحبا د. أحمد؟', 'نعم.', 'لا؛', 'شكرا']],
    ['سلام. خوبی؟بله', ['سلام.', 'خوبی؟', 'بله']],
    ['J. R. Smith came at 5 p.m. Then he left.', ['J. R. Smith came at 5 p.m.', 'Then he left.']],
    ['It is 5 p.m. today.', ['It is 5 p.m. today.']],
    ['See https://a.b/c.d?e=1! Then go.', ['See https://a.b/c.d?e=1!', 'Then go.']],
    ['1. Open it.\n2. Close it.', ['1. Open it.', '2. Close it.']],
    ['We have 5. Then more.', ['We have 5.', 'Then more.']],
    ['Title\n\n- one\n- two', ['Title', '- one', '- two']],
    ['Wait... what?! "Yes." He did', ['Wait...', 'what?!', '"Yes."', 'He did']],
    ['| a | b |\n|---|---|\n| 1 | 2 |\nEnd', ['| a | b |\n|---|---|\n| 1 | 2 |', 'End']],
    ['最初。次！終', ['最初。', '次！', '終']],
    ['', []],
    [' \n ', []],
  ])('%j', (text, pieces) => expect(sentencesOf(text)).toEqual(pieces));

  it('cuts the first piece at a comma once it is long enough, and later ones not', () => {
    const long = 'Good evening and welcome to our pharmacy line, how can I help you';
    expect(sentencesOf(`${long}. ${long}.`)).toEqual([
      'Good evening and welcome to our pharmacy line,',
      'how can I help you.',
      `${long}.`,
    ]);
  });

  it('cuts what is long at a comma, else at a space, else anywhere but within a letter', () => {
    const words = 'word '.repeat(60);
    expect(sentencesOf(`Yes. ${'word '.repeat(30)}, ${words}`)[1]).toMatch(/,$/);
    for (const piece of sentencesOf(words)) expect(piece.length).toBeLessThanOrEqual(200);
    for (const piece of sentencesOf(words)) expect(piece).toMatch(/^word.*word$/s);
    for (const piece of sentencesOf('😀'.repeat(501))) expect(piece.isWellFormed()).toBe(true);
    expect(sentencesOf('a'.repeat(450)).map(({ length }) => length)).toEqual([200, 200, 50]);
  });

  it('parts no number from what it counts, no link and no token', () => {
    const filled = 'x'.repeat(190);
    expect(sentencesOf(`${filled} 250 000 € and more of it`)[0]).toBe(filled);
    const link = '[our big shop](https://a.b/c?d=1,2)';
    expect(sentencesOf(`${filled} ${link} is open`)).toEqual([filled, `${link} is open`]);
    expect(sentencesOf(`${filled}${link} is open`)[0]).toBe(filled + link);
    expect(sentencesOf(`${filled} [ADDRESS_12] it is`)[1]).toBe('[ADDRESS_12] it is');
  });
});

describe('createSentences', () => {
  it('gives a sentence as soon as it is sure', () => {
    const sentences = createSentences();
    expect(sentences.push('It costs 3')).toEqual([]);
    expect(sentences.push('.')).toEqual([]);
    expect(sentences.push('5. Yes')).toEqual(['It costs 3.5.']);
    expect(sentences.push('!')).toEqual([]);
    expect(sentences.push(' ')).toEqual(['Yes!']);
    expect(sentences.push('See [the sh')).toEqual([]);
    expect(sentences.push('op. Now](https://a.b)')).toEqual([]);
    expect(sentences.end()).toEqual(['See [the shop. Now](https://a.b)']);
    expect(sentences.end()).toEqual([]);
  });

  it('says the same however the text comes, and loses nothing', () => {
    const pieces = [
      'Hi. ',
      'Dr. X',
      ', and so on ',
      '3.5',
      '\n',
      '| a | b |\n',
      '[PHONE_1]',
      '[a b](https://x.y/z) ',
      '؟',
      '😀',
      '... ',
      'слово ',
      '1. ',
      '?!',
    ];
    let state = 7;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 40 }, () => pieces[next(pieces.length)]!).join('');
      const parts: string[] = [];
      for (let at = 0; at < text.length; ) {
        const end = at + 1 + next(9);
        parts.push(text.slice(at, end));
        at = end;
      }
      const said = pushed(parts);
      expect(said).toEqual(sentencesOf(text));
      expect(bare(said.join(''))).toBe(bare(text));
      expect(said.filter((piece) => /\[[^\]]*$|^[^[]*\]/.test(piece))).toEqual([]);
    }
  });
});
