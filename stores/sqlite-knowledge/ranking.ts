/** What of a question is looked up, and how well a passage that was found answers it. Knows words, no database. */
import type { WordFound } from '../../core/ports.ts';
import { isCommon, meaningsOf, otherWords } from '../../core/text/clauses.ts';
import type { Form, Vocabulary } from './vocabulary.ts';

/** Passages that a lookup by rare words may go through: what it costs at most, however large the base. */
const BUDGET = 3000;
/** With so many passages of rare words, and half of what the question says in them, its common words are not looked up. */
const ENOUGH = 50;
/** Forms of one word that are looked up, the most alike first; a passage that was found is scored by all of them. */
const FORMS = 4;
/** Passages that are compared in detail: those that cover most of the question. */
const COMPARED = 60;
/** Pieces of the question that a passage is ordered by, the rarest first: common ones cost as much and tell least. */
const PIECES = 24;
/** BM25: how fast a piece that comes again stops counting, and how much a long passage has to have more of them. */
const SATURATION = 2;
const LENGTH = 0.75;
/** A word of the passage's own heading counts twice. */
const HEADING = 2;
/** What covering the question counts beside having its pieces often; the larger the base, the more have a part of them by chance. */
const COVERAGE = 3;

/** What another word for the same thing is worth, and how much a word of the base must be like it. */
const OTHER_WORD = 0.8;
const SAME = 0.9;
/** What a common word ("works", "since yesterday") counts. */
const COMMON = 0.2;
/** From here on a word of the passage stands for the asked one. */
const MEANT = 0.6;
/** What one word of a clause is worth that stands in the text alone and not in the heading: by chance, the likelier the more clauses there are. */
const ALONE = 0.6;
const ALONE_OF_MANY = 0.3;

/** A word of the question and how much finding it says: much for a rare word, little for one that every passage has. */
export interface Asked {
  word: string;
  forms: Form[];
  weight: number;
  /** Passages that have a form that is looked up, one with two of them counted twice. */
  documents: number;
}

/** A question's words with their forms in the base. @param weight how much a word says, of all bases. */
export function ask(words: string[], vocabulary: Vocabulary, weight: (word: string) => number): Asked[] {
  return words.map((word) => {
    const forms = formsOf(word, vocabulary);
    const documents = forms.slice(0, FORMS).reduce((sum, form) => sum + form.documents, 0);
    return { word, forms, documents, weight: weight(word) * (isCommon(word) ? COMMON : 1) };
  });
}

/** A word's forms in the base, and those of other words for the same thing, the most alike first. */
function formsOf(word: string, vocabulary: Vocabulary): Form[] {
  const best = new Map(vocabulary.forms(word).map((form) => [form.word, form]));
  for (const other of otherWords(word))
    for (const form of vocabulary.forms(other)) {
      const likeness = form.likeness * OTHER_WORD;
      if (form.likeness >= SAME && likeness > (best.get(form.word)?.likeness ?? 0))
        best.set(form.word, { ...form, likeness });
    }
  return [...best.values()].sort((a, b) => b.likeness - a.likeness || b.documents - a.documents);
}

const anyOf = (asked: Asked[]) =>
  asked
    .flatMap(({ forms }) => forms.slice(0, FORMS))
    .map(({ word }) => `"${word}"`)
    .join(' OR ');

/** An FTS5 expression that matches nothing. */
export const NONE = '""';

/**
 * FTS5 expressions. `rare` finds every passage that has one of the question's rarest words, as many words as the budget allows. `common`
 * is for those that are everywhere, where the rare ones do not say enough: passages that are about one of the two rarest of them, or have
 * both. `any`: with the rarest of the common words, for when nothing else is found. `matches`: passages that `rare` finds, at most.
 */
export function expressions(question: Asked[]): { rare: string; common: string; any: string; matches: number } {
  const known = question.filter(({ documents }) => documents > 0).sort((a, b) => a.documents - b.documents);
  let cost = 0;
  const rare = known.filter(({ documents }) => {
    cost += documents;
    return cost <= BUDGET;
  });
  const [first, second] = known.slice(rare.length);
  const total = (asked: Asked[], of: 'weight' | 'documents') => asked.reduce((sum, each) => sum + each[of], 0);
  const enough = total(rare, 'documents') >= ENOUGH && total(rare, 'weight') >= total(known, 'weight') / 2;
  let common = NONE;
  if (first && !enough) {
    common = second
      ? `({title} : (${anyOf([first, second])})) OR ((${anyOf([first])}) AND (${anyOf([second])}))`
      : `{title} : (${anyOf([first])})`;
  }
  return {
    rare: anyOf(rare) || NONE,
    common,
    any: first ? anyOf([first]) : NONE,
    matches: total(rare, 'documents'),
  };
}

/** A passage's normalised words, as rankings look at them. */
export interface Candidate {
  /** Each of them once. */
  words: readonly string[];
  /** With a space at either end. */
  heading: string;
  text: string;
}

export const candidateOf = (heading: string, text: string): Candidate => ({
  words: [...new Set(`${heading} ${text}`.split(' '))],
  heading: ` ${heading} `,
  text: ` ${text} `,
});

export interface Ranked<T> {
  row: T;
  /** The share of the question that it covers, 0 to 1. */
  score: number;
}

/** How much of each clause a passage has, as `score`: see `rank`. */
function coverage(question: Asked[], clauses: Asked[][]): (candidate: Candidate) => number[] {
  const meaning = new Map<string, { asked: Asked; likeness: number }[]>();
  for (const asked of question)
    for (const { word, likeness } of asked.forms) {
      const list = meaning.get(word);
      if (list) list.push({ asked, likeness });
      else meaning.set(word, [{ asked, likeness }]);
    }
  const likenesses = (words: readonly string[]) => {
    const best = new Map<Asked, number>();
    for (const word of words)
      for (const { asked, likeness } of meaning.get(word) ?? [])
        best.set(asked, Math.max(best.get(asked) ?? 0, likeness));
    return best;
  };
  const alone = clauses.length > 1 ? ALONE_OF_MANY : ALONE;
  return ({ words, heading }) => {
    const best = likenesses(words);
    const own = likenesses(heading.trim().split(' '));
    return clauses.map((clause) => {
      const total = clause.reduce((sum, { weight }) => sum + weight, 0);
      const covered = clause.reduce((sum, asked) => sum + asked.weight * (best.get(asked) ?? 0), 0);
      const topics = clause.filter((asked) => !isCommon(asked.word) && (best.get(asked) ?? 0) >= MEANT);
      if (total === 0) return 0;
      if (topics.length === 0) return (covered / total) * ALONE_OF_MANY;
      const certain =
        meaningsOf(topics.map(({ word }) => word)).length > 1 || topics.some((asked) => (own.get(asked) ?? 0) >= MEANT);
      return (covered / total) * (certain ? 1 : alone);
    });
  };
}

function occurrences(piece: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) count++;
  return count;
}

/** BM25 over the question's rarest pieces. @param length of an average passage. */
function likelihood(
  question: Asked[],
  vocabulary: Vocabulary,
  passages: number,
  length: number,
): (candidate: Candidate, covered: number) => number {
  const pieces = [...new Set(question.flatMap(({ word }) => vocabulary.pieces(word)))]
    .map((piece) => ({ piece, having: Math.min(vocabulary.having(piece), passages) }))
    .filter(({ having }) => having > 0)
    .sort((a, b) => a.having - b.having)
    .slice(0, PIECES)
    .map(({ piece, having }) => ({ piece, rarity: Math.log((passages - having + 0.5) / (having + 0.5)) }))
    .filter(({ rarity }) => rarity > 0);
  return ({ heading, text }, covered) => {
    const long = SATURATION * (1 - LENGTH + (LENGTH * (heading.length + text.length)) / length);
    return pieces.reduce(
      (sum, { piece, rarity }) => {
        const times = HEADING * occurrences(piece, heading) + occurrences(piece, text);
        return sum + (rarity * times * (SATURATION + 1)) / (times + long);
      },
      COVERAGE * Math.log(1 + passages) * covered,
    );
  };
}

/**
 * Orders passages by how likely they answer one of the clauses, the likeliest first. The score is the share of a clause's weight that the
 * passage has, each word counted as much as its most alike word in it; less where only one word is found, and not in the heading.
 */
export function rank<T extends Candidate>(
  question: Asked[],
  clauses: Asked[][],
  vocabulary: Vocabulary,
  passages: number,
  candidates: T[],
): Ranked<T>[] {
  const covers = coverage(question, clauses);
  const scored = candidates
    .map((row) => {
      const shares = covers(row);
      return { row, shares, score: Math.max(0, ...shares) };
    })
    .sort((a, b) => b.score - a.score);
  const best = scored.slice(0, COMPARED);
  const length = best.reduce((sum, { row }) => sum + row.heading.length + row.text.length, 0);
  const likely = clauses.map((clause) => likelihood(clause, vocabulary, passages, length / Math.max(1, best.length)));
  const ordered = best
    .map((each) => {
      // Among several clauses those count that the passage covers: a rare word in passing is no topic.
      const of = likely.map(
        (likelihood, clause) =>
          likelihood(each.row, each.shares[clause]!) * (clauses.length > 1 ? each.shares[clause]! : 1),
      );
      return { each, likely: Math.max(...of) };
    })
    .sort((a, b) => b.likely - a.likely)
    .map(({ each }) => each);
  return [...ordered, ...scored.slice(COMPARED)].map(({ row, score }) => ({ row, score }));
}

/** Which words of a question a passage has, and as what. */
export function wordsFound(question: Asked[], { words }: Candidate): WordFound[] {
  const total = question.reduce((sum, { weight }) => sum + weight, 0);
  const has = new Set(words);
  return question.map(({ word, forms, weight }) => {
    // The most alike come first.
    const form = forms.find((each) => has.has(each.word));
    const share = total === 0 ? 0 : weight / total;
    return { word, share, ...(form && { found: form.word, likeness: form.likeness }) };
  });
}
