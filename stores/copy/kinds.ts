/** What is copied from one store to another, and what a copy asks of each: records in one form, whatever keeps them. */
import type { Json, JsonObject } from '../../core/model.ts';

/**
 * In the order in which they are written: who is being forgotten is known before what is his, and messages before their conversation, which tells the
 * newest of them.
 */
export const KINDS = [
  'forgetting',
  'contact',
  'identity',
  'message',
  'conversation',
  'part',
  'receipt',
  'turn',
  'trace',
  'toolRun',
  'note',
  'savedAnswer',
  'upload',
  'lead',
  'notice',
  'handover',
  'order',
  'followUp',
  'shop',
  'sender',
  'outreach',
  'tally',
  'call',
  'vault',
  'cap',
  'usage',
  'providerResponse',
  'question',
  'quote',
  'event',
  'webhook',
  'remembered',
] as const;

export type Kind = (typeof KINDS)[number];

/** The key of a record, in the order in which its kind is read. */
export type Place = (string | number)[];

export interface Batch {
  /** Of properties that have no value, none is there. */
  records: JsonObject[];
  /** Null: there are no more. */
  next: Place | null;
}

/** Where a copy is that is not whole yet. */
export interface Progress {
  /** The source, as `Copyable.name`. */
  from: string;
  /** Null: all is written, and is to be compared. */
  kind: Kind | null;
  after: Place | null;
}

/** A store as it is copied; nobody else works on it meanwhile. */
export interface Copyable {
  /** Where it is, by which it is known again. Without a password. */
  name: string;
  /** Of the hashes by which it is remembered who said STOP; null where there never was one. */
  key(): Promise<Buffer | null>;
  read(kind: Kind, after: Place | null, limit: number): Promise<Batch>;
  /** Null where no copy goes on into it. */
  progress(): Promise<Progress | null>;
  isEmpty(): Promise<boolean>;
  /** Stores a key, unless it has it; and that a copy goes on, so that no server starts on it. @throws DragomanError SETTING_INVALID where it has another key */
  begin(progress: Progress, key: Buffer | null): Promise<void>;
  /** Writes records and how far it is. Writing them again changes nothing. */
  write(kind: Kind, records: JsonObject[], progress: Progress): Promise<void>;
  /** It is whole. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** A record as it is copied: what has no value is not there. */
export const bare = (record: object): JsonObject =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null)) as JsonObject;

/** The same text for the same record, in whatever order a store gives its properties. */
export const canonical = (value: Json): string =>
  JSON.stringify(value, (_name, inner: Json) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
