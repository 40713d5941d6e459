import { describe, expect, it } from 'vitest';
import type { Exchange } from '../model.ts';
import { heard, loopReason } from './loop.ts';

/** Plays an exchange in which every message is answered until the rule ends it. @returns how many answers there were */
function answers(
  count: number,
  text: (index: number) => string,
  { automated = false, everyMs = 5_000, thinksMs = 4_000 } = {},
): number {
  let exchange: Exchange | null = null;
  let answered = 0;
  for (let index = 0; index < count; index++) {
    const at = 1_000_000 + index * everyMs;
    exchange = heard(exchange, index === 0 ? null : `turn ${index}`, at - thinksMs, {
      text: text(index),
      automated,
      at,
    });
    if (!loopReason(exchange)) answered++;
  }
  return answered;
}

describe('an exchange of two programs ends', () => {
  it.each<[string, (index: number) => string, object, number]>([
    ['a bot, whatever it says', (index) => `Something else ${index} ${'x'.repeat(index)}`, { automated: true }, 3],
    ['an absence notice', () => 'Gracias por tu mensaje. Te atenderemos en horario de oficina.', {}, 3],
    [
      'with a number that changes',
      (index) => `Ticket ${index}: hemos recibido tu mensaje, gracias por escribir.`,
      {},
      5,
    ],
    [
      'two phrases in turns',
      (index) => ['No te he entendido, repite por favor', '¿Puedes decirlo de otra forma?'][index % 2]!,
      {},
      4,
    ],
    ['Persian', () => 'پیام شما دریافت شد، به زودی پاسخ می‌دهیم', {}, 3],
    ['a short one', () => 'OK', {}, 7],
    ['long texts at once', (index) => `${index} `.repeat(60), { thinksMs: 300 }, 6],
  ])('%s', (_name, text, how, expected) => {
    expect(answers(30, text, how)).toBe(expected);
  });
});

describe('a person goes on being answered', () => {
  it.each<[string, (index: number) => string, object]>([
    [
      'other questions',
      (index) => ['¿Cuánto cuesta?', '¿Y con móvil?', '¿Hay permanencia?', 'Vale', 'Gracias'][index % 5]! + index,
      {},
    ],
    [
      'hello, six times',
      (index) =>
        index < 6 ? 'hola?' : `${['¿Cuánto cuesta?', '¿Y con móvil?', '¿Hay permanencia?'][index % 3]} ${index}`,
      {},
    ],
    [
      'long texts, typed',
      (index) => `${String.fromCharCode(97 + index)}`.repeat(100),
      { thinksMs: 20_000, everyMs: 21_000 },
    ],
    [
      'nearly the same question, about one thing after the other',
      (index) =>
        `Pregunta ${['uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'][index % 9]} sobre mi contrato.`,
      {},
    ],
    ['a menu of numbers', (index) => ['1', '2', '1', '0'][index % 4]!, {}],
    ['photos without words', () => '', {}],
    ['the same text once an hour', () => 'Mi internet no funciona desde ayer', { everyMs: 3_600_000 }],
  ])('%s', (_name, text, how) => {
    expect(answers(12, text, how)).toBe(12);
  });

  it('who says something else after repeating himself', () => {
    let exchange: Exchange | null = null;
    for (const [index, text] of [
      'Mi fibra no va hoy',
      'Mi fibra no va hoy',
      'Mi fibra no va hoy',
      'Mi fibra no va hoy',
    ].entries())
      exchange = heard(exchange, `${index}`, 0, { text, automated: false, at: 1_000 + index });
    expect(loopReason(exchange)).toMatch(/4 times in a row/);
    exchange = heard(exchange, 'next', 0, { text: 'La luz del router está roja', automated: false, at: 2_000 });
    expect(loopReason(exchange)).toBeNull();
  });

  it('who sends several messages before he is answered', () => {
    let exchange: Exchange | null = null;
    for (let index = 0; index < 20; index++)
      exchange = heard(exchange, 'turn', 0, { text: 'Mi fibra no va hoy', automated: true, at: 1_000 + index });
    expect(loopReason(exchange)).toBeNull();
  });
});
