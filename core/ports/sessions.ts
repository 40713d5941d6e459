/** Who is signed in to the pages. */
import type { Session } from '../model/session.ts';

export interface Sessions {
  /** Stores one; those that were last seen before `dead` go. */
  addSession(session: Session, dead: number): Promise<void>;
  session(id: string): Promise<Session | null>;
  /** Of one that is gone nothing is noted. */
  seeSession(id: string, at: number): Promise<void>;
  /** One, or all of a user. @returns how many there were */
  dropSessions(which: { id: string } | { user: string }): Promise<number>;
}
