/** What lists have in common: where a page begins, and what is left out. */
import type { Document } from 'mongodb';
import type { Page } from '../../core/ports.ts';

/** In a query: nobody who is being forgotten. */
export const SEEN = { hidden: { $exists: false } } as const;

/** In the order of a list, newest first: what has the same time goes by its id. */
export const newestFirst = (field: string) => ({ [field]: -1, _id: -1 }) as const;

/**
 * In a query: what comes after where the page before ended. The outer bound is what an index begins at.
 * @param id the field that orders what has the same time
 */
export function older(
  field: string,
  { before = Number.MAX_SAFE_INTEGER, beforeId }: Omit<Page, 'limit'>,
  id = '_id',
): Document {
  if (beforeId === undefined) return { [field]: { $lt: before } };
  return {
    [field]: { $lte: before },
    $or: [{ [field]: { $lt: before } }, { [field]: before, [id]: { $lt: beforeId } }],
  };
}
