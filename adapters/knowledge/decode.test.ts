import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';

const TEXTS: Record<string, string> = {
  es: 'Atención: el jardín abre mañana a las nueve y está cerrado el miércoles. ¿Más? Llámenos — «sí».',
  it: 'La città è più bella di sera; perché no? Il caffè è già pronto, così può venire lunedì.',
  fr: 'Le musée est fermé à Noël ; l’été, il ouvre à dix heures. Ça coûte où ?',
  de: 'Die Öffnungszeiten gelten für alle Räume, außer für die große Halle im Süden.',
  ru: 'Музей открыт с девяти часов, вход бесплатный. Билеты для детей продают у входа, №5.',
  ar: 'المتحف مفتوح من الساعة التاسعة، والدخول مجاني للأطفال. هل توجد مواقف؟',
  pl: 'Muzeum jest zamknięte w święta, proszę dzwonić później. Wstęp wolny, żółty budynek.',
  tr: 'Müze pazartesi günü kapalı, giriş ücretsiz. Çocuklar için ayrı bir bölüm açıldı, İstanbul.',
  el: 'Το μουσείο είναι ανοιχτό από τις εννέα και η είσοδος είναι δωρεάν για παιδιά.',
};

/** The text in an encoding of one byte a letter, by trying all bytes. */
function bytesOf(text: string, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const letters = Array.from({ length: 256 }, (_, byte) => decoder.decode(Uint8Array.of(byte)));
  return Buffer.from(
    [...text].map((letter) => {
      const byte = letters.indexOf(letter);
      if (byte < 0) throw new Error(`${encoding} has no ${letter}`);
      return byte;
    }),
  );
}

const told: string[] = [];
const read = (bytes: Buffer, language?: string) => {
  told.length = 0;
  return decode(bytes, language, (what) => told.push(what));
};

describe('recognised', () => {
  it.each([
    ['es', 'windows-1252'],
    ['es', 'macintosh'],
    ['it', 'windows-1252'],
    ['fr', 'windows-1252'],
    ['de', 'windows-1252'],
    ['ru', 'windows-1251'],
    ['ru', 'koi8-r'],
    ['ru', 'ibm866'],
    ['ar', 'windows-1256'],
    ['pl', 'windows-1250'],
    ['tr', 'windows-1254'],
    ['el', 'windows-1253'],
  ])('%s in %s, with and without its language known', (language, encoding) => {
    const text = TEXTS[language]!.replaceAll(encoding === 'macintosh' || encoding === 'windows-1252' ? '' : '№', '');
    const bytes = bytesOf(encoding === 'koi8-r' ? text.replace('№', '') : text, encoding);
    expect(read(bytes, language)).toBe(text);
    expect(told).toEqual([expect.stringContaining(encoding)]);
    // Poles and Turks share most letters with the West.
    if (!['pl', 'tr'].includes(language)) expect(read(bytes)).toBe(text);
  });

  it.each([
    ['one letter', 'Conexión', 'es'],
    ['a price', 'Precio: 5 €', 'es'],
    ['capitals', 'ATENCIÓN: CERRADO POR VACACIONES DE VERANO EN ESPAÑA', 'es'],
    ['a table', 'Nombre;Año\nÁlvaro;2020\nÍñigo;2021\n', undefined],
  ])('in windows-1252: %s', (_, text, language) => {
    expect(read(bytesOf(text, 'windows-1252'), language)).toBe(text);
  });

  it.each([
    ['capitals', 'ВНИМАНИЕ: МУЗЕЙ ЗАКРЫТ', 'ru'],
    ['two languages', 'Тариф Turbo: скорость 300 Mbit, цена 20 EUR', 'ru'],
    ['one word', 'Привет', undefined],
    ['a question and an answer', 'Вопрос;Ответ\nКогда вы открыты?;С девяти до шести\n', undefined],
  ])('in windows-1251: %s', (_, text, language) => {
    expect(read(bytesOf(text, 'windows-1251'), language)).toBe(text);
  });
});

describe('UTF-16', () => {
  const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();
  it.each(Object.entries(TEXTS))('%s, little and big, with and without a mark', (_, text) => {
    for (const marked of ['', '\ufeff']) {
      expect(read(Buffer.from(marked + text, 'utf16le'))).toBe(text);
      expect(read(swapped(marked + text))).toBe(text);
    }
    expect(told).toEqual([]);
  });

  it.each(Object.entries(TEXTS))('%s, with half a letter at the end', (_, text) => {
    expect(read(Buffer.concat([Buffer.from(text, 'utf16le'), Buffer.from('\n')]))).toBe(text);
    expect(read(Buffer.concat([swapped(`\ufeff${text}`), Buffer.from([0])]))).toBe(text);
  });

  it.each([
    '营业时间：周一至周五。免费安装。',
    '路由器红灯亮怎么办？请重启路由器，等待三十秒。',
    '我们每天九点开门。\n付款方式：现金和银行卡。\n',
    '営業時間は午前九時から午後六時までです。',
    '영업시간은 오전 아홉시부터입니다.',
    '套餐 Turbo：300 Mb，每月 39 €。',
  ])('of East Asia, without a mark: %s', (text) => {
    expect(read(Buffer.from(text, 'utf16le'))).toBe(text);
    expect(read(swapped(text))).toBe(text);
  });
});

describe('declared', () => {
  it.each([
    ['windows-1251', `<meta charset=windows-1251><p>${TEXTS.ru}`],
    ['koi8-r', `<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'><p>Музей открыт</p>`],
    ['iso-8859-2', `<?xml version="1.0" encoding="ISO-8859-2"?><html><p>${TEXTS.pl}</p></html>`],
    ['iso-8859-15', `<META CHARSET="ISO-8859-15"><p>Año: 5 €</p>`],
    ['iso-8859-7', `<meta charset="iso-8859-7"><p>${TEXTS.el}</p>`],
  ])('%s is taken', (encoding, text) => {
    expect(read(bytesOf(text, encoding))).toBe(text);
    expect(told).toEqual([]);
  });

  it('takes encodings of several bytes', () => {
    const shiftJis = Buffer.concat([Buffer.from('<meta charset="Shift_JIS">'), Buffer.from('93fa967b', 'hex')]);
    expect(read(shiftJis)).toBe('<meta charset="Shift_JIS">日本');
  });

  it.each(['windows-1252', 'utf8', 'no-such-thing', 'us-ascii'])('wrongly as %s: it is UTF-8', (encoding) => {
    const text = `<meta charset="${encoding}"><p>${TEXTS.ru}</p>`;
    expect(read(Buffer.from(text))).toBe(text);
  });

  it('wrongly as UTF-8: it is windows-1252', () => {
    const text = `<meta charset="utf-8"><p>${TEXTS.es}</p>`;
    expect(read(bytesOf(text, 'windows-1252'))).toBe(text);
  });
});

it('recognises what DOS programs write', () => {
  expect(
    read(Buffer.from('Se\xa4al d\x82bil: llame ma\xa4ana. \xa8Cu\xa0ndo? El \xa3ltimo avi\xa2n', 'latin1'), 'es'),
  ).toBe('Señal débil: llame mañana. ¿Cuándo? El último avión');
  expect(read(Buffer.from('La citt\x85 \x8a pi\x97 bella, perch\x82 c\x8d pu\x95', 'latin1'), 'it')).toBe(
    'La città è più bella, perché cì può',
  );
});

it('reads UTF-8 with a mark, and with a letter cut in two', () => {
  expect(read(Buffer.from('\ufeffAño'))).toBe('Año');
  const bytes = Buffer.from(`${TEXTS.ru}я`);
  expect(read(bytes.subarray(0, -1))).toBe(`${TEXTS.ru}\ufffd`);
});

it.each([
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000001000000010008060000005c72a866', 'hex')],
  ['zeros', Buffer.alloc(500)],
  ['bytes', Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 97 + (at >> 3)) % 256))],
])('refuses %s', (_, bytes) => {
  expect(() => read(bytes)).toThrow();
});

it('reads an empty file', () => {
  expect(read(Buffer.alloc(0))).toBe('');
});
