/** Customers who ask for a person, as a store keeps them. */
import type { Handover } from '../model.ts';

export interface HandoverRecords {
  handover(id: string): Handover | null;
  /** @returns false where one with this id is there, or its conversation is forgotten: nothing was stored then. */
  insertHandover(handover: Handover): boolean;
  updateHandover(id: string, patch: Partial<Handover>): void;
}

export interface HandoverFilter {
  accountId?: string;
  conversationId?: string;
  state?: Handover['state'];
  /** Not older than that. */
  since?: number;
  limit: number;
  /** Of the last one of the page before: its time, and its id. */
  before?: number;
  beforeId?: string;
}

export interface Handovers {
  handover(id: string): Promise<Handover | null>;
  /** Newest first. */
  handovers(filter: HandoverFilter): Promise<Handover[]>;
  /** Those that are to be looked at some time, the soonest first. */
  dueHandovers(limit: number): Promise<Handover[]>;
}
