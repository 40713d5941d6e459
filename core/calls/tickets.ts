/** Words that open a door once, and for a short time. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../ports.ts';

/** Milliseconds. */
export const TICKET_MS = 60_000;
/** More than this were never used: the oldest go. */
const MOST = 10_000;

export interface Tickets<T> {
  issue(of: T): string;
  /** What the ticket was issued for; undefined for one that is used, old or made up. */
  redeem(ticket: string): T | undefined;
}

export function createTickets<T>(clock: Clock): Tickets<T> {
  /** By their hash, so that how long a look-up takes tells nothing of them; oldest first. */
  const open = new Map<string, { of: T; until: number }>();
  return {
    issue(of) {
      const ticket = newSecret();
      for (const [key, { until }] of open) {
        if (until > clock.now() && open.size < MOST) break;
        open.delete(key);
      }
      open.set(hashOf(ticket), { of, until: clock.now() + TICKET_MS });
      return ticket;
    },
    redeem(ticket) {
      const key = hashOf(ticket);
      const found = open.get(key);
      open.delete(key);
      return found && found.until > clock.now() ? found.of : undefined;
    },
  };
}

/** 32 letters and digits, beyond guessing. */
export const newSecret = (): string => randomBytes(24).toString('base64url');

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether a secret is the one of a hash. */
export function isSecret(secret: string, hash: string): boolean {
  const [one, other] = [Buffer.from(hashOf(secret)), Buffer.from(hash)];
  return one.length === other.length && timingSafeEqual(one, other);
}
