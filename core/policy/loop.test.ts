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

/** Another word of letters for each number. */
const word = (index: number) =>
  ['q', 'w', 'r', 't'][index % 4]! + String.fromCharCode(97 + (index % 26), 97 + (index % 7));
const PHRASES = [
  'No entendí tu mensaje, intenta otra vez',
  'Escribe MENU para ver las opciones',
  'Elige una opción válida del menú por favor',
  'Para hablar con alguien escribe AGENTE',
  'Nuestro horario es de lunes a viernes',
  'Gracias por comunicarte con nosotros hoy',
];

/** A sentence that never came before. */
const sentence = (index: number) =>
  `Con gusto le explico ${word(index)} ${word(index * 7 + 3)}: ${'el plan que usted menciona incluye todo '.repeat(1 + (index % 3))}`;

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
    ['long texts at once', (index) => `${index} `.repeat(60), { thinksMs: 300 }, 8],
    [
      'a model that answers ours, three seconds a sentence of 90 letters',
      (index) =>
        `${'Con mucho gusto le doy los detalles del plan que mencionó, quedo atento a su consulta, '} ${word(index)}.`,
      { everyMs: 7_000, thinksMs: 3_000 },
      8,
    ],
    ['four phrases in turns', (index) => PHRASES[index % 4]!, {}, 9],
    ['six phrases in turns', (index) => PHRASES[index % 6]!, {}, 11],
    [
      'a ticket of capitals that changes',
      (index) => `Hemos recibido su mensaje, ticket AB${'CDEFGHIJKL'[index % 10]}X. Le responderemos.`,
      {},
      5,
    ],
    ['a reference of letters', (index) => `Su mensaje fue recibido. Ref: ${word(index)}. Un saludo.`, {}, 5],
    ['a code of letters and digits', (index) => `Your request ${index}f${index}q is in the queue now`, {}, 5],
    ['"ok" and "gracias" in turns', (index) => ['ok', 'gracias'][index % 2]!, {}, 13],
    ['two pictures in turns', (index) => ['👍', '🙏'][index % 2]!, {}, 13],
    ['always one picture', () => '👍', {}, 7],
    ['our own words in other ones', (index) => `Dijiste: ${word(index)} ${word(index + 1)}`, {}, 40],
  ])('%s', (_name, text, how, expected) => {
    expect(answers(60, text, how)).toBe(expected);
  });

  it.each<[string, (index: number) => string, object]>([
    ['twenty seconds for each answer', sentence, { everyMs: 25_000, thinksMs: 20_000 }],
    ['a minute', sentence, { everyMs: 80_000, thinksMs: 60_000 }],
    ['four minutes', sentence, { everyMs: 300_000, thinksMs: 240_000 }],
    ['short sentences', (index) => `Sobre ${word(index)} y ${word(index + 1)}.`, { everyMs: 40_000, thinksMs: 30_000 }],
    [
      'a courtesy now and then',
      (index) => (index % 50 === 49 ? '¡De nada!' : sentence(index)),
      { everyMs: 40_000, thinksMs: 30_000 },
    ],
    ['Arabic', (index) => `بكل سرور أشرح لكم ${index} ${word(index)}`, { everyMs: 40_000, thinksMs: 30_000 }],
  ])('of two models that take their time, in some hours: %s', (_name, text, how) => {
    expect(answers(200, text, how)).toBeGreaterThan(100);
    expect(answers(200, text, how)).toBeLessThan(170);
  });

  it('and begins anew after a pause', () => {
    const before = { ...heard(null, null, 0, { text: 'a', automated: false, at: 0 }), sentences: 120 };
    expect(loopReason(before)).toMatch(/^120 turns with a sentence/);
    const said = { text: 'Buenos días a todos', automated: false, at: 600_000 };
    expect(loopReason(heard(before, 'b', 0, said))).toBeNull();
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
    [
      'three questions tried out, and again',
      (index) => PHRASES[index % 6 < 3 ? index % 3 : index % 5]! + (index > 5 ? word(index) : ''),
      {},
    ],
    ['ALL IN CAPITALS', (index) => `MI FIBRA NO VA ${word(index).toUpperCase()}`, {}],
    ['the state of one order after the other', (index) => `¿Cómo va mi pedido AB${index}?`, {}],
  ])('%s', (_name, text, how) => {
    expect(answers(12, text, how)).toBe(12);
  });

  it.each<[string, (index: number) => string, object]>([
    ['a quiz of words', (index) => word(index), { thinksMs: 1_000 }],
    ['yes and no to many questions', (index) => ['sí', 'no', 'sí', 'sí', 'no'][index % 5]!, { thinksMs: 1_000 }],
    ['taps on buttons', () => '', { thinksMs: 500 }],
    ['a menu of words', (index) => ['menu', 'planes', 'menu', 'precios', 'atrás'][index % 5]!, { thinksMs: 1_000 }],
    [
      'dictated, 280 letters in sixteen seconds',
      (index) => (index % 2 ? `${word(index)} `.repeat(70) : 'a ver'),
      { everyMs: 30_000, thinksMs: 16_000 },
    ],
    [
      'who looks at an answer for 20 seconds once in a while',
      (index) => `dime algo más de ${word(index)} por favor`,
      { thinksMs: 16_000 },
    ],
  ])('for a hundred turns: %s', (_name, text, how) => {
    expect(answers(100, text, how)).toBe(100);
  });

  it.each<[string, (index: number) => string, object]>([
    [
      'who says a word or two between his sentences',
      (index) => (index % 8 === 7 ? ['vale', 'sí', 'ok', 'gracias'][(index >> 3) % 4]! : sentence(index)),
      { everyMs: 40_000, thinksMs: 30_000 },
    ],
    ['who writes little', (index) => `y ${word(index)}`, { everyMs: 40_000, thinksMs: 30_000 }],
    ['who sends photos too', (index) => (index % 5 ? sentence(index) : ''), { everyMs: 40_000, thinksMs: 30_000 }],
    ['who comes back every quarter of an hour', sentence, { everyMs: 900_000, thinksMs: 890_000 }],
  ])('for six hundred turns in a day: %s', (_name, text, how) => {
    expect(answers(600, text, how)).toBe(600);
  });

  it('whose record is older than what is counted now', () => {
    const old = { turn: 'a', at: 1_000, texts: ['mi fibra no va hoy', 'hola'], bot: 0, same: 2, fast: 1 };
    const said = { text: 'Mi fibra no va hoy', automated: false, at: 9_000 };
    expect(heard(old, 'b', 5_000, said)).toMatchObject({ same: 3, quick: 1, sentences: 1 });
    expect(loopReason(old)).toBeNull();
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
