/** What is said of a collection. */
import type { Document } from 'mongodb';

export interface Index {
  key: Record<string, 1 | -1>;
  unique?: true;
  /** Only documents that have the field. Of several fields: one of them is enough, so such an index has one field, or fields of one object. */
  sparse?: true;
}

export interface CollectionShape {
  /** Properties that are kept as JSON text. */
  json?: readonly string[];
  /** Properties that are null where there is no field; others are absent then. */
  nullable?: readonly string[];
  /** Fields that are no properties: what is looked for. Made of the record each time that it is written. */
  derived?: (record: Document) => Document;
  /**
   * `held`: a step that changes it together with others takes it first. `owned`: it belongs to the conversation that it names, and changes only in
   * steps that change that one. `added`: a step adds it where it is not there yet, and never changes it. `beside`: it is written beside a step, whatever
   * becomes of that.
   */
  kept: 'held' | 'owned' | 'added' | 'beside';
  /** Only plans read it. */
  unlisted?: true;
  indexes: readonly Index[];
}
