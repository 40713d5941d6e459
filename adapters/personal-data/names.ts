/** The contact's own names in a text: whole words, whatever their case, accents and Arabic or Persian letters. */
import type { Finding, Topics } from '../../core/privacy/masking.ts';
import { createRecent } from '../../core/recent.ts';
import { normalise } from '../../core/text/words.ts';

const SHORTEST = 3;
const WORD = /[\p{L}\p{M}\u200c\u200d]+/gu;

/** Parts of names that say nothing of a person, and words that people and shops call themselves. */
const NOT_NAMES = words(
  'del las los les von van der den dos das san bin bint ibn abu abd umm the and for you are not with mrs miss bot shop user info admin test ' +
    'home team love life real official store girl boy man mama papa baba mom dad hola hello что это как для или بن ابن ابو ام عبد من از این ' +
    'است برای الى في خانم اقا السيد',
);
/** Names that are everyday words as well: only with a capital letter, where the script has them. */
const EVERYDAY = words(
  'will mark may june april art bill chase drew earl faith grace grant hope joy max miles penny ray rich rob rose ruby sky sue summer ' +
    'victoria ward wood young king long price best luz mar sol rosa paz pilar cruz flor alba perla reyes franco bella serena gioia stella ' +
    'viola vita vera luna clara blanca blanco rubio delgado moreno bravo vega costa esperanza milagros remedios вера надежда любовь слава роман лев мир свет',
);

/** What shops and their customers talk of all day: a name only where somebody says that he is called so, or with a capital letter amid a sentence. */
const EVERYBODYS = words(
  'wifi internet router modem cable fibra fiber factura pago pagos clave nada solo ventas soporte tecnico gratis oferta ofertas precio precios ' +
    'plan planes servicio ayuda hoy amigo amiga negocio cliente help please today offer speed price support service bill payment sales ' +
    'business rete fattura pagamento prezzo aiuto oggi сеть тариф интернет роутер модем счет оплата цена помощь сегодня связь ' +
    'اینترنت مودم قیمت کمک امروز انترنت مساعدة اليوم سعر فاتورة فاکتور',
);

function words(list: string): Set<string> {
  return new Set(list.split(' ').map(normalise));
}

const NO_TOPICS: Topics = { small: () => false, own: () => false, publishes: () => false };

/**
 * Words that texts of the business write small, and what it calls itself and what it sells with a capital letter, whoever is called so as
 * well. Addresses and links are left out, as people's names are in them.
 * @param texts all that it wrote
 * @param titles of these, what names the business and its things: its own name, headings
 */
export function topicsOf(texts: string[], titles: string[] = []): Topics {
  // Each text's own words, which all turns share: one set of all of them would be made, and kept while its turn waits, for each.
  const words = texts.map(wordsIn);
  const own = titles.map(namesIn);
  return {
    small: (word) => words.some((known) => known.has(word)),
    own: (word) => own.some((known) => known.has(word)),
    publishes: (name) =>
      name.length === 1
        ? texts.some((text) => namesIn(text).has(name[0]!))
        : texts.some((text) => phrasesIn(text).includes(` ${name.join(' ')} `)),
  };
}

/** Texts of the business come again with each question. */
const remembered = <T>(look: (text: string) => T) => {
  const known = createRecent<T>(500);
  return (text: string): T => {
    const before = known.get(text);
    if (before) return before;
    const found = look(withoutAddresses(text));
    known.set(text, found);
    return found;
  };
};

const withoutAddresses = (text: string) => text.replace(/\S+/g, (word) => (/[@/]/.test(word) ? ' ' : word));

const wordsIn = remembered((text) => {
  const words = text.match(/(?<![\p{L}\p{M}])\p{Ll}[\p{Ll}\p{M}]{2,}(?![\p{L}\p{M}])/gu) ?? [];
  return new Set(words.map(normalise));
});

/** All words in a row, as they are compared. */
const phrasesIn = remembered((text) => ` ${[...text.matchAll(WORD)].map(([word]) => piecesOf(word)[0]).join(' ')} `);

/** A sentence begins with a capital letter whatever its first word; that counts where the next word has one as well, or is a number. */
const namesIn = remembered((text) => {
  const found = new Set<string>();
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const begins = isBeginning(text.slice(end, index), end);
    end = index + word.length;
    if (!hasCapital(word) || [...word].length < SHORTEST) continue;
    if (!begins || /^ ?[\p{Lu}\d]/u.test(text.slice(end, end + 3)))
      for (const piece of piecesOf(word)) found.add(piece);
  }
  return found;
});

/** One word of the text that is called like a part of a name. */
interface Hit {
  word: string;
  value: string;
  start: number;
  /** It is the first word of a sentence. */
  begins: boolean;
}

/** @param names as the platform or the customer gave them: full names, first names, user names. */
export function names(text: string, names: string[], topics: Topics = NO_TOPICS): Finding[] {
  const parts = new Set<string>();
  const spared = new Set<string>();
  const found: Finding[] = [];
  for (const name of names) {
    if (/[\d_]/.test(name) && !/\s/.test(name.trim())) found.push(...handles(text, name.trim().replace(/^@/, '')));
    else {
      const own = [...name.matchAll(WORD)].flatMap(([part]) => piecesOf(part)).filter(isTelling);
      for (const part of own) parts.add(part);
      // Called like the business or what it sells, from the first word to the last; with a word more it is a person's.
      const isTheirs = own.every((part) => topics.own(part)) || topics.publishes(wordsOf(name));
      if (isTheirs) for (const part of own) spared.add(part);
    }
  }
  if (parts.size === 0) return found;
  for (const run of runsOf(text, parts))
    for (const { word, value, start } of meant(text, run, topics, spared))
      found.push({ start, end: start + word.length, kind: 'NAME', value });
  return found;
}

const wordsOf = (name: string) => [...name.matchAll(WORD)].map(([word]) => piecesOf(word)[0]!);

const isTelling = (part: string) => [...part].length >= SHORTEST && !NOT_NAMES.has(part);

/** Words called like parts of a name, those side by side together. */
function runsOf(text: string, parts: ReadonlySet<string>): Hit[][] {
  const runs: Hit[][] = [];
  let end = 0;
  let wasHit = false;
  for (const { 0: word, index: start } of text.matchAll(WORD)) {
    const value = piecesOf(word).find((piece) => parts.has(piece));
    if (value) {
      const gap = text.slice(end, start);
      const hit = { word, value, start, begins: isBeginning(gap, end) };
      if (wasHit && /^[ \u00a0-]+$/.test(gap)) runs.at(-1)!.push(hit);
      else runs.push([hit]);
    }
    wasHit = value !== undefined;
    end = start + word.length;
  }
  return runs;
}

/** Whoever says who he is means a name, whatever else is called so. */
const INTRODUCES = new RegExp(
  `(?<!\\p{L})(?:${[
    'soy|me llamo|llamo|nombre(?: es| de)?|firmado|atentamente|titular(?: es)?|sr\\.?|sra\\.?|don|doña',
    "i am|i[’']?m|this is|name(?:[’']s| is| of)?|called|mr\\.?|mrs\\.?|ms\\.?|regards|signed",
    'sono|mi chiamo|nome(?: è| di)?|signora?|sig\\.?|я|это|зовут|имя|господин|госпожа|sou|chamo|je suis|appelle|ich bin|heiße',
  ].join('|')})[\\s:,]{0,3}$`,
  'iu',
);
const LONGEST_INTRODUCTION = 24;
/** Behind one of these stands a thing: "my wifi", where it is written small. */
const ARTICLE =
  /(?<!\p{L})(?:el|la|los|las|una?|unos|unas|mis?|tus?|sus?|del|nuestr[oa]|est[ea]|the|an|my|our|your|il|gli|mio|mia|uno|le|les|une|mon|ma|meu|minha|seu|sua|der|die|das|eine?|meine?|мо[йяеёи]|мою|ваш[аеи]?|этот|эта|какой|какая) $/iu;
/** Behind one of these stands a place: "do you deliver to Puebla?" */
const PLACE =
  /(?<!\p{L})(?:en|in|hasta|desde|hacia|near|colonia|barrio|calle|avenida|plaza|(?:ciudad|sucursal|tienda|oficina|zona) de|(?:lleg[aá]\p{L}*|env[ií]\p{L}*|entreg\p{L}*|repart\p{L}*|despach\p{L}*|cobertura|viajo|voy) a|(?:ship|deliver|delivery|shipping|move|moving|coverage) to|(?:consegn|spedi|arriv)\p{L}* a|в|во) $/iu;

/** Those words of a run that are the person's name. */
function meant(text: string, run: Hit[], topics: Topics, spared: ReadonlySet<string>): Hit[] {
  const isTopic = ({ value }: Hit) => topics.small(value) || spared.has(value) || EVERYBODYS.has(value);
  const from = run[0]!.start;
  const before = text.slice(Math.max(0, from - LONGEST_INTRODUCTION), from);
  const isThing = ARTICLE.test(before);
  const isSaid = INTRODUCES.test(before.replace(ARTICLE, ''));
  if (!isSaid && (isPlace(before, text, run) || isNoPerson(run, isThing))) return [];
  if (!run.some(isTopic)) return run.filter(isName);
  const named = run.some((hit) => !isTopic(hit) && isName(hit)) || isSaid || isSigned(text, run);
  return run.filter((hit) => {
    if (!isTopic(hit)) return isName(hit);
    if (hasNoCase(hit.word)) return isName(hit) && (named || !EVERYBODYS.has(hit.value));
    if (!hasCapital(hit.word)) return named && !topics.small(hit.value);
    return named || !(spared.has(hit.value) || hit.begins || isThing || isShouted(hit.word));
  });
}

/** "The cable", "low prices": written small, and behind an article, or what everybody talks of. */
function isNoPerson(run: Hit[], isThing: boolean): boolean {
  if (run.some(({ word }) => hasCapital(word) || hasNoCase(word))) return false;
  return (
    (isThing && run.filter(isName).length === 1) || (run.length > 1 && run.some(({ value }) => EVERYBODYS.has(value)))
  );
}

/** With a capital letter behind a word for where; "in Ana's name" is a person's. */
function isPlace(before: string, text: string, run: Hit[]): boolean {
  const last = run.at(-1)!;
  const end = last.start + last.word.length;
  return run.every(({ word }) => hasCapital(word)) && PLACE.test(before) && !/^['’]/.test(text.slice(end, end + 1));
}

/** At the end of the text, after what was said: no question, and set apart from it. */
function isSigned(text: string, run: Hit[]): boolean {
  const last = run.at(-1)!;
  const [start, end] = [run[0]!.start, last.start + last.word.length];
  const [before, after] = [text.slice(Math.max(0, start - 4), start), text.slice(end, end + 8)];
  return after.length < 8 && !/[\p{L}\p{N}?؟]/u.test(after) && /[,.;!?\n–—-][ *_]*$/.test(before);
}

const isBeginning = (gap: string, end: number) => end === 0 || /[.!?…:>›|·\n¿¡]/.test(gap);
const hasNoCase = (word: string) => word[0]!.toLowerCase() === word[0]!.toUpperCase();
const hasCapital = (word: string) => word[0] !== word[0]!.toLowerCase();
const isShouted = (word: string) => word === word.toUpperCase();

/** `على` is a preposition where it is no name, and the name is spelled otherwise. */
const isName = ({ word, value }: Hit) =>
  word !== 'على' && (!EVERYDAY.has(value) || hasCapital(word) || hasNoCase(word));

/** Words of the languages that customers write, as they are compared: the same few thousand in nearly every text. */
const known = new Map<string, string[]>();
const MOST_KNOWN = 20_000;
const LONGEST_KNOWN = 40;

/** The word itself, and its parts where Persian's joiner parts them. */
function piecesOf(word: string): string[] {
  if (/^[a-z]+$/i.test(word)) return [word.toLowerCase()];
  const before = known.get(word);
  if (before) return before;
  const pieces = spelled(word);
  if (known.size >= MOST_KNOWN) known.clear();
  if (word.length <= LONGEST_KNOWN) known.set(word, pieces);
  return pieces;
}

function spelled(word: string): string[] {
  const whole = normalise(word.replace(/[\u200c\u200d]/g, ''));
  return /[\u200c\u200d]/.test(word) ? [whole, ...word.split(/[\u200c\u200d]/).map(normalise)] : [whole];
}

/** A user name with digits or underscores is one word; with or without its `@`. */
function handles(text: string, handle: string): Finding[] {
  const found: Finding[] = [];
  if (handle.length < SHORTEST) return found;
  const [lower, wanted] = [text.toLowerCase(), handle.toLowerCase()];
  if (lower.length !== text.length) return found;
  for (let start = lower.indexOf(wanted); start >= 0; start = lower.indexOf(wanted, start + 1)) {
    const end = start + wanted.length;
    if (/[\p{L}\p{N}_]/u.test(lower[start - 1] ?? '') || /[\p{L}\p{N}_]/u.test(lower[end] ?? '')) continue;
    found.push({ start, end, kind: 'NAME', value: wanted });
  }
  return found;
}
