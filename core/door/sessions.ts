/** When somebody who signed in is still signed in, and how often one may try. Pure. */
import type { Session } from '../model/session.ts';

const MINUTE_MS = 60_000;
/** However busy: then one signs in again. */
export const LONGEST_SESSION_MS = 7 * 24 * 60 * MINUTE_MS;
/** What they do is noted no oftener. */
const NOTED_MS = MINUTE_MS;

/** @param idleMs of so long without doing anything it ends. @param since what was signed in before then is over: the password is a new one */
export function isSignedIn({ begunAt, seenAt }: Session, now: number, idleMs: number, since = 0): boolean {
  return now - seenAt < idleMs && now - begunAt < LONGEST_SESSION_MS && begunAt >= since;
}

/** Whether it is worth a write that somebody did something. */
export const isNews = ({ seenAt }: Session, now: number): boolean => now - seenAt >= NOTED_MS;

const WINDOW_MS = 10 * MINUTE_MS;
/** Wrong tries in a window. A name alone has more of them, or anybody could keep its owner out. */
const MOST = { pair: 5, name: 50, address: 30 } as const;

/** The caps that a try counts against, and when they are forgotten; UTC milliseconds. @param hash of a text: what was typed is kept nowhere */
export function brakesOf(
  name: string,
  address: string,
  now: number,
  hash: (text: string) => string,
): { caps: { cap: string; limit: number }[]; until: number } {
  const window = Math.floor(now / WINDOW_MS);
  const cap = (kind: keyof typeof MOST, ...of: string[]) => ({
    cap: `sign-in:${kind}:${hash(of.join('\n'))}:${window}`,
    limit: MOST[kind],
  });
  const caps = [cap('pair', name, address), cap('name', name), cap('address', address)];
  return { caps, until: (window + 1) * WINDOW_MS };
}
