/** Whether nobody works on a database. */

import { DragomanError } from '../../core/errors.ts';
import type { Json } from '../../core/model.ts';
import { type Connection, guarded } from './connection.ts';

/** Longer than a process waits before it tells again that it lives. */
const PULSE_MS = 4_000;

/**
 * @param why what would happen otherwise, as a sentence
 * @throws DragomanError DATA_IN_USE
 */
export async function checkUnused({ db, name }: Connection, why: string): Promise<void> {
  const workers = () =>
    guarded(() =>
      db
        .collection('workers')
        .find({ gone: { $ne: true } })
        .toArray(),
    );
  const before = new Map((await workers()).map(({ _id, pulse }) => [String(_id), pulse as Json]));
  if (before.size === 0) return;
  await new Promise((resolve) => setTimeout(resolve, PULSE_MS));
  if (!(await workers()).some(({ _id, pulse }) => before.get(String(_id)) !== pulse)) return;
  throw new DragomanError('DATA_IN_USE', `A Dragoman process works on ${name}.`, `Stop all of them first: ${why}`);
}
