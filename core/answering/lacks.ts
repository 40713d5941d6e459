/** What the knowledge lacks: when a question counts as one that nobody could answer, which of them ask the same, and how quotations are counted. */
import type { AnswerSource, Lack, OpenQuestion, Passage, Quoted } from '../model.ts';
import { asksForHuman } from '../policy/handover.ts';
import { isCommon, otherWords } from '../text/clauses.ts';
import { contentWords, likeness } from '../text/words.ts';
import { courtesyOf } from './courtesy.ts';

/** A model that was given nothing better had nothing of the knowledge; what is quoted without a model begins at 0.4. */
const FITS = 0.25;
/** From here on two words count as one. */
const SAME_WORD = 0.6;
/** Questions with so much of their words in common ask the same. */
const SAME_QUESTION = 0.6;

const DAY_LENGTH = 'yyyy-mm-dd'.length;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, DAY_LENGTH);

/** What a count of one heading on one UTC day is found by; ids are in the order of days. */
export const quoteId = ({ at, base, source, title }: Quoted): string => [dayOf(at), base, source, title].join('\n');

/** The first id of the day of `at`. */
export const quotesFrom = (at: number): string => dayOf(at);

export interface Asked {
  /** What the customer wrote. */
  words: string;
  /** Null: the flow answered by itself. */
  source: Pick<AnswerSource, 'kind'> | null;
  passages: readonly Pick<Passage, 'score'>[];
  /** A tool of the model got a person. */
  person: boolean;
  /** Passages are found by meaning too: their score does not say then whether they fit. */
  byMeaning: boolean;
}

/** Why an answered turn's question is one that the knowledge had no answer to; null: it had one, or nothing was asked. */
export function lackOf({ words, source, passages, person, byMeaning }: Asked): Lack | null {
  if (!source || source.kind === 'flow' || source.kind === 'extractive') return null;
  const lack = person ? 'person' : source.kind === 'static' ? 'text' : 'bare';
  // Most have one, and of those nothing more needs to be known.
  if (lack === 'bare' && passages.some((passage) => isFitting(passage, byMeaning))) return null;
  const isQuestion = contentWords(words).some((word) => !isCommon(word));
  return isQuestion && !courtesyOf(words) && asksForHuman(words).length === 0 ? lack : null;
}

/** Whether a passage may hold an answer. @param byMeaning see `Asked` */
export const isFitting = ({ score }: Pick<Passage, 'score'>, byMeaning: boolean): boolean => byMeaning || score >= FITS;

/** Questions that ask the same, the newest first. */
export interface QuestionGroup {
  base: string;
  questions: OpenQuestion[];
}

interface Gathered extends QuestionGroup {
  /** Of its newest question. */
  words: string[];
}

/**
 * Groups by words in common, in any inflection, with other words for the same thing; the most asked first, of those the newest. A question belongs to
 * the first group that it is like.
 * @param questions newest first; takes time by their number and that of the groups
 */
export function groupQuestions(questions: readonly OpenQuestion[]): QuestionGroup[] {
  const groups: Gathered[] = [];
  /** By the beginning of a word: only groups that share one are compared. */
  const having = new Map<string, Set<Gathered>>();
  for (const question of questions) {
    const words = topicsOf(question.text);
    const near = new Set(words.flatMap(beginningsOf).flatMap((start) => [...(having.get(start) ?? [])]));
    const own = [...near].find((group) => group.base === question.base && isAlike(words, group.words));
    if (own) {
      own.questions.push(question);
      continue;
    }
    const group: Gathered = { base: question.base, questions: [question], words };
    groups.push(group);
    for (const start of words.flatMap(beginningsOf)) having.set(start, (having.get(start) ?? new Set()).add(group));
  }
  return groups
    .map(({ words: _, ...group }) => group)
    .sort((a, b) => b.questions.length - a.questions.length || b.questions[0]!.at - a.questions[0]!.at);
}

/** Tokens of personal data say nothing of what was asked. */
const TOKEN = /\[[A-Z]+_\d+\]/g;

/** What is asked for; where all words are common ones, those. */
function topicsOf(text: string): string[] {
  const words = contentWords(text.replace(TOKEN, ' '));
  const topics = words.filter((word) => !isCommon(word));
  return topics.length > 0 ? topics : words;
}

const beginningsOf = (word: string): string[] => [word, ...otherWords(word)].map((each) => each.slice(0, 3));

function isAlike(words: string[], others: string[]): boolean {
  const meets = (word: string, among: string[]) =>
    among.some((other) => likeness(word, other) >= SAME_WORD || otherWords(word).includes(other));
  const common =
    words.filter((word) => meets(word, others)).length + others.filter((word) => meets(word, words)).length;
  return common > 0 && common / (words.length + others.length) >= SAME_QUESTION;
}
