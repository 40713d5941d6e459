/** Brings the words of the search up to date: some rows at a time, between what else is written, and when nothing is written best of all. */
import type { DatabaseSync } from 'node:sqlite';
import { wordsOf } from '../../core/text/search.ts';
import type { Committer } from './commit.ts';

/** Rows of one step, which takes some milliseconds. */
const ROWS = 100;
/** Between two steps others have the processor. */
const PAUSE_MS = 20;
/** After so long without a write it is read what was said. */
const QUIET_MS = 10_000;
/** Where it is never quiet, after so many of those. */
const LATEST = 6;
/** Words of what was erased are taken out of the index so often, where nobody was forgotten: all of it is written anew for them. */
const MERGE_MS = 86_400_000;
/** Pages of the index that one step writes. */
const PAGES = 50;
/** What a search reads itself before it looks: the rest it goes through word by word. */
const STEPS_OF_A_SEARCH = 10;

/** A word that stands for the account, and that no text has. */
export const accountWord = (accountId: string): string => `=${wordsOf(accountId).join('')}`;

export interface SearchIndex {
  /** Reads what is new, if that is little. */
  catchUp(): Promise<void>;
  /** To be called before each commit. */
  written(): void;
  stop(): void;
}

/** @param run of the group commit: a step goes with the next write */
export function keepIndex(db: DatabaseSync, run: Committer['run']): SearchIndex {
  const { readNew, readOld, merge } = indexing(db);
  let merged = Number.NEGATIVE_INFINITY;
  let commits = 0;
  /** How many there were at the last look, and when all was read. */
  let before = 0;
  let done = -1;
  let waited = 0;
  let stopped = false;
  let going: Promise<void> | undefined;

  async function each(step: () => boolean): Promise<void> {
    while (!stopped && (await run(step, true))) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
  }

  async function work(): Promise<void> {
    await each(() => readNew() || readOld());
    if (performance.now() - merged > MERGE_MS) {
      await each(merge);
      merged = performance.now();
    }
    before = done = commits;
  }

  const timer = setInterval(() => {
    if (going || commits === done) return;
    const quiet = commits === before;
    before = commits;
    if (!quiet && ++waited < LATEST) return;
    waited = 0;
    // A disk that is full now may not be then.
    going = work()
      .catch(() => {})
      .finally(() => {
        going = undefined;
      });
  }, QUIET_MS).unref();

  return {
    async catchUp() {
      for (let steps = 0; steps < STEPS_OF_A_SEARCH && (await run(readNew)); steps++);
    },
    written: () => void commits++,
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

type Bounds = { low: number; high: number };
type Said = { seq: number; text: string; account_id: string; deleted_at: number | null };

/** Steps, each to be run in a transaction. They return whether they had something to do. */
export interface Indexing {
  /** What was said, changed or named since, and names of before. */
  readNew(): boolean;
  /** What was said before there was a search, the newest first. */
  readOld(): boolean;
  /** Takes the words of what was erased out of the index. */
  merge(): boolean;
}

/** All at once, what `merge` does in steps. */
export function mergeWords(db: DatabaseSync): void {
  db.exec("insert into said_words(said_words) values('optimize'); update said_read set stale = 0");
}

export function indexing(db: DatabaseSync): Indexing {
  const names = db.prepare(
    'select u.contact_id as id, c.name, c.username from name_unread u join contact c on c.id = u.contact_id limit ?',
  );
  const readName = db.prepare('delete from name_unread where contact_id = ?');
  const addName = db.prepare('insert into name_words(word, contact_id) values(?, ?) on conflict do nothing');
  const changed = db.prepare(
    `select u.seq, m.text, m.account_id, m.deleted_at from said_unread u join message m on m.seq = u.seq limit ?`,
  );
  const readSaid = db.prepare('delete from said_unread where seq = ?');
  const dropSaid = db.prepare('delete from said_words where rowid = ?');
  const addSaid = db.prepare('insert into said_words(rowid, words) values(?, ?)');
  const bounds = db.prepare('select low, high from said_read');
  const setBounds = db.prepare('update said_read set low = ?, high = ?');
  const columns = 'seq, text, account_id, deleted_at';
  const newer = db.prepare(`select ${columns} from message where seq > ? order by seq limit ?`);
  const older = db.prepare(`select ${columns} from message where seq < ? order by seq desc limit ?`);

  function add({ seq, text, account_id, deleted_at }: Said): void {
    const words = deleted_at === null ? wordsOf(text) : [];
    if (words.length > 0) addSaid.run(seq, `${words.join(' ')} ${accountWord(account_id)}`);
  }

  function readNames(): boolean {
    const unnamed = names.all(ROWS) as { id: string; name: string | null; username: string | null }[];
    for (const { id, name, username } of unnamed) {
      for (const word of wordsOf(`${name ?? ''} ${username ?? ''}`)) addName.run(word, id);
      readName.run(id);
    }
    return unnamed.length > 0;
  }

  function readChanged(): boolean {
    const edited = changed.all(ROWS) as Said[];
    for (const said of edited) {
      dropSaid.run(said.seq);
      add(said);
      readSaid.run(said.seq);
    }
    return edited.length > 0;
  }

  function readLatest(): boolean {
    const { low, high } = bounds.get() as Bounds;
    const latest = newer.all(high, ROWS) as Said[];
    for (const said of latest) add(said);
    if (latest.length > 0) setBounds.run(low, latest.at(-1)!.seq);
    return latest.length > 0;
  }

  const isStale = db.prepare('select 1 from said_read where stale = 1');
  const notStale = db.prepare('update said_read set stale = 0');
  const written = db.prepare('select total_changes() as n');
  const mergePages = db.prepare("insert into said_words(said_words, rank) values('merge', ?)");
  const changes = () => (written.get() as { n: number }).n;
  let merging = false;

  return {
    merge() {
      if (!isStale.get()) return false;
      const before = changes();
      // The first step, with a minus, says that all parts are to become one; it counts as one change when there is nothing to do.
      mergePages.run(merging ? PAGES : -PAGES);
      merging = changes() - before >= 2;
      if (!merging) notStale.run();
      return merging;
    },
    readNew: () => readLatest() || readChanged() || readNames(),
    readOld() {
      const { low, high } = bounds.get() as Bounds;
      const old = (older.all(low, ROWS) as Said[]).reverse();
      for (const said of old) add(said);
      if (old.length > 0) setBounds.run(old[0]!.seq, high);
      return old.length > 0;
    },
  };
}
