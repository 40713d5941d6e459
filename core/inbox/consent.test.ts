import { describe, expect, it } from 'vitest';
import type { ParsedMessage } from '../ports.ts';
import { consentOf, consentWord } from './consent.ts';
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

it.each([
  'please stop',
  'Stop, please!',
  'STOP STOP',
  'stop. stop. STOP!',
  'Hola, no me escribas más',
  'no me escriban más, por favor',
  'Baja, gracias',
  'لغو‌عضویت',
  'لطفاً لغو عضویت',
  'пожалуйста, не пишите',
  'Non scrivermi più, grazie',
  'stop texting me please',
  'No quiero recibir más mensajes.',
])('"%s" is an opt-out', (text) => expect(consentWord(text)).toBe('out'));

it.each(['please', 'gracias', 'please help', 'stop please the music', 'no me escribas código', 'no no', 'ya'])(
  '"%s" is none',
  (text) => expect(consentWord(text)).toBeUndefined(),
);

describe('a tapped button', () => {
  const tapped = (id: string, title: string, template?: boolean) =>
    consentOf({ text: title, choice: { id, title }, template } as ParsedMessage);

  it.each([
    ['prioridad-baja', 'Baja'],
    ['stop', 'Parar el router'],
    ['end', 'End'],
    ['alta', 'Alta'],
  ])('of ours (%s, %s) is an answer', (id, title) => expect(tapped(id, title)).toBeUndefined());

  it.each([
    ['x', 'Stop promotions', undefined],
    ['STOP_PROMOTIONS', 'Basta', undefined],
    ['x', 'Detener promociones', true],
    ['x', 'Baja', true],
    ['x', 'STOP', true],
  ])('(%s, %s, on a template: %s) is an opt-out', (id, title, template) => {
    expect(tapped(id, title, template)).toBe('out');
  });
});
