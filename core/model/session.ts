/** Somebody of the business who signed in to the pages. */
export interface Session {
  /** A hash of what the browser holds, so that nobody who reads the store can act as somebody. */
  id: string;
  /** The name that one signs in with. */
  user: string;
  /** UTC milliseconds. */
  begunAt: number;
  /** When they last did something; UTC milliseconds, to the minute. */
  seenAt: number;
}
