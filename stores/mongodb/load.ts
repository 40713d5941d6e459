/** Loads what a plan asked for. What a step has taken, or left half done, is seen to first. */
import type { Document } from 'mongodb';
import type { Kept, Name } from './collections.ts';
import type { Connection } from './connection.ts';
import type { Row } from './documents.ts';
import type { Steps } from './steps.ts';

/** Documents by a condition, in the words of the database and in ours, so that a plan's own changes count. */
export interface Query {
  name: Name;
  filter: Document;
  match(record: Row): boolean;
  sort?: Record<string, 1 | -1>;
  limit?: number;
}

export interface Needs {
  documents: Map<Name, Set<string>>;
  queries: Map<string, Query>;
}

export interface Loaded {
  documents: Map<Name, Map<string, Kept | null>>;
  queries: Map<string, { name: Name; documents: Kept[] }>;
}

export type Load = ReturnType<typeof createLoader>;

/** @param done steps that this process has finished itself, though their documents may not say so yet */
export function createLoader({ c }: Pick<Connection, 'c'>, steps: Steps, done: { has(step: string): boolean }) {
  /** @returns null where something of a step was finished: all is to be read anew. */
  return async function load({ documents, queries }: Needs): Promise<Loaded | null> {
    const [byId, byQuery] = await Promise.all([
      Promise.all([...documents].map(async ([name, ids]) => [name, await byIds(name, [...ids])] as const)),
      Promise.all([...queries].map(async ([asked, query]) => [asked, await ask(query)] as const)),
    ]);
    const loaded: Loaded = { documents: new Map(byId), queries: new Map(byQuery) };
    const all = [
      ...byId.flatMap(([name, found]) =>
        [...found.values()].flatMap((document) => (document ? [[name, document] as const] : [])),
      ),
      ...byQuery.flatMap(([, found]) => found.documents.map((document) => [found.name, document] as const)),
    ];
    let again = false;
    for (const [name, document] of all) {
      const { open, hold } = document;
      if (open && !done.has(open.id)) {
        await steps.finish([name, document._id], open);
        again = true;
      }
      if (hold && (await steps.resolve(name, document))) again = true;
    }
    return again ? null : withoutFresh(loaded);
  };

  async function byIds(name: Name, ids: string[]): Promise<Map<string, Kept | null>> {
    const found = new Map<string, Kept | null>(ids.map((id) => [id, null]));
    const documents =
      ids.length === 1
        ? [await c(name).findOne({ _id: ids[0]! })]
        : await c(name)
            .find({ _id: { $in: ids } })
            .toArray();
    for (const document of documents) if (document) found.set(document._id, document);
    return found;
  }

  async function ask({ name, filter, sort, limit }: Query): Promise<{ name: Name; documents: Kept[] }> {
    let cursor = c(name).find(filter);
    if (sort) cursor = cursor.sort(inDatabase(name, sort));
    if (limit !== undefined) cursor = cursor.limit(limit);
    return { name, documents: await cursor.toArray() };
  }
}

/** An order that an index has under another name. */
const inDatabase = (name: Name, sort: Record<string, 1 | -1>): Record<string, 1 | -1> =>
  name === 'messages' && 'wordingAt' in sort ? { 'said.at': sort.wordingAt! } : sort;

/** What a step that is not decided is about to make is not there. */
function withoutFresh({ documents, queries }: Loaded): Loaded {
  for (const found of documents.values())
    for (const [id, document] of found) if (document?.hold?.fresh) found.set(id, null);
  for (const found of queries.values()) found.documents = found.documents.filter(({ hold }) => !hold?.fresh);
  return { documents, queries };
}
