/** Group commit: every write of one turn of the event loop goes into one transaction, and each caller waits for its commit. */
import type { DatabaseSync } from 'node:sqlite';
import { DragomanError } from '../../core/errors.ts';

export interface Committer {
  /** Runs `write` inside the next transaction. Rejects with what it threw; its writes are then undone, the others' are not. */
  run<T>(write: () => T): Promise<T>;
  /** Commits what waits, now. */
  flush(): void;
}

interface Job {
  write: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** @param undone called after writes were rolled back. */
export function createCommitter(db: DatabaseSync, undone: () => void = () => {}): Committer {
  let jobs: Job[] = [];
  let planned = false;

  function flush(): void {
    planned = false;
    const batch = jobs;
    jobs = [];
    if (batch.length === 0) return;
    try {
      db.exec('begin immediate');
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
      db.exec('commit');
      return results;
    } catch {
      rollback();
      return null;
    }
  }

  function alone(job: Job): void {
    try {
      db.exec('begin immediate');
      const result = job.write();
      db.exec('commit');
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
    run<T>(write: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        jobs.push({ write, resolve: resolve as (value: never) => void, reject });
        if (planned) return;
        planned = true;
        setImmediate(flush);
      });
    },
    flush,
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
