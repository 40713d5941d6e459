/** What a voice is to read of a written reply: no marks, no pictures, and numbers, prices, dates and codes as a person says them. */
import { westernDigits } from '../text/fold.ts';
import { cutText, LONGEST_ANSWER } from '../text/lengths.ts';
import { sayAbbreviations } from './abbreviations.ts';
import { sayAddresses } from './addresses.ts';
import { sayCalendar } from './calendar.ts';
import { sayFigures } from './figures.ts';
import { joinedLines, plainLines, TOKEN } from './markup.ts';
import type { Speller } from './speller.ts';
import { type Voice, voiceOf } from './voice.ts';

/** Tokens of masking stay; all else of these marks is none of a voice's business. */
const MARKS = new RegExp(String.raw`(${TOKEN})|\\?[[\]*_\`#~|<>^\\{}=]`, 'g');
const ARROWS = /\s*(?:[→←↔⇒⇐➔➜]|->|=>)\s*/gu;

/**
 * For the text of a reply or a piece of it: `sentencesOf` first, or a table loses its head.
 * @param language ISO 639-1, of the text.
 * @param speller the language's numbers; without one, and in languages that we have no words for, numbers stay digits.
 * @param text more than `LONGEST_ANSWER` of it is not read.
 * @returns empty for what has no letter and no digit. A token of masking stays as it is: what it stands for is to be put back before.
 */
export function toSpoken(text: string, language: string, speller: Speller | undefined): string {
  const voice = voiceOf(language, speller);
  const plain = joinedLines(plainLines(cutText(text, LONGEST_ANSWER))).replace(ARROWS, ', ');
  const shown = sayAddresses(plain, voice?.words);
  const said = voice ? sayAll(shown, voice) : shown;
  const clean = tidy(said.replace(MARKS, (_, token: string | undefined) => token ?? ' '));
  return SAYS.test(clean) ? clean : bare(cutText(text, LONGEST_ANSWER));
}

const SAYS = /[\p{L}\p{N}]/u;

function sayAll(text: string, voice: Voice): string {
  const plain = withFractions(westernDigits(text), voice)
    .replace(/٪/g, '%')
    .replace(/(?<=\d)،(?=\d)/g, ',')
    // Persian writes fractions so.
    .replace(/(?<![\d/])(\d{1,3})\/(\d{1,2})(?![\d/])/g, voice.language === 'fa' ? '$1.$2' : '$&');
  const long = sayAbbreviations(sayCalendar(signsBefore(plain, voice), voice), voice);
  // "3 × Zinc"; what is multiplied has its word already.
  return sayFigures(long, voice).replaceAll('×', ' ');
}

const FRACTIONS: Record<string, string> = { '½': '1/2', '¼': '1/4', '¾': '3/4' };
const FRACTION = /(?<![\d/.,])(?:(\d{1,2}) ?)??(?:([½¼¾])|(1\/[24]|3\/4)(?![\d/]))/g;

/** "½" and "1 1/2": halves and quarters of something. */
const withFractions = (text: string, { words }: Voice): string =>
  text.replace(FRACTION, (_, whole: string | undefined, sign: string, written: string) => {
    const [alone, behind] = words.fractions[written ?? FRACTIONS[sign]!]!.split('|');
    return whole ? `${whole} ${behind}` : `${alone}`;
  });

/** What stands before a number and says how it is meant. */
const signsBefore = (text: string, { words }: Voice): string =>
  text
    .replace(/(?<=\d)\+(?!\d)/g, ` ${words.plus}`)
    .replace(/[~≈±]\s?(?=\d)/g, `${words.about} `)
    .replace(/(?<![<\p{L}])<\s?(?=\d)/gu, `${words.less} `)
    .replace(/(?<![>\p{L}])>\s?(?=\d)/gu, `${words.more} `);

/** One space, no marks that stand for nothing beside each other. */
const tidy = (text: string): string =>
  text
    .replace(/(?<=[\p{L}\p{M}])[/:](?=\p{L})/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[.,!?:;،؛؟…])/gu, '')
    .replace(/([,:;،؛])[,.;:،؛]+/gu, '$1')
    .replace(/(?<!\.)\.\.(?!\.)/g, '.')
    .trim();

/** Of a text in which nothing but marks was found, the letters. */
const bare = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
