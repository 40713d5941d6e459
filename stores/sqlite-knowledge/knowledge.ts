/**
 * The knowledge index in a database file of its own: each base's words and their statistics, and vectors when an embedder is set, ranked
 * together.
 */
import { setImmediate } from 'node:timers/promises';
import { DragomanError } from '../../core/errors.ts';
import type { Embedder, IndexedFile, Knowledge, Logger, PassageInput } from '../../core/ports.ts';
import { clausesOf } from '../../core/text/clauses.ts';
import { type Base, createBase, openBases, type Question } from './base.ts';
import { guarded, openDatabase } from './database.ts';
import { openVectors, type Vectors } from './vectors.ts';

/** What is embedded of a question. */
const QUERY_LENGTH = 2000;
const QUERY_WORDS = 64;
/** Passages that are written in one go, some 10 ms. */
const STEP = 100;
/** Passages after which the log says how far it is. */
const TOLD = 20_000;
/** Passages of another base that are heard on how rare a word is, where the base that is asked has fewer: about a handbook's. */
const HEARD = 30;

const missing = (base: string) =>
  new DragomanError(
    'KNOWLEDGE_MISSING',
    `There is no knowledge base "${base}".`,
    'Make a folder of this name with files in the knowledge folder, or choose another base in the rag node.',
    { retryable: true },
  );

/** As many clauses, from the first on, as have `QUERY_WORDS` words. */
function withinWords(clauses: string[][]): string[][] {
  let left = QUERY_WORDS;
  return clauses
    .map((words) => {
      const kept = words.slice(0, left);
      left -= kept.length;
      return kept;
    })
    .filter((words) => words.length > 0);
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
): Knowledge & { close(): void } {
  const { embedder, log } = options;
  const { db, content: bases } = guarded(() => openDatabase(file, log, openBases));
  const vectors: Vectors | null = embedder ? guarded(() => openVectors(db, embedder, log)) : null;

  const stored = db.prepare(
    'select id, title, text, language from passage where base = ? and source = ? order by position',
  );

  const filesOf = db.prepare(
    `select source, notes, (select count(*) from passage p where p.base = s.base and p.source = s.source) passages
     from source s where base = ? order by source`,
  );

  function baseOf(name: string): Base {
    let base = bases.get(name);
    if (!base) {
      base = guarded(() => createBase(db, name));
      bases.set(name, base);
    }
    return base;
  }

  /**
   * In steps, so that a long file does not stop everything else; a file of one step is replaced at once. Until the last step its hash is
   * empty, so that a sync after a crash puts it again.
   */
  async function replace(
    name: string,
    source: string,
    hash: string,
    passages: PassageInput[],
    told?: (share: number) => void,
    notes: string[] = [],
  ): Promise<void> {
    const base = baseOf(name);
    const mark = db.prepare(
      `insert into source (base, source, hash, notes) values (?, ?, ?, ?)
       on conflict do update set hash = excluded.hash, notes = excluded.notes`,
    );
    const forget = db.prepare('delete from source where base = ? and source = ?');
    const old = stored.all(name, source).map(({ id }) => Number(id));
    const last = old.length + passages.length;
    for (let from = 0; from === 0 || from < last; from += STEP) {
      if (from > 0) {
        await setImmediate();
        told?.(from / last);
      }
      if (from > 0 && from % TOLD === 0)
        log.info(`Knowledge file ${name}/${source}: ${Math.floor((100 * from) / last)} % is indexed.`);
      if (!db.isOpen) return;
      const until = from + STEP;
      base.change(() => {
        for (const id of old.slice(from, until)) {
          base.remove(id);
          vectors?.remove(id);
        }
        const first = Math.max(0, from - old.length);
        passages.slice(first, Math.max(0, until - old.length)).forEach((passage, at) => {
          base.insert(source, first + at, passage);
        });
        if (until < last) mark.run(name, source, '', '[]');
        else if (passages.length) mark.run(name, source, hash, JSON.stringify(notes));
        else forget.run(name, source);
      });
    }
  }

  /** Already there, so that only missing vectors are to be made. */
  function unchanged(name: string, source: string, passages: PassageInput[]): boolean {
    let at = 0;
    for (const row of stored.iterate(name, source)) {
      const next = passages[at++];
      if (row.title !== next?.title || row.text !== next?.text || row.language !== (next?.language ?? null))
        return false;
    }
    return at > 0 && at === passages.length;
  }

  async function store(
    ...[name, source, hash, passages, told, notes = []]: Parameters<Knowledge['put']>
  ): Promise<void> {
    if (guarded(() => unchanged(name, source, passages))) {
      const mark = db.prepare('update source set hash = ?, notes = ? where base = ? and source = ?');
      guarded(() => mark.run(hash, JSON.stringify(notes), name, source));
    } else if (passages.length || bases.has(name)) await replace(name, source, hash, passages, told, notes);
  }

  /**
   * How much finding a word says. The 3 keeps a word that no file has from weighing too much. All bases are heard: a small one alone says little
   * about rarity. None is heard more than the one that is asked, or a catalogue of hundreds of equal forms would say what is rare in a handbook.
   */
  function weightIn(asked: Base): (word: string) => number {
    const most = Math.max(asked.size(), HEARD);
    return (word) => {
      let total = 0;
      let having = 3;
      for (const base of bases.values()) {
        const share = Math.min(1, most / base.size());
        total += share * base.size();
        having += share * base.mentions(word);
      }
      return Math.log(1 + total / having);
    };
  }

  /** What a base is asked; null where the question says nothing. @throws DragomanError KNOWLEDGE_MISSING */
  async function prepared(
    name: string,
    query: string,
    meant: string,
  ): Promise<{ base: Base; question: Question } | null> {
    const base = bases.get(name);
    if (!base?.size()) throw missing(name);
    const clauses = withinWords(clausesOf(query));
    if (clauses.length === 0) return null;
    const vector = vectors && meant.trim() ? await vectors.query(meant.slice(0, QUERY_LENGTH)) : null;
    return { base, question: [clauses, weightIn(base), vector] };
  }

  /** Puts follow each other: two of one file must not mix. */
  let before: Promise<unknown> = Promise.resolve();

  return {
    async put(base, source, ...given) {
      const stored = before.then(() => store(base, source, ...given));
      before = stored.catch(() => {});
      await stored;
      if (!vectors || !db.isOpen) return;
      const waiting = db.prepare(
        `select id, base, title || char(10) || text text from passage where base = ? and source = ? and embedded = 0`,
      );
      const rows = guarded(() => waiting.all(base, source));
      await vectors.add(rows.map((row) => ({ id: Number(row.id), base, text: String(row.text) })));
    },

    size: (base) => bases.get(base)?.size() ?? 0,

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

    async search(base, query, limit, meant = query) {
      const asked = await prepared(base, query, meant);
      return asked ? guarded(() => asked.base.search(...asked.question, limit)) : [];
    },

    async explain(base, query, limit, meant = query) {
      const asked = await prepared(base, query, meant);
      return asked ? guarded(() => asked.base.explain(...asked.question, limit)) : [];
    },

    async files(base) {
      const rows = guarded(() => filesOf.all(base));
      return rows.map(
        ({ source, passages, notes }): IndexedFile => ({
          ...{ source: String(source), passages: Number(passages), notes: JSON.parse(String(notes)) },
        }),
      );
    },

    async passages(base, source) {
      return guarded(() => stored.all(base, source)).map(({ title, text, language }) => ({
        ...{ title: String(title), text: String(text) },
        ...(language === null ? {} : { language: String(language) }),
      }));
    },

    close: () => db.close(),
  };
}
