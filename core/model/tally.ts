/** What happened on one account in one hour, in sums: nobody's words, numbers or names. */

/** How often, what it came to, and the greatest of it. Where only the times count, the other two are 0. */
export type Sum = [count: number, total: number, most: number];

export interface Tally {
  /** The hour and the account, as `tallyId` makes it: in the order of ids is in the order of time. */
  id: string;
  /** When the hour began; UTC milliseconds. */
  hour: number;
  /** Empty: of the process, whatever account. */
  accountId: string;
  /** By what is counted; see `core/figures/tallies.ts`. */
  sums: Record<string, Sum>;
}
