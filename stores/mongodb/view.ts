/**
 * What a plan sees of the store: documents that were loaded, with its own changes. What was not loaded yet is asked for by breaking off: the plan
 * runs again once it is there.
 *
 * What belongs to a conversation (messages, ended turns) counts only where it was read after the conversation: that one's version changes with each
 * of them, so if it is still the same when the step is decided, they are as well.
 */
import type { Document } from 'mongodb';
import { type Kept, type Name, shapeOf } from './collections.ts';
import { byOrder, fieldsOf, plain, type Row, recordOf } from './documents.ts';
import type { Loaded, Needs, Query } from './load.ts';
import type { Memory } from './memory.ts';
import type { Draft } from './steps.ts';

/** Thrown out of a plan where something is to be loaded first. */
export const BREAK = Symbol('to be loaded');

interface Change {
  c: Name;
  id: string;
  before: Kept | null;
  /** Null: it goes. */
  record: Row | null;
  /** Fields that are no properties: `hidden`, `top`. */
  extra: Document;
}

export type View = ReturnType<typeof createView>;

const key = (name: Name, id: string) => `${name}\n${id}`;
const isOwned = (name: Name) => shapeOf(name).kept === 'owned';

/** @param memory what this process remembers of conversations; it may be old, so a step that does not change them is checked */
export function createView(memory: Memory) {
  const documents = new Map<string, Kept | null>();
  const found = new Map<string, { name: Name; ids: string[] }>();
  /** Taken from memory: to be looked at before a result counts that was made of them. */
  let recalled = new Set<string>();
  const records = new Map<string, Row | null>();
  let changes = new Map<string, Change>();
  let beside: { name: Name; record: Row }[] = [];
  /** Believed not to be there: a result counts once that was looked at, or they were made. */
  let believed = new Map<string, [Name, string]>();
  let needs: Needs = { documents: new Map(), queries: new Map() };
  /** Identities by which it is known whose conversation this is. */
  const learnt = new Set<string>();
  /** Nothing is believed any more: somebody else was faster. */
  let careful = false;

  function need(name: Name, id: string): void {
    const ids = needs.documents.get(name) ?? new Set();
    needs.documents.set(name, ids.add(id));
  }

  /** Whether it was loaded; where not, it is noted as needed. */
  function has(name: Name, id: string): boolean {
    if (documents.has(key(name, id))) return true;
    if (name === 'conversations') {
      const known = memory.conversation(id);
      if (known && !careful) {
        put(name, id, known);
        recalled.add(id);
        return true;
      }
    } else if (isOwned(name)) {
      const owner = memory.ownerOf(id);
      // First the conversation: what is read before it does not count.
      if (owner !== undefined && !has('conversations', owner)) return false;
      const known =
        owner === undefined ? undefined : memory.member(name, id, documents.get(key('conversations', owner)));
      if (known) {
        put(name, id, known);
        return true;
      }
    }
    need(name, id);
    return false;
  }

  function put(name: Name, id: string, document: Kept | null): void {
    documents.set(key(name, id), document);
    records.delete(key(name, id));
  }

  function stored(name: Name, id: string): Kept | null {
    if (!has(name, id)) throw BREAK;
    return documents.get(key(name, id)) ?? null;
  }

  function decoded(name: Name, id: string): Row | null {
    const known = records.get(key(name, id));
    if (known !== undefined) return known;
    const document = stored(name, id);
    const record = document && recordOf<Row>(name, document);
    records.set(key(name, id), record);
    return record;
  }

  /** A record with the plan's changes. */
  function get<T>(name: Name, id: string): T | null {
    const changed = changes.get(key(name, id));
    return (changed ? changed.record : decoded(name, id)) as T | null;
  }

  /** The same, of what is hardly ever there: it is believed not to be, and looked at later. */
  function rare<T>(name: Name, id: string): T | null {
    if (careful || documents.has(key(name, id)) || changes.has(key(name, id))) return get<T>(name, id);
    believed.set(key(name, id), [name, id]);
    need(name, id);
    return null;
  }

  /** A change begins with what is there; what belongs to a conversation takes that one along. */
  function change(name: Name, id: string): Change {
    const changed = changes.get(key(name, id));
    if (changed) return changed;
    const before = stored(name, id);
    const begun: Change = { c: name, id, before, record: before && decoded(name, id), extra: extraOf(before) };
    if (isOwned(name) && before) touch('conversations', String(before.conversationId));
    changes.set(key(name, id), begun);
    return begun;
  }

  /** It takes part in the step though nothing of it changes, so that nobody else changes it meanwhile. */
  function touch(name: Name, id: string): void {
    if (changes.has(key(name, id)) || get(name, id) === null) return;
    change(name, id);
  }

  return {
    get,
    rare,
    touch,
    /** The document itself, without the plan's changes. */
    stored,
    /** Of what is loaded; undefined where none of it fits. */
    known<T>(name: Name, match: (record: Document) => boolean): T[] | undefined {
      const rows = [...documents.keys()].flatMap((at) =>
        at.startsWith(`${name}\n`) ? (get<Row>(name, at.slice(name.length + 1)) ?? []) : [],
      );
      const fit = rows.filter(match);
      return fit.length > 0 ? (fit as unknown as T[]) : undefined;
    },
    /** What probably follows from this identity is loaded with it. @returns whether its conversation is there already */
    guess(identity: string): boolean {
      const known = memory.contacts.get(identity);
      if (!known || documents.has(key('identities', identity))) return false;
      has('contacts', known.contactId);
      return known.conversationId !== undefined && has('conversations', known.conversationId);
    },
    learn(identity: string, contactId: string): void {
      const known = memory.contacts.get(identity);
      if (known?.contactId !== contactId) memory.contacts.set(identity, { contactId });
      learnt.add(identity);
    },
    /** Will be loaded with whatever is loaded next. */
    soon(name: Name, id: string): void {
      if (!changes.has(key(name, id))) has(name, id);
    },
    /** What stands beside the record: `hidden`, `top`. */
    extra: (name: Name, id: string): Document => changes.get(key(name, id))?.extra ?? extraOf(stored(name, id)),

    /** Records by a condition; those that the plan changed count as they are now. @param soon they will be asked for: none is given now */
    find<T>(query: Query, soon = false): T[] {
      const { name, filter, match, sort = {}, limit } = query;
      const asked = JSON.stringify([name, filter, sort, limit]);
      const known = found.get(asked);
      if (!known) {
        needs.queries.set(asked, query);
        if (soon) return [];
        throw BREAK;
      }
      const own = [...changes.values()].flatMap(({ c, id, record }) =>
        c === name && record && !known.ids.includes(id) ? id : [],
      );
      const rows = [...known.ids, ...own].flatMap((id) => get<Row>(name, id) ?? []).filter(match);
      if (own.length > 0 || known.ids.some((id) => changes.has(key(name, id)))) rows.sort(byOrder(sort));
      return rows.slice(0, limit) as unknown as T[];
    },

    /** Where it is not known that there is none, that is believed: making it fails where there is one. */
    insert(name: Name, id: string, record: Document, extra: Document = {}): void {
      // What this plan took away and makes anew is a change of what is there.
      const before = changes.get(key(name, id))?.before ?? null;
      changes.set(key(name, id), { c: name, id, before, record: plain(name, { ...record, id }), extra });
    },
    /** Nothing happens where there is none. */
    update(name: Name, id: string, patch: Document, extra: Document = {}): void {
      if (get(name, id) === null) return;
      const changed = change(name, id);
      const moved = isOwned(name) && patch.conversationId !== undefined;
      if (moved) touch('conversations', String(patch.conversationId));
      changed.record = plain(name, { ...changed.record, ...patch, id });
      changed.extra = { ...changed.extra, ...extra };
    },
    remove(name: Name, id: string): void {
      if (get(name, id) === null) return;
      const changed = change(name, id);
      if (changed.before === null) changes.delete(key(name, id));
      else changed.record = null;
    },
    beside: (name: Name, record: Row): void => void beside.push({ name, record: plain(name, record) }),

    /** To be called before the plan runs, once more. */
    begin(): void {
      changes = new Map();
      beside = [];
      believed = new Map();
      needs = { documents: new Map(), queries: new Map() };
    },
    needs: () => needs,
    /** Takes what was loaded. A conversation that comes makes what is loaded of any conversation old. */
    take(loaded: Loaded) {
      const all = [
        ...[...loaded.documents].flatMap(([name, some]) => [...some].map(([id, document]) => ({ name, id, document }))),
        ...[...loaded.queries.values()].flatMap(({ name, documents: some }) =>
          some.map((document) => ({ name, id: document._id, document })),
        ),
      ];
      const comes = all.some(
        ({ name, id, document }) => name === 'conversations' && document && !documents.has(key(name, id)),
      );
      if (comes) dropOwned();
      for (const { name, id, document } of all) {
        if (isOwned(name)) memory.belongs(id, document);
        if (isOwned(name) ? !comes : name !== 'conversations' || !documents.has(key(name, id))) put(name, id, document);
      }
      for (const [asked, { name, documents: some }] of loaded.queries)
        if (!isOwned(name) || !comes) found.set(asked, { name, ids: some.map(({ _id }) => _id) });
    },
    /** Whether it came from memory, or is believed: what is to be looked at before a result counts that changes none of them. */
    unsure: () => ({
      recalled: [...recalled].filter((id) => !changes.has(key('conversations', id))),
      believed: [...believed.values()].filter(
        ([name, id]) => !changes.has(key(name, id)) && !documents.has(key(name, id)),
      ),
    }),
    version: (id: string): number => documents.get(key('conversations', id))?.v ?? 0,
    /** This is where people with these identities talk. */
    talksIn(conversationId: string): void {
      for (const identity of learnt)
        memory.contacts.set(identity, { ...memory.contacts.get(identity)!, conversationId });
    },
    /** All is read anew, and nothing is believed. */
    reset(): void {
      clear();
      careful = true;
    },
    /** Somebody in this process was before: what it remembers is newer. */
    renew: clear,
    /** What is loaded of a conversation, as members of it. */
    members: (conversationId: string): [Name, Kept][] =>
      [...documents].flatMap(([at, document]): [Name, Kept][] => {
        const name = at.slice(0, at.indexOf('\n')) as Name;
        return document && isOwned(name) && document.conversationId === conversationId ? [[name, document]] : [];
      }),

    drafts(): Draft[] {
      return [...changes.values()].flatMap(({ c, id, before, record, extra }) => {
        if (!before && !record) return [];
        const after =
          record && ({ ...extraOf(extra), ...fieldsOf(c, record), _id: id, v: (before?.v ?? 0) + 1 } as Kept);
        return { c, id, before, after };
      });
    },
    besides: () =>
      beside.map(({ name, record }) => ({
        c: name,
        document: { ...fieldsOf(name, record), _id: record.id, v: 1 } as Kept,
      })),
  };

  function clear(): void {
    documents.clear();
    records.clear();
    found.clear();
    recalled = new Set();
  }

  function dropOwned(): void {
    for (const at of documents.keys()) {
      if (!isOwned(at.slice(0, at.indexOf('\n')) as Name)) continue;
      documents.delete(at);
      records.delete(at);
    }
    for (const [asked, { name }] of found) if (isOwned(name)) found.delete(asked);
  }
}

const extraOf = (document: Document | null): Document => {
  const { hidden, top } = document ?? {};
  return { ...(hidden && { hidden }), ...(top !== undefined && { top }) };
};
