/**
 * The knowledge index in a database file of its own: FTS5 trigrams over normalised text, and vectors when an embedder is set, ranked
 * together in one statement. All of it can be made again from the knowledge files, so another schema starts anew.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DragomanError } from '../../core/errors.ts';
import type { Passage } from '../../core/model.ts';
import type { Embedder, Knowledge, Logger, PassageInput } from '../../core/ports.ts';
import { contentWords, likeness, normalise, trigrams } from '../../core/text/words.ts';
import { NEAREST, openVectors, type Vectors } from './vectors.ts';

/** Another value makes the index anew, e.g. after a change of the tables or of the normaliser. */
const SCHEMA_VERSION = 1;
/** What is read of a question: a pasted page must not cost a second. */
const QUERY_LENGTH = 2000;
const QUERY_WORDS = 32;
/** Pieces of the question that are looked up, the rarest first: common ones cost most and tell least. */
const QUERY_PIECES = 24;

const TABLES = `
  create table source (base text not null, source text not null, hash text not null, primary key (base, source)) without rowid;
  create table passage (
    id integer primary key autoincrement, base text not null, source text not null, position integer not null,
    title text not null, text text not null, language text, embedded integer not null default 0
  );
  create index passage_source on passage (base, source, position);
  create virtual table words using fts5(title, text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1');
  create virtual table vocabulary using fts5vocab(words, row);
  pragma user_version = ${SCHEMA_VERSION};
`;

/** Reciprocal rank fusion (k = 60) of the ranks by text and, with vectors, by meaning. A word of the title counts twice. */
const searchSql = (vectors: boolean) => `
  with hits as (
    select words.rowid id, bm25(words, 2.0, 1.0) weight from words cross join passage p on p.id = words.rowid
    where words match :match and p.base = :base order by weight limit 50
  ), ranks as (
    select id, row_number() over (order by weight) place from hits
    ${vectors ? `union all select id, place from (${NEAREST})` : ''}
  ), fused as (
    select id, sum(1.0 / (60 + place)) rank from ranks group by id
  )
  select p.source, p.position, p.title, p.text, p.language from fused join passage p on p.id = fused.id
  order by fused.rank desc, p.id limit :limit
`;

/** A word of the question and how much finding it says: much for a rare word, little for one that every passage has. */
interface Weighted {
  word: string;
  weight: number;
}

/** The share of the question's weight that the passage has, each word counted as much as its most alike word in the passage. */
function coverage(question: Weighted[], passage: PassageInput): number {
  const words = [...new Set(normalise(`${passage.title} ${passage.text}`).split(' '))];
  let found = 0;
  let total = 0;
  for (const { word, weight } of question) {
    total += weight;
    found += weight * words.reduce((best, other) => (best === 1 ? 1 : Math.max(best, likeness(word, other))), 0);
  }
  return total === 0 ? 0 : found / total;
}

function connect(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { allowExtension: true, timeout: 5000 });
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = normal');
    if (db.prepare('pragma user_version').get()?.user_version === 0) db.exec(`begin; ${TABLES} commit`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite's result codes for a file that is damaged or is no database. */
const isBroken = (error: unknown) =>
  error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26);

function connectAnew(file: string): DatabaseSync {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
  return connect(file);
}

function openDatabase(file: string, log: Logger): DatabaseSync {
  try {
    const db = connect(file);
    const version = db.prepare('pragma user_version').get()?.user_version;
    if (version === SCHEMA_VERSION) return db;
    db.close();
    log.info('The knowledge index has another format; it is made anew.');
    return connectAnew(file);
  } catch (error) {
    if (!isBroken(error)) throw error;
    log.warn('The knowledge index is damaged; it is made anew.');
    return connectAnew(file);
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new DragomanError(
      'STORE_UNAVAILABLE',
      'The knowledge index cannot be read or written.',
      'Check the space and the rights of the data folder; deleting knowledge.db is safe, it is made again at the next start.',
      { cause: error, retryable: true },
    );
  }
}

/**
 * Opens the index, making it anew where it is missing, damaged or of another format.
 *
 * A passage's `score` is the share of what the question is about that the passage covers, 0 to 1: the question's words without stop
 * words, rare ones weighing more, in any inflection and with small typing errors. Below 0.4 the passage hardly answers the
 * question (measured: docs/adr/0004). It is measured on the text alone, so it means the same with any embedding model; a passage found only by meaning may have 0.
 * The order is that of the ranking, not of the scores. A question of stop words only ("hola, ¿qué tal?") finds nothing.
 *
 * With an embedder, `put` resolves when its vectors are there as well; when embedding fails the passages can be searched by text and
 * `sources` gives an empty hash for their file, so that the next sync puts it again.
 *
 * @param file path of the database; `:memory:` keeps nothing.
 * @throws DragomanError STORE_UNAVAILABLE
 */
export function openKnowledge(
  file: string,
  options: { embedder?: Embedder; log: Logger },
): Knowledge & { bases(): Promise<string[]>; close(): void } {
  const { embedder, log } = options;
  const db = guarded(() => openDatabase(file, log));
  const vectors: Vectors | null = embedder ? guarded(() => openVectors(db, embedder, log)) : null;

  const documentsWith = db.prepare('select doc from vocabulary where term = ?');
  const byText = db.prepare(searchSql(false));
  const stored = db.prepare(
    'select id, title, text, language from passage where base = ? and source = ? order by position',
  );

  function transaction(work: () => void): void {
    db.exec('begin immediate');
    try {
      work();
      db.exec('commit');
    } catch (error) {
      db.exec('rollback');
      throw error;
    }
  }

  function remove(base: string, source: string): void {
    for (const { id } of stored.all(base, source)) {
      db.prepare('delete from words where rowid = ?').run(id!);
      db.prepare('delete from passage where id = ?').run(id!);
      vectors?.remove(Number(id));
    }
    db.prepare('delete from source where base = ? and source = ?').run(base, source);
  }

  function insert(base: string, source: string, hash: string, passages: PassageInput[]): void {
    db.prepare('insert into source (base, source, hash) values (?, ?, ?)').run(base, source, hash);
    const passage = db.prepare(
      'insert into passage (base, source, position, title, text, language) values (?, ?, ?, ?, ?, ?)',
    );
    const words = db.prepare('insert into words (rowid, title, text) values (?, ?, ?)');
    passages.forEach(({ title, text, language }, position) => {
      const id = passage.run(base, source, position, title, text, language ?? null).lastInsertRowid;
      // A title is a path of headings ("Wi-Fi › Password"). Only the last is the passage's own; its siblings have the others too.
      const own = title.lastIndexOf('›') + 1;
      words.run(id, ` ${normalise(title.slice(own))} `, ` ${normalise(`${title.slice(0, own)} ${text}`)} `);
    });
  }

  /** Already there, so that only missing vectors are to be made. */
  function unchanged(base: string, source: string, passages: PassageInput[]): boolean {
    const rows = stored.all(base, source);
    const same = (row: (typeof rows)[number], next: PassageInput | undefined) =>
      row.title === next?.title && row.text === next?.text && row.language === (next?.language ?? null);
    return rows.length > 0 && rows.length === passages.length && rows.every((row, at) => same(row, passages[at]));
  }

  const documents = (piece: string) => Number(documentsWith.get(piece)?.doc ?? 0);

  /** An FTS5 expression: any of the question's pieces that some passage has; null when there are none. */
  function expression(words: string[]): string | null {
    const pieces = [...new Set(words.flatMap(trigrams))]
      .map((piece) => ({ piece, having: documents(piece) }))
      .filter(({ having }) => having > 0)
      .sort((a, b) => a.having - b.having)
      .slice(0, QUERY_PIECES);
    return pieces.map(({ piece }) => `"${piece}"`).join(' OR ') || null;
  }

  /** A word's rarity is that of its beginning, which inflection leaves alone. The 3 keeps a word that no file has from weighing too much. */
  function weigh(words: string[]): Weighted[] {
    const total = Number(db.prepare('select count(*) n from passage').get()?.n ?? 0);
    return words.map((word) => {
      const having = Math.min(...trigrams(word).slice(0, 3).map(documents));
      return { word, weight: Math.log(1 + total / (having + 3)) };
    });
  }

  return {
    async put(base, source, hash, passages) {
      guarded(() =>
        transaction(() => {
          if (unchanged(base, source, passages)) {
            db.prepare('update source set hash = ? where base = ? and source = ?').run(hash, base, source);
            return;
          }
          remove(base, source);
          if (passages.length) insert(base, source, hash, passages);
        }),
      );
      if (!vectors) return;
      const waiting = db.prepare(
        `select id, base, title || char(10) || text text from passage where base = ? and source = ? and embedded = 0`,
      );
      const rows = guarded(() => waiting.all(base, source));
      await vectors.add(rows.map((row) => ({ id: Number(row.id), base, text: String(row.text) })));
    },

    async sources(base) {
      const incomplete = vectors
        ? 'exists (select 1 from passage p where p.base = s.base and p.source = s.source and not embedded)'
        : '0';
      const rows = guarded(() =>
        db.prepare(`select source, iif(${incomplete}, '', hash) hash from source s where base = ?`).all(base),
      );
      return new Map(rows.map((row) => [String(row.source), String(row.hash)]));
    },

    async bases() {
      return guarded(() => db.prepare('select distinct base from source order by base').all()).map((row) =>
        String(row.base),
      );
    },

    async search(base, query, limit) {
      const words = contentWords(query.slice(0, QUERY_LENGTH)).slice(0, QUERY_WORDS);
      if (words.length === 0) return [];
      const vector = vectors ? await vectors.query(query.slice(0, QUERY_LENGTH)) : null;
      return guarded(() => {
        // An empty phrase matches nothing, for a question that is found by meaning only.
        const match = expression(words) ?? '""';
        const rows = vector
          ? db.prepare(searchSql(true)).all({ match, base, limit, vector })
          : byText.all({ match, base, limit });
        const question = weigh(words);
        const passages = rows.map((row): Passage => {
          const passage = {
            id: `${base}/${row.source}#${row.position}`,
            base,
            source: String(row.source),
            title: String(row.title),
            text: String(row.text),
            ...(row.language === null ? {} : { language: String(row.language) }),
          };
          return { ...passage, score: coverage(question, passage) };
        });
        // By text alone, a piece of a word in common is chance.
        return vector ? passages : passages.filter(({ score }) => score > 0);
      });
    },

    close: () => db.close(),
  };
}
