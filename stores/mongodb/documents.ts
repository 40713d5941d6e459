/** Core's records as documents, and back. */
import type { Document } from 'mongodb';
import { type Kept, type Name, shapeOf } from './collections.ts';

/** The fields of a record, with those that are derived; without `_id` and what the store keeps for itself. */
export function fieldsOf(name: Name, record: Document): Document {
  const { json = [], derived } = shapeOf(name);
  const fields: Document = {};
  for (const [property, value] of Object.entries(record)) {
    if (property === 'id' || value === undefined || value === null) continue;
    fields[property] = json.includes(property) ? JSON.stringify(value) : value;
  }
  return derived ? { ...fields, ...derived(record) } : fields;
}

const OURS = new Set(['_id', 'v', 'hold', 'open', 'hidden', 'top', 'done']);

/** The properties that are derived, by collection: as many as any record has. */
const DERIVED: Partial<Record<Name, readonly string[]>> = {
  contacts: ['usernameKey', 'nameWords'],
  conversations: ['due', 'turn'],
  messages: ['keyed', 'handle', 'by', 'queue', 'listed', 'said', 'words'],
  parts: ['early'],
  turns: ['unsettled'],
  orders: ['phone', 'faulty', 'worth'],
  followUps: ['due', 'written'],
  calls: ['recorded'],
  vault: ['valued'],
};
const ours = new Map<Name, Set<string>>();

/** The record of a document, as it was given. */
export function recordOf<T>(name: Name, document: Kept): T {
  const { json = [], nullable = [] } = shapeOf(name);
  const skipped = ours.get(name) ?? new Set([...OURS, ...(DERIVED[name] ?? [])]);
  ours.set(name, skipped);
  const record: Document = { id: document._id };
  for (const property of nullable) record[property] = null;
  for (const [field, value] of Object.entries(document))
    if (!skipped.has(field)) record[field] = json.includes(field) ? JSON.parse(value as string) : value;
  return record as T;
}

export type Row = { id: string } & Document;

/** As it would be read: nothing is undefined, what may be null is, and nothing is shared with what was given. */
export function plain(name: Name, record: Document): Row {
  const { nullable = [] } = shapeOf(name);
  const kept: Document = {};
  for (const property of nullable) kept[property] = null;
  for (const [property, value] of Object.entries(record))
    if (value !== undefined && value !== null)
      kept[property] = typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value;
  return kept as Row;
}

/** Records in an order as the database is asked for it. */
export const byOrder = (sort: Record<string, 1 | -1>) => (one: Document, other: Document) => {
  for (const [field, way] of Object.entries(sort)) {
    const [a, b] = [one, other].map((record) => record[field === '_id' ? 'id' : field]);
    if (a !== b) return a < b ? -way : way;
  }
  return 0;
};
