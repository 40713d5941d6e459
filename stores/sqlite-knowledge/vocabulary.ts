/** The words of one knowledge base, in memory: in how many passages each is, and which of them are forms of a word that somebody typed. */
import { createRecent } from '../../core/recent.ts';
import { isStopWord, likeness, trigrams } from '../../core/text/words.ts';

/** A longer "word" is an address or a code: found as it is written, not by its forms. */
const LONGEST_WORD = 40;
/** Forms begin with as many letters alike, or else have this share of the shorter one's pieces (as `likeness` has it). */
const START = 3;
const MOST = 0.65;
/** Words that are looked at for the forms of one: a piece that is in very many tells least. */
const BUDGET = 8000;
/** Words of questions whose forms are remembered: people ask with the same ones. */
const REMEMBERED = 1000;
const HAS_DIGIT = /\p{N}/u;

/** A word of the base that is, or may be, a form of the one that was asked for. */
export interface Form {
  word: string;
  /** As `likeness` says: 1 is the same word. */
  likeness: number;
  /** Passages that have it. */
  documents: number;
}

export interface Vocabulary {
  /** Counts a word in so many passages more, or less. */
  add(word: string, passages: number): void;
  /** All words that have any likeness to this one, the most alike first. */
  forms(word: string): Form[];
  /** By what a word is found in spite of inflection and typing errors: three letters each, or a number as a whole. */
  pieces(word: string): string[];
  /** How often a piece stands in the base: its passages, one counted for each of its words that has the piece. */
  having(piece: string): number;
}

/** Words are numbered; each piece leads to the numbers of the words that have it. */
export function createVocabulary(): Vocabulary {
  const numbers = new Map<string, number>();
  const words: string[] = [];
  const documents: number[] = [];
  const byPiece = new Map<string, { words: number[]; documents: number }>();
  const byStart = new Map<string, number[]>();
  /** Forms of words that were asked for since the words last changed. */
  const known = createRecent<Form[]>(REMEMBERED);
  /** How many pieces of the asked word each word shares; all zero between two calls. */
  let shared = new Uint8Array(1024);

  function add(word: string, passages: number): void {
    known.clear();
    let at = numbers.get(word);
    const isNew = at === undefined;
    if (at === undefined) {
      at = words.push(word) - 1;
      documents.push(0);
      numbers.set(word, at);
    }
    documents[at]! += passages;
    if (!hasForms(word)) return;
    if (isNew) {
      const list = byStart.get(word.slice(0, START));
      if (list) list.push(at);
      else byStart.set(word.slice(0, START), [at]);
    }
    for (const piece of new Set(trigrams(word))) {
      let having = byPiece.get(piece);
      if (!having) {
        having = { words: [], documents: 0 };
        byPiece.set(piece, having);
      }
      having.documents += passages;
      if (isNew) having.words.push(at);
    }
  }

  /**
   * Words that may be forms of this one. Those that begin alike are listed so; the others share most of the shorter one's pieces, so one
   * that lacks a few too many among the pieces that were looked at can be none.
   */
  function similar(word: string): number[] {
    if (shared.length < words.length) shared = new Uint8Array(words.length * 2);
    const found = [...(byStart.get(word.slice(0, START)) ?? [])];
    const lists = [...new Set(trigrams(word))].map((piece) => byPiece.get(piece)?.words ?? []);
    lists.sort((a, b) => a.length - b.length);
    const touched: number[] = [];
    let looked = 0;
    let cost = 0;
    for (const list of lists) {
      cost += list.length;
      if (looked > 0 && cost > BUDGET) break;
      looked++;
      for (const at of list) {
        if (shared[at] === 0) touched.push(at);
        shared[at]!++;
      }
    }
    const start = word.slice(0, START);
    const unseen = lists.length - looked;
    for (const at of touched) {
      const other = words[at]!;
      const enough = shared[at]! + unseen >= MOST * Math.min(word.length, other.length);
      if (enough && other.length > 4 && !other.startsWith(start)) found.push(at);
      shared[at] = 0;
    }
    return found;
  }

  function formsOf(word: string): Form[] {
    const same = numbers.get(word);
    const found = hasForms(word) ? similar(word) : same === undefined ? [] : [same];
    return (
      found
        .map((at) => ({ word: words[at]!, likeness: likeness(word, words[at]!), documents: documents[at]! }))
        // "Porquería" is no form of "porque".
        .filter((form) => form.likeness > 0 && form.documents > 0 && !isStopWord(form.word))
        .sort((a, b) => b.likeness - a.likeness || b.documents - a.documents)
    );
  }

  return {
    add,

    forms(word) {
      let forms = known.get(word);
      if (!forms) {
        forms = formsOf(word);
        known.set(word, forms);
      }
      return forms;
    },

    pieces: (word) => (hasForms(word) ? trigrams(word) : [` ${word} `]),

    having(piece) {
      const number = byPiece.has(piece) ? undefined : numbers.get(piece.trim());
      return byPiece.get(piece)?.documents ?? (number === undefined ? 0 : documents[number]!);
    },
  };
}

/** Numbers and codes have none: one digit more is another number. */
const hasForms = (word: string) => word.length <= LONGEST_WORD && !HAS_DIGIT.test(word);
