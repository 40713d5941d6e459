import { describe, expect, it } from 'vitest';
import { consentWord } from './consent.ts';
import words from './consent-words.json' with { type: 'json' };

const OUT = Object.values(words.out).flat();
const IN = Object.values(words.in).flat();

describe('a consent word', () => {
  it.each([...OUT.map((word) => [word, 'out'] as const), ...IN.map((word) => [word, 'in'] as const)])(
    '%s counts in every spelling',
    (word, consent) => {
      const spellings = [
        word,
        word.toUpperCase(),
        `/${word}!`,
        ` «${word}» `,
        `\u200f${word}\u200e.`,
        word.normalize('NFD'),
        word.normalize('NFKD').replace(/\p{M}/gu, ''),
        word.replaceAll('ي', 'ی').replaceAll('ك', 'ک'),
        word.replaceAll('ی', 'ي').replaceAll('ک', 'ك'),
        word.replaceAll('ی', 'ى'),
        word.replaceAll("'", '’'),
        word.replaceAll(' ', ' \u00a0 '),
        word.replaceAll('ا', 'اـ'),
        word.replaceAll(' ', '\ufeff'),
        [...word].join('\u2060'),
        word.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
      ];
      for (const spelling of spellings) expect([spelling, consentWord(spelling)]).toEqual([spelling, consent]);
    },
  );

  it.each([
    'stop it',
    'the internet stops at night',
    'st op',
    's-t-o-p',
    'stopp',
    'stop 1',
    'bajar',
    'para',
    'начало',
    'توقف الإنترنت',
    'لغو سفارش',
    'startup',
    'dont',
    '',
    '👍',
    'stop '.repeat(20),
  ])('is not in "%s"', (text) => expect(consentWord(text)).toBeUndefined());
});
