/** One knowledge base: its words in the database, what memory knows of them, and the search over both. */
import type { DatabaseSync } from 'node:sqlite';
import type { Passage } from '../../core/model.ts';
import type { Explained, PassageInput } from '../../core/ports.ts';
import { createRecent } from '../../core/recent.ts';
import { meaningsOf } from '../../core/text/clauses.ts';
import { normalise } from '../../core/text/words.ts';
import { baseTables, guarded, transaction } from './database.ts';
import { ask, type Candidate, candidateOf, expressions, NONE, type Ranked, rank, wordsFound } from './ranking.ts';
import { NEAREST } from './vectors.ts';
import { createVocabulary } from './vocabulary.ts';

/** Reciprocal rank fusion: what the first place is worth over the second. */
const FUSION = 60;

/** Passages with the question's rare words that are ranked. */
const RARE = 200;

/**
 * Likely answers, at most 300: by the question's rare words, by its common ones (looked at no further than the first 2000), and the nearest
 * by meaning with their place. A word of the heading counts twice.
 */
const searchSql = (words: string, vectors: boolean) => `
  with rare as (
    select rowid id, bm25(${words}, 2.0, 1.0) weight from ${words} where ${words} match :rare order by weight limit ${RARE}
  ), common as (
    select id, weight from (
      select rowid id, bm25(${words}, 2.0, 1.0) weight from ${words} where ${words} match :common limit 2000
    ) order by weight limit 50
  ), found as (
    select id, min(weight) weight, min(place) place from (
      select id, weight, null place from rare union all select id, weight, null from common
      ${vectors ? `union all select id, null, place from (${NEAREST})` : ''}
    ) group by id
  )
  select id, place from found order by weight, id
`;

/** A passage that may answer, with its place among the nearest by meaning. */
interface Row extends Candidate {
  id: number;
  place: number | null;
}

interface Stored {
  source: string;
  position: number;
  title: string;
  text: string;
  language: string | null;
}

/** Passages whose words are kept in memory, some MB: most questions are about the same ones. */
const REMEMBERED = 1000;

/**
 * The words of each clause, how much finding a word says, and the question as a parameter of `NEAREST`; null to search by text alone.
 */
export type Question = [clauses: string[][], weight: (word: string) => number, vector: Uint8Array | null];

export interface Base {
  /** Runs `insert`s and `remove`s as one: all of them and the statistics with them, or none. @throws DragomanError STORE_UNAVAILABLE */
  change(work: () => void): void;
  insert(source: string, position: number, passage: PassageInput): void;
  remove(id: number): void;
  /** Passages that have this word in some form, about. */
  mentions(word: string): number;
  /** How many passages there are. */
  size(): number;
  search(...asked: [...question: Question, limit: number]): Passage[];
  /** The same passages, with the reasons. */
  explain(...asked: [...question: Question, limit: number]): Explained[];
}

/** A base's tables and statistics. @param number that of a base whose tables exist. */
export function openBase(db: DatabaseSync, name: string, number: number): Base {
  const table = `words_${number}`;
  const vocabulary = createVocabulary();
  let passages = Number(db.prepare('select count(*) n from passage where base = ?').get(name)?.n);
  for (const { term, doc } of db.prepare(`select term, doc from vocabulary_${number}`).iterate()) {
    vocabulary.add(String(term), Number(doc));
  }
  const addPassage = db.prepare(
    'insert into passage (base, source, position, title, text, language) values (?, ?, ?, ?, ?, ?)',
  );
  const addWords = db.prepare(`insert into ${table} (rowid, title, text) values (?, ?, ?)`);
  const wordsOf = db.prepare(`select title, text from ${table} where rowid = ?`);
  const removeWords = db.prepare(`delete from ${table} where rowid = ?`);
  const removePassage = db.prepare('delete from passage where id = ?');
  const byText = db.prepare(searchSql(table, false));
  // BM25 in the database goes through all rows of each word before it gives the first: not where all that match are looked at anyway.
  const few = db.prepare(`select rowid id, null place from ${table} where ${table} match :rare`);
  const passageOf = db.prepare('select source, position, title, text, language from passage where id = ?');
  const candidates = createRecent<Candidate, number>(REMEMBERED);

  function candidate(id: number): Candidate {
    let known = candidates.get(id);
    if (!known) {
      const row = wordsOf.get(id)!;
      known = candidateOf(String(row.title), String(row.text));
      candidates.set(id, known);
    }
    return known;
  }

  let changes = new Map<string, number>();
  let added = 0;
  function count(words: string, by: 1 | -1): void {
    for (const word of new Set(words.split(' '))) {
      if (word) changes.set(word, (changes.get(word) ?? 0) + by);
    }
    added += by;
  }

  function found(...[clauses, weight, vector, limit]: Parameters<Base['search']>) {
    const question = ask([...new Set(clauses.flat())], vocabulary, weight);
    const { rare, common, any, matches } = expressions(question);
    const find = (common: string) => {
      if (vector) return db.prepare(searchSql(table, true)).all({ rare, common, base: name, vector });
      return common === NONE && matches <= RARE ? few.all({ rare }) : byText.all({ rare, common });
    };
    let rows = find(common) as unknown[] as Pick<Row, 'id' | 'place'>[];
    if (rows.length === 0 && any !== NONE) rows = find(any) as unknown[] as Pick<Row, 'id' | 'place'>[];
    const ranked = rank(
      question,
      clauses.map((words) => question.filter(({ word }) => meaningsOf(words).includes(word))),
      vocabulary,
      passages,
      rows.map(({ id, place }): Row => ({ ...candidate(id), id, place })),
    );
    return { question, best: fuse(ranked).slice(0, limit) };
  }

  function passage({ row, score }: Ranked<Row>): Passage {
    const { source, position, title, text, language } = passageOf.get(row.id) as unknown as Stored;
    return {
      ...{ id: `${name}/${source}#${position}`, base: name, source, title, text },
      ...(language === null ? {} : { language }),
      score,
    };
  }

  return {
    change(work) {
      changes = new Map();
      added = 0;
      guarded(() => transaction(db, work));
      candidates.clear();
      passages += added;
      for (const [word, by] of changes) vocabulary.add(word, by);
    },

    insert(source, position, { title, text, language }) {
      const id = addPassage.run(name, source, position, title, text, language ?? null).lastInsertRowid;
      // A title is a path of headings ("Wi-Fi › Password"). Only the last is the passage's own; its siblings have the others too.
      const own = title.lastIndexOf('›') + 1;
      const heading = normalise(title.slice(own));
      const words = normalise(`${title.slice(0, own)} ${text}`);
      addWords.run(id, heading, words);
      count(`${heading} ${words}`, 1);
    },

    remove(id) {
      const row = wordsOf.get(id);
      if (row) count(`${row.title} ${row.text}`, -1);
      removeWords.run(id);
      removePassage.run(id);
    },

    mentions(word) {
      // A word's rarity is that of its beginning, which inflection leaves alone.
      return Math.min(...vocabulary.pieces(word).slice(0, 3).map(vocabulary.having));
    },

    size: () => passages,

    search: (...asked) => found(...asked).best.map(passage),
    explain(...asked) {
      const { question, best } = found(...asked);
      return best.map((each) => ({
        ...passage(each),
        words: wordsFound(question, each.row),
        ...(each.row.place === null ? {} : { nearest: each.row.place }),
      }));
    },
  };
}

/** One order of two, by text and by meaning. By text alone, what covers nothing of the question is left out: a piece of a word in common is chance. */
function fuse(ranked: Ranked<Row>[]): Ranked<Row>[] {
  const share = (place: number) => 1 / (FUSION + place);
  return ranked
    .map((each, at) => ({
      each,
      fused: (each.row.place === null ? 0 : share(each.row.place)) + (each.score > 0 ? share(at + 1) : 0),
    }))
    .filter(({ fused }) => fused > 0)
    .sort((a, b) => b.fused - a.fused)
    .map(({ each }) => each);
}

/** All bases of the index by name. */
export function openBases(db: DatabaseSync): Map<string, Base> {
  const rows = db.prepare('select number, name from base').all();
  return new Map(rows.map(({ number, name }) => [String(name), openBase(db, String(name), Number(number))]));
}

/** Makes the tables of a new base, in a transaction of its own. */
export function createBase(db: DatabaseSync, name: string): Base {
  let number = 0;
  transaction(db, () => {
    number = Number(db.prepare('insert into base (name) values (?)').run(name).lastInsertRowid);
    db.exec(baseTables(number));
  });
  return openBase(db, name, number);
}
