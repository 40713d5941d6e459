/**
 * Which language a customer writes, for short chat messages: by script, by letters and words that only one of the bot's languages has, and by
 * a statistical detector for the rest. And when that may change what we knew: a language sticks to its contact.
 */
import { DragomanError } from '../errors.ts';
import foreignWords from './foreign-words.json' with { type: 'json' };
import chatWords from './language-words.json' with { type: 'json' };
import stopWords from './stop-words.json' with { type: 'json' };
import { normalise } from './words.ts';

/**
 * A statistical detector. `candidates` are ISO 639-1 codes, at least two.
 * @returns undefined when it cannot tell. `confidence`: the lead over the next candidate, 0 (none) to 1; 0 too for a language outside `candidates`.
 */
export type Detect = (
  text: string,
  candidates: readonly string[],
) => { language: string; confidence: number } | undefined;

/** A statistical detector of all languages it knows, ISO 639-1. `confidence`: 0 to 1. */
export type DetectAny = (text: string) => { language: string; confidence: number } | undefined;

export interface Detectors {
  among: Detect;
  open: DetectAny;
}

/** `certain`: enough of a message to change a language that is known; otherwise good for a contact who has none. */
export interface Judgement {
  language: string;
  certain: boolean;
}

/** Names, brands and addresses come in one or two words; a sentence does not. */
const SENTENCE_WORDS = 3;
/** Below this lead, measured on `test/fixtures/chat-languages.json`, the detector is wrong about as often as right. */
const CONFIDENT = 0.3;
/** So many votes against it make the detector doubtful too. */
const OUTVOTED = 3;
/** More says nothing new and costs time. */
const READ_CHARS = 1_000;

/**
 * The primary language codes of a list such as `es, it,pt-BR`, in its order, each once.
 * @throws DragomanError SETTING_INVALID for an empty list or something that is no code.
 */
export function parseLanguages(list: string): string[] {
  const codes = list
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((code) => code.split(/[-_]/)[0]!);
  const wrong = codes.find((code) => !/^[a-z]{2,3}$/.test(code));
  if (codes.length === 0 || wrong !== undefined)
    throw new DragomanError(
      'SETTING_INVALID',
      wrong === undefined ? 'The list of languages is empty.' : `"${wrong}" is no language code.`,
      'List two-letter codes with commas, for example es,en,it.',
    );
  return [...new Set(codes)];
}

/**
 * The language a contact has after this text: the current one unless the text is certain to be in another, or cannot be in the current one
 * because of its script. Undefined while nothing is known.
 * @param current what is known of the contact; one that is no candidate counts as unknown.
 */
export function nextLanguage(
  current: string | undefined,
  text: string,
  candidates: readonly string[],
  detect: Detect,
): string | undefined {
  const known = current !== undefined && candidates.includes(current) ? current : undefined;
  const judged = judgeLanguage(text, candidates, detect);
  if (!judged) return known;
  const free = known === undefined || judged.certain || scriptRulesOut(known, text, candidates);
  return free ? judged.language : known;
}

/** One word alone is taken for another language only where it is in no other. */
const CONFIDENT_OF_WORD = 0.9;
/** Less of the detector is no proof: its own neighbours are as likely. */
const CONFIDENT_OF_PROOF = 0.2;

/**
 * Whether a text may be in another language than `language`, one outside the bot's list included: then nobody but the model can tell.
 * @param known the language is more than a default: one Latin word, which may be a name, or what says nothing leaves it as it is.
 */
export function mayBeOther(text: string, language: string, known: boolean, detect: DetectAny): boolean {
  const prose = proseOf(text);
  const words = prose.match(/\p{L}[\p{L}\p{M}'’]*/gu)?.length ?? 0;
  if (words === 0) return false;
  if (isForeign(prose, language) || OTHER_LETTERS[language]?.test(prose.normalize('NFC'))) return true;
  const guess = detect(prose);
  const isSame = guess?.language === language;
  const confidence = guess?.confidence ?? 0;
  const share = ownShare(prose, language);
  // Many languages write the letters of one that is told by its script.
  const isKept = known && (isLatin(language) || count(prose, lettersOf(language)) === 0);
  if (words === 1) {
    if (share > 0 || (isSame && confidence >= CONFIDENT_OF_WORD)) return false;
    return !isKept || (!isSame && confidence >= CONFIDENT_OF_WORD);
  }
  if (guess ? !isSame : words >= SENTENCE_WORDS) return true;
  const isProved = share > 0 || confidence >= CONFIDENT_OF_PROOF;
  return !isProved && (words >= SENTENCE_WORDS || !isKept);
}

/** How many of a text's words its language has and no other whose words we know, less those that another has and it has not: up to 1. */
function ownShare(prose: string, language: string): number {
  const words = normalise(prose).split(' ').filter(isWord);
  const own = WORDS.get(language) ?? FOREIGN.get(language);
  const others = [...FOREIGN].filter(([other]) => other !== language).map(([, list]) => list);
  const points = words.map((word) => Number(own?.has(word) ?? false) - Number(others.some((list) => list.has(word))));
  return words.length ? points.reduce((sum, point) => sum + point, 0) / words.length : 0;
}

/** What this text alone says of its language. Undefined: too short, or as likely one as another. */
export function judgeLanguage(text: string, candidates: readonly string[], detect: Detect): Judgement | undefined {
  const prose = proseOf(text);
  const possible = byScript(prose, candidates);
  const first = possible.languages[0];
  if (first === undefined || candidates.every((language) => isForeign(prose, language))) return undefined;
  if (possible.languages.length === 1 && !possible.latin) return { language: first, certain: true };

  const words = normalise(prose).split(' ').filter(isWord);
  const votes = vote(prose, words, possible.languages);
  // So many votes that the detector could not change the judgement below; it costs ten times as much as all the rest.
  const decided = votes.lead >= 2 && possible.languages.every((language) => WORDS.has(language));
  const guess =
    decided || possible.languages.length === 1 ? { language: first, confidence: 0 } : detect(prose, possible.languages);
  const confident = guess !== undefined && guess.confidence >= CONFIDENT;
  const sentence = words.length >= SENTENCE_WORDS;

  // Votes know nothing of a language without a word list; there the detector has the word.
  if (confident && !WORDS.has(guess.language))
    return { language: guess.language, certain: sentence && votes.lead < OUTVOTED };
  if (votes.language !== undefined && (votes.lead >= 1 || !confident)) {
    const contradicted = confident && guess.language !== votes.language;
    return { language: votes.language, certain: sentence && votes.lead >= (contradicted ? 2 : 1) };
  }
  if (confident) return { language: guess.language, certain: false };
  // Any language of this script is nearer to the customer than one in another script.
  return possible.latin ? undefined : { language: first, certain: false };
}

/** What a person wrote themselves: no links, mail addresses, names with @, codes that mix letters and digits. */
function proseOf(text: string): string {
  return text
    .slice(0, READ_CHARS)
    .replace(/\bhttps?:\/\/\S+|\bwww\.\S+|\S*@\S+|[/#]\w+/giu, ' ')
    .replace(/[\p{L}\p{N}_-]*[0-9][\p{L}\p{N}_-]*/gu, ' ')
    .trim();
}

const isWord = (word: string) => /\p{L}/u.test(word);

// ---------------------------------------------------------------- scripts

/** Unicode's names of scripts by the writing systems that CLDR gives a language, where they differ. */
const SCRIPTS: Record<string, string[]> = {
  Hans: ['Hani'],
  Hant: ['Hani'],
  Jpan: ['Hira', 'Kana', 'Hani'],
  Kore: ['Hang', 'Hani'],
};

const scripts = new Map<string, RegExp>();

/** Finds the letters of a language's usual script. */
function lettersOf(language: string): RegExp {
  let letters = scripts.get(language);
  if (!letters) {
    const system = new Intl.Locale(language).maximize().script ?? 'Latn';
    const names = SCRIPTS[system] ?? [system];
    letters = new RegExp(`[${names.map((name) => `\\p{Script=${name}}`).join('')}]`, 'gu');
    scripts.set(language, letters);
  }
  return letters;
}

const isLatin = (language: string) => lettersOf(language).source.includes('Latn');
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/**
 * The candidates that a text's script allows. Latin brand and product names stand in texts of every script, so a sixth of other letters
 * is enough to make it a text of theirs.
 */
function byScript(text: string, candidates: readonly string[]): { languages: string[]; latin: boolean } {
  const letters = count(text, /\p{L}/gu);
  if (letters < 2) return { languages: [], latin: false };
  const counted = candidates.map((language) => ({ language, letters: count(text, lettersOf(language)) }));
  const most = Math.max(0, ...counted.filter(({ language }) => !isLatin(language)).map((one) => one.letters));
  if (most >= 2 && most >= letters / 6)
    return {
      languages: counted.filter((one) => one.letters === most && !isLatin(one.language)).map((one) => one.language),
      latin: false,
    };
  const latin = count(text, /\p{Script=Latn}/gu) >= letters / 2;
  return { languages: latin ? candidates.filter(isLatin) : [], latin };
}

/** A text in another script than the language's. Latin letters rule nothing out: people of every language use them. */
function scriptRulesOut(language: string, text: string, candidates: readonly string[]): boolean {
  const { languages, latin } = byScript(proseOf(text), candidates);
  return !latin && languages.length > 0 && !languages.includes(language);
}

// ---------------------------------------------------------------- words and letters

/** Normalised words by language: the function words that search ignores, and what people say in chats. */
const WORDS = new Map(
  [stopWords, chatWords].flatMap(Object.entries<string>).reduce((all, [language, list]) => {
    const own = all.get(language) ?? new Set<string>();
    for (const word of normalise(list).split(' ')) if (word.length > 1) own.add(word);
    return all.set(language, own);
  }, new Map<string, Set<string>>()),
);

/**
 * Letters, digits and endings that tell a language from its neighbour, Spanish from Italian and Arabic from Persian, and how many words one is
 * worth. Persian typed on an Arabic keyboard has the Arabic yeh and kaf, so those weigh little.
 */
const CLUES: Record<string, readonly (readonly [pattern: RegExp, weight: number])[]> = {
  es: [
    [/[ñ¿¡]/giu, 2],
    [/ci[oó]n(?:es)?(?!\p{L})/giu, 2],
  ],
  it: [
    [/zion[ei](?!\p{L})/giu, 2],
    [/[èìòù](?!\p{L})/giu, 1],
  ],
  fa: [
    [/[پچژگ]/gu, 3],
    [/[کیۀ]/gu, 1],
    [/[۰-۹]+/gu, 1],
  ],
  ar: [
    [/[ةأإ]/gu, 3],
    [/(?<!\p{L})[وبفك]?ال\p{L}{3,}/gu, 2],
    [/[يكىؤ]/gu, 1],
    [/[٠-٩]+/gu, 1],
  ],
};

/** What people say in a word or two in languages that no list of ours has, where a detector tells nothing. */
const FOREIGN = new Map(
  Object.entries(foreignWords).map(([language, list]) => [language, new Set(normalise(list).split(' '))]),
);
/** Letters that a language does not write, though others of its script do. What it borrows ("café") is left to the model. */
const OTHER_LETTERS: Record<string, RegExp> = {
  es: /(?![a-záéíóúüñªº])\p{Script=Latn}/iu,
  en: /(?![a-zéïªº])\p{Script=Latn}/iu,
  it: /(?![a-zàèéìíîòóùúªº])\p{Script=Latn}/iu,
  pt: /(?![a-záâãàçéêíóôõúüªº])\p{Script=Latn}/iu,
  fr: /(?![a-zàâæçéèêëîïôœùûüÿ])\p{Script=Latn}/iu,
  de: /(?![a-zäöüßé])\p{Script=Latn}/iu,
  ru: /(?![а-яё])\p{Script=Cyrl}/iu,
  uk: /[ыэёъ]/iu,
};
/** Letters of Pashto, Kurdish and Urdu, which the detectors take for Persian. */
const NEIGHBOURS_LETTERS = /[ړډېۆێەڕڵټڅځږښڼۍٹڈڑںۇۈۋڭ]/u;

/** Whether a text is plainly in none of this language: by letters that it does not have, or where it is short by what is said elsewhere only. */
function isForeign(prose: string, language: string): boolean {
  if ((language === 'fa' || language === 'ar') && NEIGHBOURS_LETTERS.test(prose)) return true;
  const words = normalise(prose).split(' ').filter(isWord);
  if (words.length > SENTENCE_WORDS) return false;
  const others = [...FOREIGN].filter(([other]) => other !== language).map(([, list]) => list);
  const own = [WORDS.get(language), FOREIGN.get(language)];
  return words.some((word) => others.some((list) => list.has(word)) && !own.some((list) => list?.has(word)));
}

/** A vote for each word that one language has, parts of one where several have it. The lead is the votes between the first two. */
function vote(
  text: string,
  words: readonly string[],
  languages: readonly string[],
): { language: string | undefined; lead: number } {
  const votes = new Map(languages.map((language) => [language, cluesFor(language, text)]));
  for (const word of new Set(words)) {
    const having = languages.filter((language) => WORDS.get(language)?.has(word));
    for (const language of having) votes.set(language, votes.get(language)! + 1 / having.length);
  }
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1]);
  const lead = (first?.[1] ?? 0) - (second?.[1] ?? 0);
  return { language: lead > 0 ? first?.[0] : undefined, lead };
}

function cluesFor(language: string, text: string): number {
  return (CLUES[language] ?? []).reduce((sum, [pattern, weight]) => sum + weight * count(text, pattern), 0);
}
