/** Bytes of a knowledge file → text, whatever the program that saved it calls plain text. */

/** What a page or an XML file says of itself stands at its beginning; bytes. */
const HEAD = 4096;
const DECLARED = /<meta[^>]+charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w:.-]+)/i;
/** Bytes by which an encoding is recognised. */
const SAMPLE = 200_000;
/** Of the letters beyond ASCII, those that have to fit an encoding to be taken for it. */
const FITS = 0.4;

const LATIN = 'áéíóúñüàèìòùâêîôûëïçãõäöåæøßœýÿ';
const CYRILLIC = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў';
const ARABIC = 'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگ،؛؟ًٌٍَُِّْ';
const GREEK = 'αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ';
const HEBREW = 'אבגדהוזחטיךכלםמןנסעףפץצקרשת';
/** Most of a text in these scripts is made of these; an encoding with its letters in another place shows others. */
const OFTEN = 'оеаинтсрвл الينمورتبدهس αοιετσνυρά יוהלאתשמר';
const MARKS = '¿¡«»“”„‘’–—…€£°·ªº©®™№§×½¼²³•\u00a0\u200c\u200d';

/**
 * One encoding a script and the languages that are written in it; of two that fit as well, the first. `alone`: its letters stand in words
 * of their own; those of Latin script stand between ASCII letters.
 */
const ENCODINGS: { name: string; letters: string; alone: boolean; languages: string }[] = [
  { name: 'windows-1252', letters: LATIN, alone: false, languages: 'es it en pt fr de nl sv da no fi ca gl eu' },
  { name: 'windows-1251', letters: CYRILLIC, alone: true, languages: 'ru uk be bg sr mk kk' },
  { name: 'windows-1256', letters: ARABIC, alone: true, languages: 'ar fa ur' },
  {
    name: 'windows-1250',
    letters: 'ąćęłńóśźżáčďéěíňřšťúůýžőűäöüđßăâîşţ',
    alone: false,
    languages: 'pl cs sk hu sl hr ro',
  },
  { name: 'windows-1254', letters: `${LATIN}ğışİ`, alone: false, languages: 'tr az' },
  { name: 'macintosh', letters: LATIN, alone: false, languages: '' },
  { name: 'ibm850', letters: LATIN, alone: false, languages: '' },
  { name: 'koi8-r', letters: CYRILLIC, alone: true, languages: '' },
  { name: 'ibm866', letters: CYRILLIC, alone: true, languages: '' },
  { name: 'iso-8859-5', letters: CYRILLIC, alone: true, languages: '' },
  { name: 'iso-8859-6', letters: ARABIC, alone: true, languages: '' },
  { name: 'windows-1253', letters: GREEK, alone: true, languages: 'el' },
  { name: 'windows-1255', letters: HEBREW, alone: true, languages: 'he' },
];

/** What DOS programs write in the West of Europe, and Excel as "CSV (MS-DOS)"; `TextDecoder` does not know it. From byte 128 on. */
const IBM850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´≡±‗¾¶§÷¸°¨·¹³²■\u00a0';

const isAscii = (letter: string | undefined) => letter !== undefined && /[a-z]/i.test(letter);
const isRare = (letter: string) =>
  (CYRILLIC + ARABIC + GREEK + HEBREW).includes(letter.toLowerCase()) && !OFTEN.includes(letter.toLowerCase());
const isLetter = (letter: string | undefined) => letter !== undefined && /\p{L}/u.test(letter);
const isUpper = (letter: string) => letter !== letter.toLowerCase();

/** How well a text reads: 1, all beyond ASCII is letters where they belong; below 0, hardly any. */
function sense(text: string, letters: Set<string>, alone: boolean): number {
  let points = 0;
  let count = 0;
  let run = 0;
  const all = text.slice(0, SAMPLE);
  for (let at = 0; at < all.length; at++) {
    const letter = all[at]!;
    if (letter <= '\u007f') {
      run = 0;
      continue;
    }
    count++;
    const [before, after] = [all[at - 1], all[at + 1]];
    if (MARKS.includes(letter)) {
      // A dash or a quotation mark inside a word is a letter of another encoding.
      points += isLetter(before) && isLetter(after) && letter !== '’' ? -1 : 1;
      run = 0;
    } else if (letters.has(letter.toLowerCase())) {
      run++;
      const touches = isAscii(before) || isAscii(after);
      const falls =
        isUpper(letter) && before !== undefined && before > '\u007f' && !isUpper(before) && letters.has(before);
      const shouts = isUpper(letter) && (alone ? run > 1 : isAscii(before) && !isUpper(before!));
      points +=
        (alone ? touches : run > 2) || falls ? -1 : (shouts ? (alone ? 0.8 : 0.4) : 1) * (isRare(letter) ? 0.4 : 1);
    } else {
      points--;
      run = 0;
    }
  }
  return count === 0 ? 0 : points / count;
}

/** UTF-16 without a mark: every second byte of spaces, line ends and ASCII letters is zero; no other text has such bytes. */
function wide(bytes: Buffer): string | undefined {
  const zeros = [0, 0];
  for (let at = 0; at < Math.min(bytes.length, SAMPLE); at++) if (bytes[at] === 0) zeros[at % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (Math.max(even, odd) * 50 < Math.min(bytes.length, SAMPLE) || Math.min(even, odd) * 10 > Math.max(even, odd))
    return undefined;
  // A letter such as "一" has its zero in the other place.
  const far = Math.max(even, odd) * 10 < bytes.length ? eastern(bytes) : undefined;
  if (far) return far.encoding;
  const known = (encoding: string) => decoded(bytes.subarray(0, SAMPLE), encoding)?.match(/[\t\n\r -~]/g)?.length ?? 0;
  const [little, big] = [known('utf-16le'), known('utf-16be')];
  if (little === big) return little === 0 ? undefined : odd > even ? 'utf-16le' : 'utf-16be';
  return little > big ? 'utf-16le' : 'utf-16be';
}

/** Both bytes of most letters in East Asia are other than zero; the greater one is of few kinds, in every second place. */
const WIDE_LETTERS =
  /^[\t\n\r\u0020-\u007e\u00a0-\u00ff\u2010-\u203b\u20a9\u20ac\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]*$/;
/** What such a text has, and other bytes hardly by chance: its full stops and commas, its most frequent letters. */
const WIDE_MARKS = /[\u3001\u3002\uff0c\uff01\uff1a\uff1f\u3041-\u30fe\uac00-\ud7a3的一是不在有我您你请時时分和了\n]/g;

/** UTF-16 without a mark and without zeros: Chinese, Japanese, Korean. */
function eastern(bytes: Buffer): { text: string; encoding: string } | undefined {
  return ['utf-16le', 'utf-16be']
    .map((encoding) => ({ encoding, text: decoded(bytes, encoding) ?? '' }))
    .map((tried) => ({ ...tried, marks: tried.text.match(WIDE_MARKS)?.length ?? 0 }))
    .filter(({ text, marks }) => WIDE_LETTERS.test(text) && marks > 0 && marks * 20 >= text.length)
    .toSorted((one, other) => other.marks - one.marks)[0];
}

function decoded(bytes: Buffer, encoding: string): string | undefined {
  if (encoding === 'ibm850')
    return bytes.toString('latin1').replace(/[\u0080-\u00ff]/g, (byte) => IBM850[byte.charCodeAt(0) - 128]!);
  try {
    // A program that cut the file, or wrote a line's end of one byte behind it, left half a letter.
    const whole = encoding.startsWith('utf-16') ? bytes.subarray(0, bytes.length & ~1) : bytes;
    return new TextDecoder(encoding, { fatal: true }).decode(whole);
  } catch {
    return undefined;
  }
}

/** All of it UTF-8 but a few bytes: cut off in the middle, or pasted together. */
function nearlyUtf8(bytes: Buffer): string | undefined {
  const text = new TextDecoder().decode(bytes);
  const broken = text.split('\ufffd').length - 1;
  const beyond = text.replace(/[\0-\u007f\ufffd]+/g, '').length;
  return beyond > 10 * broken ? text : undefined;
}

function recognised(bytes: Buffer, language: string | undefined): { text: string; encoding: string } | undefined {
  const tried = ENCODINGS.map(({ name, letters, alone, languages }) => {
    const text = decoded(bytes, name) ?? '';
    const hint = language !== undefined && languages.split(' ').includes(language) ? 0.15 : 0;
    return { text, encoding: name, points: sense(text, new Set(letters), alone) + hint };
  });
  const best = tried.reduce((one, other) => (other.points > one.points + 0.001 ? other : one));
  return best.points >= FITS ? best : undefined;
}

/** Letters that no text has. */
function controls(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 9 || (code > 13 && code < 32 && code !== 27)) count++;
  }
  return count;
}

/**
 * By its mark, as UTF-8, as the file declares it, or as it reads best.
 * @param language what the file's name says, which decides between encodings that fit as well.
 * @param tell gets a sentence where the encoding is a guess.
 * @throws where the bytes are no text.
 */
export function decode(bytes: Buffer, language: string | undefined, tell: (what: string) => void): string {
  const mark = bytes.subarray(0, 2).toString('latin1');
  const encoding = mark === '\xff\xfe' ? 'utf-16le' : mark === '\xfe\xff' ? 'utf-16be' : wide(bytes);
  const declared = DECLARED.exec(bytes.subarray(0, HEAD).toString('latin1'));
  let text = encoding ? decoded(bytes, encoding) : decoded(bytes, 'utf-8');
  const isShifted = /^iso-2022-/i.test(declared?.[1] ?? '');
  if (!encoding && declared && (text === undefined || isShifted))
    text = decoded(bytes, (declared[1] ?? declared[2])!) ?? text;
  text ??= nearlyUtf8(bytes);
  if (text === undefined) {
    const guess = eastern(bytes) ?? recognised(bytes, language);
    if (!guess) throw new Error('It is not UTF-8, and no other encoding fits. Save it as UTF-8.');
    tell(`it is not UTF-8 and was read as ${guess.encoding}. If letters are wrong in answers, save it as UTF-8.`);
    text = guess.text;
  }
  if (controls(text) * 100 > text.length) throw new Error('It is no text.');
  return text;
}
