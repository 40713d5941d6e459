/** Group commit: every write of one turn of the event loop goes into one transaction, and each caller waits for its commit. */
import type { DatabaseSync } from 'node:sqlite';
import { DragomanError } from '../../core/errors.ts';

export interface Committer {
  /**
   * Runs `write` inside the next transaction. Rejects with what it threw; its writes are then undone, the others' are not.
   * @param lazy it goes with the next write that is not, at the latest after `LAZY_MS`.
   */
  run<T>(write: () => T, lazy?: boolean): Promise<T>;
  /** Commits what waits, now. */
  flush(): void;
  /** Commits lazy writes, so that who reads now sees them. */
  catchUp(): void;
}

/** The longest that a write nobody waits for waits for company. */
const LAZY_MS = 10;

interface Job {
  write: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * @param complete called before each commit
 * @param undone called after writes were rolled back.
 */
export function createCommitter(db: DatabaseSync, complete: () => void, undone: () => void): Committer {
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  let jobs: Job[] = [];
  let planned = false;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    planned = false;
    clearTimeout(timer);
    timer = undefined;
    const batch = jobs;
    jobs = [];
    if (batch.length === 0) return;
    try {
      begin.run();
    } catch (error) {
      for (const job of batch) job.reject(unavailable(error));
      return;
    }
    const results = attempt(batch);
    if (results) for (const [index, job] of batch.entries()) job.resolve(results[index] as never);
    // One of them failed and took the transaction with it: each alone, so that only the guilty one fails.
    else for (const job of batch) alone(job);
  }

  /** Null when one of them failed; then nothing of the batch is written. */
  function attempt(batch: Job[]): unknown[] | null {
    try {
      const results = batch.map((job) => job.write());
      complete();
      commit.run();
      return results;
    } catch {
      rollback();
      return null;
    }
  }

  function alone(job: Job): void {
    try {
      begin.run();
      const result = job.write();
      complete();
      commit.run();
      job.resolve(result as never);
    } catch (error) {
      rollback();
      job.reject(isSqlite(error) ? unavailable(error) : error);
    }
  }

  function rollback(): void {
    if (db.isTransaction) db.exec('rollback');
    undone();
  }

  return {
    run<T>(write: () => T, lazy = false): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        jobs.push({ write, resolve: resolve as (value: never) => void, reject });
        if (planned) return;
        if (lazy) {
          timer ??= setTimeout(flush, LAZY_MS);
          return;
        }
        planned = true;
        setImmediate(flush);
      });
    },
    flush,
    catchUp() {
      if (timer) flush();
    },
  };
}

const isSqlite = (error: unknown) => error instanceof Error && 'errcode' in error;

function unavailable(error: unknown): DragomanError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DragomanError(
    'STORE_UNAVAILABLE',
    `The database could not be written: ${reason}.`,
    'Check free disk space and the permissions of the data folder.',
    {
      cause: error,
      retryable: true,
    },
  );
}
