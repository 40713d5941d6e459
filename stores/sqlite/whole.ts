/** Whether a database is a copy that is not whole: the copy's own table says so, until it is. */
import type { DatabaseSync } from 'node:sqlite';
import { halfCopy } from '../copy/half.ts';
import type { Progress } from '../copy/kinds.ts';

export function copyProgress(db: DatabaseSync): Progress | null {
  const marked = db.prepare("select 1 from sqlite_master where type = 'table' and name = 'copying'").get();
  if (!marked) return null;
  const { progress } = db.prepare('select progress from copying').get() as { progress: string };
  return JSON.parse(progress) as Progress;
}

/** @throws DragomanError DATA_INCOMPLETE */
export function checkWhole(db: DatabaseSync, file: string): void {
  const progress = copyProgress(db);
  if (progress) throw halfCopy(file, progress.from);
}
