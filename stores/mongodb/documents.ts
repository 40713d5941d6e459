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
  contacts: ['usernameKey'],
  conversations: ['due', 'turn'],
  messages: ['keyed', 'handle', 'by', 'queue', 'listed', 'said'],
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
