/** Whether a database is a copy that is not whole: it says so itself, until it is. */
import { halfCopy } from '../copy/half.ts';
import type { Progress } from '../copy/kinds.ts';
import type { Connection } from './connection.ts';

/** In `meta`. */
export const COPY = 'copy';

export async function copyProgress({ c }: Pick<Connection, 'c'>): Promise<Progress | null> {
  const found = await c('meta').findOne({ _id: COPY });
  return found && (JSON.parse(found.progress) as Progress);
}

/** @throws DragomanError DATA_INCOMPLETE */
export async function checkWhole(connection: Connection): Promise<void> {
  const progress = await copyProgress(connection);
  if (progress) throw halfCopy(connection.name, progress.from);
}
