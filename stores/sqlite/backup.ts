/** A copy of the database while its server goes on. */
import { closeSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * What is committed now, whole, in one file that only its user may read.
 * @throws Error EEXIST where `target` is there already; whatever SQLite says, and then nothing is left at `target`.
 */
export function copyDatabase(file: string, target: string): void {
  closeSync(openSync(target, 'wx', 0o600));
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    // Into an empty file SQLite writes; one that has something in it it refuses.
    db.prepare('vacuum into ?').run(target);
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  } finally {
    db.close();
  }
}
