/**
 * Names under which a model or a customer might slip in a phone number or another address, in the languages of our pipelines. A tool
 * learns who asks from its context only.
 */

import { fold, oneForm } from '../text/fold.ts';
import { LONGEST_KEY } from '../text/lengths.ts';

/** A whole word of a key that means a phone by itself. */
const WORDS = `
  tel tels telf telfno tlf tlfn tlfno tfn tfno fono cel cels cell gsm mob mobil mobile mobiles movil moviles mobiele msisdn sms fax handy
  phone phones whatsapp wapp wa waid jid e164 celu telemovel telemoveis recapito telefonnummer handynummer mobilnummer rufnummer
  тел моб мобильник сотка вацап ватсап вотсап whatsap
  هاتف جوال موبایل موبيل تلفن همراه محمول خلوي نقال واتساب واتساپ تلفون
`;

/** Long enough to mean a phone wherever in a key they stand; as they are folded. */
const STEMS =
  /phone|telefon|telefo|teleph|cellul|celular|whatsapp|watsapp|msisdn|телефон|мобил|сотов|هاتف|جوال|موبایل|تلفن|تلیفون|واتس/;
/** Words that hold such a stem, or a word above, and mean something else. */
const OTHERS = /(?:micro|head|ear|gramo|xylo|sax[eo]?)phones?/g;

/** "Number", which means a phone only where nothing says of what. */
const NUMBERS = 'number numbers num numero numeros numerus nummer nr номер номера رقم أرقام ارقام شماره';
const OF_WHOM = 'user my your contact caller calling call sender from to no контакт контакта تماس اتصال';

const folded = (text: string) => fold(text, 'drop');
const wordsOf = (text: string) => new Set(text.split(/\s+/).filter(Boolean).map(folded));
const PHONES = wordsOf(WORDS);
const NUMBER = wordsOf(NUMBERS);
const FILLERS = wordsOf(OF_WHOM);

/**
 * Whether an argument of this name would say a phone: in any case, script, spelling with look-alikes, digits for letters, hidden characters.
 * A name too long to be looked at may.
 */
export function isPhoneKey(key: string): boolean {
  if (key.length > LONGEST_KEY) return true;
  const latin = [...oneForm(key)].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
  const spelled = (one: string) =>
    [...latin].map((letter) => (letter === '1' ? one : (AS_LETTERS.get(letter) ?? letter))).join('');
  return [key, latin, spelled('i'), spelled('l')].some(means);
}

function means(key: string): boolean {
  const words = oneForm(key)
    // Between the parts of a Persian name stands a hidden joiner.
    .replace(/\u200c/g, ' ')
    .replace(/\p{Cf}/gu, '')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean)
    .map(folded);
  const bare = words.map((word) => word.replace(/\p{N}+/gu, ''));
  if ([...words, ...bare].some((word) => PHONES.has(word)) || PHONES.has(bare.join(''))) return true;
  if (STEMS.test(bare.join('').replace(OTHERS, ''))) return true;
  const said = bare.filter(Boolean);
  return said.some((word) => NUMBER.has(word) || (word === 'no' && said.length > 1)) && said.every(isNumberWord);
}

const isNumberWord = (word: string) => NUMBER.has(word) || FILLERS.has(word);

/** Digits and signs written for letters. */
const AS_LETTERS = new Map(Object.entries({ 0: 'o', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' }));

/** Cyrillic, Greek and other letters that look like Latin ones. */
const LOOK_ALIKES = new Map(
  Object.entries({
    a: 'аαɑ⍺',
    b: 'ƅ',
    c: 'сϲⅽᴄ',
    d: 'ԁⅾ',
    e: 'еєεҽ℮',
    h: 'һհℎ',
    i: 'іιıɩӏ',
    l: 'ⅼӀ|',
    m: 'мⅿ',
    n: 'ոη',
    o: 'оοօ',
    p: 'рρⲣ',
    s: 'ѕꜱ',
    t: 'тτ',
    u: 'υս',
    v: 'νѵⅴ',
    w: 'ԝѡ',
    x: 'хχ',
    y: 'уγ',
    A: 'АΑ',
    B: 'ВΒ',
    C: 'СϹ',
    E: 'ЕΕ',
    H: 'НΗ',
    I: 'ІΙ',
    M: 'МΜ',
    N: 'Ν',
    O: 'ОΟՕ',
    P: 'РΡ',
    S: 'Ѕ',
    T: 'ТΤ',
    X: 'ХΧ',
  }).flatMap(([latin, others]) => [...others].map((other): [string, string] => [other, latin])),
);
