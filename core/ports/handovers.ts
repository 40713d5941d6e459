/** Customers who ask for a person, as a store keeps them. */
import type { Handover } from '../model.ts';
import type { Page } from './store.ts';

export interface HandoverRecords {
  handover(id: string): Handover | null;
  /** @returns false where one with this id is there, or its conversation is forgotten: nothing was stored then. */
  insertHandover(handover: Handover): boolean;
  updateHandover(id: string, patch: Partial<Handover>): void;
}

export interface Handovers {
  handover(id: string): Promise<Handover | null>;
  /** Newest first. `since`: not older than that. */
  handovers(
    filter: { accountId?: string; conversationId?: string; state?: Handover['state']; since?: number } & Page,
  ): Promise<Handover[]>;
  /** Those that are to be looked at some time, the soonest first. */
  dueHandovers(limit: number): Promise<Handover[]>;
}
