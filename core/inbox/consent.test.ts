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
  'please please stop',
  'hello please stop',
  'STOP por favor gracias',
  'no me escribas más por favor gracias',
  'Please stop contacting me',
  'stop sending me these',
  'stop the messages',
  'stop all messages',
  'stop spamming me',
  "don't write to me anymore",
  'do not contact me again',
  'no me molesten más',
  'para de escribirme',
  'quiero la baja',
  'отпишитесь',
  'прекратите писать',
  'не беспокойте',
  'لا تراسلني مرة أخرى',
  'توقف عن مراسلتي',
  'non contattarmi',
  'non scrivetemi mai più',
  'unsuscribe',
  'Hi, please, never text me again. Thanks!',
  'hola por favor baja gracias ya',
  'No me manden publicidad, por favor',
  'Dejen de molestarme ya',
  'no me escriban nunca más',
  'Ciao, smettetela di mandarmi messaggi, grazie',
  'non disturbatemi più per favore',
  'перестаньте мне писать, пожалуйста',
  'больше никогда не пишите мне',
  'توقفوا عن إرسال الرسائل من فضلك',
  'سلام لطفا مزاحم نشوید',
  'لطفاً دیگه پیام نفرست',
  'no quiero que me escriban más',
  'necesito que dejen de molestarme',
  'por favor dejen de escribirme a este número',
  'stop sending messages to my phone',
])('"%s" is an opt-out', (text) => expect(consentWord(text)).toBe('out'));

it.each([
  'please',
  'gracias',
  'please help',
  'stop please the music',
  'no me escribas código',
  'no no',
  'ya',
  'please please thanks',
  'توقف مرة أخرى',
  'baja nunca',
  'no me contactan',
  'no me molesta',
  'no messages',
  "don't send these",
  'stop the order',
  "don't contact my wife, contact me",
  'не беспокойтесь',
  'توقف عن الإرسال',
  'stop sending',
  "don't bother",
  'no me mandes la oferta',
  "don't text while driving",
  'no mensajes',
  'para de llover',
])('"%s" is none', (text) => expect(consentWord(text)).toBeUndefined());

describe('a tapped button', () => {
  const tapped = (id: string, title: string, template?: boolean) =>
    consentOf({ text: title, choice: { id, title }, template } as ParsedMessage);

  it.each([
    ['prioridad-baja', 'Baja'],
    ['stop', 'Parar el router'],
    ['end', 'End'],
    ['alta', 'Alta'],
    ['linea', 'Dar de baja'],
    ['dar_de_baja', 'Cancelar servicio'],
    ['remove_me', 'Quitar'],
    ['all', 'Stop all'],
    ['x', 'No quiero mensajes'],
    ['STOP_PROMOTIONS', 'Basta'],
    ['darme_de_alta', 'Darme de alta'],
    ['stop_messages', 'Turn the alarm off'],
    ['x', 'Cancelar suscripción'],
    ['x', 'Remove me'],
    ['x', 'لغو اشتراک'],
  ])('of ours (%s, %s) is an answer', (id, title) => expect(tapped(id, title)).toBeUndefined());

  it.each([
    ['x', 'Stop promotions', undefined],
    ['x', 'No más mensajes', undefined],
    ['x', 'Остановить рекламу', undefined],
    ['x', 'Basta promozioni', undefined],
    ['x', 'إيقاف العروض', undefined],
    ['x', 'توقف تبلیغات', undefined],
    ['STOP_PROMOTIONS', 'Basta', true],
    ['x', 'Detener promociones', true],
    ['x', 'Baja', true],
    ['x', 'STOP', true],
  ])('(%s, %s, on a template: %s) is an opt-out', (id, title, template) => {
    expect(tapped(id, title, template)).toBe('out');
  });
});
