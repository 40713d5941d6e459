import { describe, expect, it } from 'vitest';
import { contentWords, likeness, normalise, trigrams } from './words.ts';

describe('normalise', () => {
  it.each([
    ['¿Por qué está LENTO?', 'por que esta lento'],
    ["Perché l'internet è lènto", 'perche l internet e lento'],
    ['Ёлка, й', 'елка и'],
    ['مي‌شود', 'می شود'],
    ['كتاب كوچك', 'کتاب کوچک'],
    ['الإنترنتُ أحمد آب ٱلله', 'الانترنت احمد اب الله'],
    ['مدرسة خانهٔ خانۀ مسؤول مسئول', 'مدرسه خانه خانه مسوول مسیول'],
    ['العـــربية', 'العربیه'],
    ['۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩', '0123456789 0123456789'],
    ['Wi-Fi, e-mail; 24-48', 'wifi email 24 48'],
    ['ﬁbra ①', 'fibra 1'],
    ['"a" AND (b* OR c:d) NEAR/2 ^x', 'a and b or c d near 2 x'],
    ['👍🏽 \u0000\u200e', ''],
  ])('%s', (text, expected) => expect(normalise(text)).toBe(expected));

  it('changes nothing when done twice', () => {
    const once = normalise('¿Qué? الإنترنتُ Ёж خانهٔ ما ۱۲ Wi-Fi');
    expect(normalise(once)).toBe(once);
  });
});

describe('contentWords', () => {
  it.each([
    ['Hola, ¿por qué mi internet está lento?', ['internet', 'lento']],
    ['Hi! How can I track my parcel please', ['track', 'parcel']],
    ['Buongiorno, vorrei sapere quanto costa la visita', ['costa', 'visita']],
    ['Здравствуйте! Подскажите, пожалуйста, сколько стоит доставка', ['стоит', 'доставка']],
    ['السلام عليكم، كم سعر التوصيل من فضلك', ['سعر', 'التوصیل']],
    ['سلام، لطفاً بگید هزینهٔ ارسال چقدر است؟', ['هزینه', 'ارسال']],
    ['plan 3 3', ['plan', '3']],
    ['hola, ¿qué tal?', []],
    ['', []],
  ])('%s', (text, expected) => expect(contentWords(text)).toEqual(expected));
});

describe('likeness', () => {
  it.each([
    ['lento', 'lenta'],
    ['factura', 'facturas'],
    ['internt', 'internet'],
    ['delivery', 'delivered'],
    ['prenotare', 'prenotazione'],
    ['доставка', 'доставку'],
    ['оплата', 'оплатить'],
    ['بطاقه', 'بالبطاقه'],
    ['انترنت', 'الانترنت'],
    ['لباس', 'لباسو'],
    ['سفارش', 'سفارشم'],
    ['پول', 'پولم'],
    ['app', 'apps'],
  ])('takes %s and %s for one word', (a, b) => {
    expect(likeness(a, b)).toBeGreaterThanOrEqual(0.5);
    expect(likeness(a, b)).toBeLessThan(1);
    expect(likeness(b, a)).toBe(likeness(a, b));
  });

  it.each([
    ['coche', 'noche'],
    ['router', 'factura'],
    ['100', '1000'],
    ['wifi6', 'wifi'],
    ['el', 'elefante'],
    ['зуб', 'куб'],
    ['', 'a'],
    ['app', 'appuntamento'],
    ['باز', 'بازگشت'],
  ])('keeps %s and %s apart', (a, b) => expect(likeness(a, b)).toBe(0));
});

it('cuts a word with its borders into trigrams', () => {
  expect(trigrams('net')).toEqual([' ne', 'net', 'et ']);
  expect(trigrams('a')).toEqual([' a ']);
});
