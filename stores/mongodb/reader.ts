/** Reading lists: documents of a collection as core's records. */
import type { Document } from 'mongodb';
import { type Kept, type Name, shapeOf, THERE } from './collections.ts';
import { type Connection, guarded } from './connection.ts';
import { recordOf } from './documents.ts';

export interface Sought {
  sort?: Record<string, 1 | -1>;
  skip?: number;
  limit?: number;
  /** Of documents, beside `_id`: no other fields are read. */
  fields?: readonly string[];
}

export interface Reader {
  /** What a step is about to make is not there yet, what it is about to change is as it was. */
  find<T>(name: Name, filter: Document, sought?: Sought): Promise<T[]>;
  one<T>(name: Name, filter: Document, sought?: Sought): Promise<T | null>;
  /** The documents themselves, with their derived fields. */
  documents(name: Name, filter: Document, sought?: Sought): Promise<Kept[]>;
  count(name: Name, filter: Document): Promise<number>;
  /** Stages of an aggregation, on what is there. */
  aggregate<T extends Document>(name: Name, stages: Document[]): Promise<T[]>;
}

/** @param written what was to be written lazily is on its way until then: who reads sees it */
export function createReader(
  { c }: Pick<Connection, 'c'>,
  written: () => Promise<unknown> | undefined = () => undefined,
): Reader {
  const afterwards = <T>(ask: () => Promise<T>): Promise<T> =>
    guarded(async () => {
      const wait = written();
      if (wait) await wait;
      return ask();
    });
  const documents = (name: Name, filter: Document, { sort, skip, limit, fields }: Sought = {}) =>
    afterwards(() => {
      let cursor = c(name).find(there(name, filter));
      if (sort) cursor = cursor.sort(sort);
      if (skip !== undefined) cursor = cursor.skip(skip);
      if (limit !== undefined) cursor = cursor.limit(limit);
      if (fields) cursor = cursor.project(Object.fromEntries(fields.map((field) => [field, 1])));
      return cursor.toArray();
    });
  const find = async <T>(name: Name, filter: Document, sought?: Sought) =>
    (await documents(name, filter, sought)).map((document) => recordOf<T>(name, document));
  return {
    documents,
    find,
    one: async <T>(name: Name, filter: Document, sought: Sought = {}) =>
      (await find<T>(name, filter, { ...sought, limit: 1 }))[0] ?? null,
    count: (name, filter) => afterwards(() => c(name).countDocuments(there(name, filter))),
    aggregate: <T extends Document>(name: Name, stages: Document[]) =>
      afterwards(() =>
        c(name)
          .aggregate<T>([{ $match: there(name, {}) }, ...stages])
          .toArray(),
      ),
  };
}

/** Only `held` documents are ever taken by a step that makes them. */
const there = (name: Name, filter: Document): Document =>
  shapeOf(name).kept === 'held' ? { ...filter, ...THERE } : filter;
