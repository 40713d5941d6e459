/**
 * What somebody asks for, apart from how he tells it: a message in clauses, each with its words, the common ones marked, and what its phrases
 * mean in one word. A long report is found by its best clause, not by its length.
 */
import commonWords from './common-words.json' with { type: 'json' };
import { cutText } from './lengths.ts';
import synonyms from './synonyms.json' with { type: 'json' };
import { contentWords, normalise } from './words.ts';

/** Clauses of one message that are looked at; more is a page somebody pasted. */
const MOST_CLAUSES = 24;
/** What is read of a message: a pasted page must not cost a second. */
const READ_CHARACTERS = 2_000;
/** A shorter message is looked at as a whole too: its commas may part what belongs together. */
const SHORT = 12;

const COMMON = new Set(Object.values(commonWords).flatMap((list) => normalise(list).split(' ')));

/** Says something about most topics, and so nothing about one: "works", "problem", "since yesterday", "two". */
export const isCommon = (word: string): boolean => COMMON.has(word) || /^\p{N}{1,2}$/u.test(word);

/** By word, the other words for it. A word of two languages has those of both. */
const MEANING = new Map<string, Set<string>>();
for (const { words } of Object.values(synonyms))
  for (const group of words) {
    const alike = normalise(group).split(' ');
    for (const word of alike) MEANING.set(word, new Set([...(MEANING.get(word) ?? []), ...alike]));
  }

/** Other words for the same thing in support and sales; without the word itself. */
export const otherWords = (word: string): string[] => [...(MEANING.get(word) ?? [])].filter((other) => other !== word);

/** One word for each thing that these speak of. */
export const meaningsOf = (words: string[]): string[] =>
  words.filter((word, at) => !words.slice(0, at).some((before) => MEANING.get(word)?.has(before)));

const PHRASES = phrasesOf('phrases');
/** Phrases whose own words would mislead: "che tempo fa" asks for no times. */
const IDIOMS = phrasesOf('idioms');

function phrasesOf(kind: 'phrases' | 'idioms') {
  return Object.values(synonyms).flatMap((language) =>
    (language[kind] as string[][]).flatMap(([said, meant]) =>
      said!.split('|').map((phrase) => ({ phrase: ` ${normalise(phrase)} `, meant: normalise(meant!) })),
    ),
  );
}

/** Ends a clause: a mark, or a word that joins two of them. */
const BETWEEN =
  /[.!?;,:\n…¿¡؟،؛()]+|(?<!\p{L})(?:y|e|pero|porque|aunque|and|but|because|so|ma|perche|però|perché|и|но|а|و|ولی|اما|چون|لكن)(?!\p{L})/giu;

/** Words of a line that is a part of a sentence when such lines follow each other: people send one in pieces. */
const PIECE = 5;

/** The same text with lines that are pieces of one sentence joined. */
function joined(text: string): string {
  const lines = text.split('\n');
  const isPiece = lines.map((line) => line.trim().split(/\s+/).length <= PIECE);
  return lines.reduce((said, line, at) => said + (isPiece[at - 1] && isPiece[at] ? ' ' : '\n') + line);
}

/** The different normalised words of each clause that says something. A short text is a clause as a whole as well, which comes first. */
export function clausesOf(message: string): string[][] {
  const text = joined(cutText(message, READ_CHARACTERS));
  const all = wordsOf(text);
  const parts = text.split(BETWEEN).map(wordsOf);
  const whole = parts.length < 2 || all.length <= SHORT ? [all] : [];
  const clauses = new Map([...whole, ...parts].map((words) => [words.join(' '), words]));
  clauses.delete('');
  return [...clauses.values()].slice(0, MOST_CLAUSES);
}

function wordsOf(text: string): string[] {
  let said = ` ${normalise(text)} `;
  const meant = PHRASES.filter(({ phrase }) => said.includes(phrase)).map((each) => each.meant);
  for (const { phrase, meant } of IDIOMS) said = said.replaceAll(phrase, ` ${meant} `);
  return [...new Set([...meant, ...contentWords(said)])];
}
