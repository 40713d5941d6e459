/** Sums by hour and account: written by a plan, read in the order of time. */
import type { Tally } from '../model.ts';

export interface Tallies {
  /**
   * Of hours that began at `from` or later and before `until`, oldest first. UTC milliseconds.
   * @param period.after the id of the last one of the page before
   */
  tallies(period: { from: number; until: number; accountId?: string; after?: string; limit: number }): Promise<Tally[]>;
}

export interface TallyRecords {
  tally(id: string): Tally | null;
  /** Makes it, or changes it. */
  putTally(tally: Tally): void;
}
