/** Which indexes must be there, held against which are. */
import { DragomanError } from '../../core/errors.ts';
import { COLLECTIONS, NAMES, type Name } from './collections.ts';
import { type Connection, isDuplicate } from './connection.ts';
import type { Index } from './shape.ts';
import { checkUnused } from './unused.ts';

/**
 * The version of what is kept. Raised only by a change that the version before cannot work beside: what is new beside what was there leaves it as it is
 * (ADR 19).
 */
const VERSION = 1;

/** As the database calls it. */
const nameOf = ({ key }: Index) =>
  Object.entries(key)
    .map(([field, way]) => `${field}_${way}`)
    .join('_');

/**
 * Makes what is missing, and notes the version.
 * @throws DragomanError DATA_NEWER where a later version wrote the database; DATA_IN_USE where an earlier one works on it that this one cannot work beside;
 *   SETTING_INVALID where an index of that name is another one
 */
export async function checkIndexes(connection: Connection): Promise<void> {
  const known = await checkVersion(connection);
  if (known !== undefined && known < VERSION)
    await checkUnused(connection, 'they are of an earlier version, which cannot work beside this one.');
  const version = { $setOnInsert: { v: 1 }, $set: { version: VERSION } };
  // Who starts at the same moment may be before.
  if (known !== VERSION)
    await connection
      .c('meta')
      .updateOne({ _id: 'schema' }, version, { upsert: true })
      .catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      });
  await Promise.all(NAMES.map((name) => check(connection, name)));
}

/** @returns the version that wrote the database, if any. @throws DragomanError DATA_NEWER where that is a later one */
export async function checkVersion({ c, db }: Connection): Promise<number | undefined> {
  const known = await c('meta').findOne({ _id: 'schema' });
  if (known && known.version > VERSION)
    throw new DragomanError(
      'DATA_NEWER',
      `The database ${db.databaseName} was written by a newer Dragoman (version ${known.version}, this one knows ${VERSION}).`,
      'Start the newer Dragoman, or restore a backup made before its upgrade.',
    );
  return known?.version;
}

async function check({ c, db }: Connection, name: Name): Promise<void> {
  const wanted: readonly Index[] = COLLECTIONS[name].indexes;
  const there = await c(name)
    .listIndexes()
    .toArray()
    .catch(() => []);
  const missing: Index[] = [];
  for (const index of wanted) {
    const found = there.find((one) => one.name === nameOf(index));
    if (!found) missing.push(index);
    else if (!isSame(index, found))
      throw new DragomanError(
        'SETTING_INVALID',
        `The index ${nameOf(index)} of ${db.databaseName}.${name} is not the one that this version needs.`,
        `Remove it with db.${name}.dropIndex("${nameOf(index)}") and start again: it is made anew.`,
      );
  }
  if (missing.length > 0)
    await c(name).createIndexes(
      missing.map(({ key, unique, sparse }) => ({ key, ...(unique && { unique }), ...(sparse && { sparse }) })),
    );
}

const isSame = ({ key, unique, sparse }: Index, found: { key: object; unique?: boolean; sparse?: boolean }) =>
  JSON.stringify(key) === JSON.stringify(found.key) &&
  (unique ?? false) === (found.unique ?? false) &&
  (sparse ?? false) === (found.sparse ?? false);
