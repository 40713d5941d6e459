/** Words that open a door once, and for a short time: here, or at whichever process of many the door is asked for. */
import { createTickets, hashOf, newSecret, TICKET_MS } from '../calls/tickets.ts';
import type { Clock, Store } from '../ports.ts';

export interface Door {
  /** @throws DragomanError STORE_UNAVAILABLE, among many */
  issue(of: string): Promise<string>;
  /** Whether the ticket was issued for this, is not too old, and was not used. @throws as `issue` */
  redeem(ticket: string, of: string): Promise<boolean>;
}

/** Of one process. */
export function doorHere(clock: Clock): Door {
  const tickets = createTickets<string>(clock);
  return {
    issue: async (of) => tickets.issue(of),
    redeem: async (ticket, of) => tickets.redeem(ticket) === of,
  };
}

/** Of many: a ticket is a counter, taken once to issue it, and once more to use it. */
export function doorOfAll(store: Pick<Store, 'reserve' | 'used'>, clock: Clock): Door {
  const capOf = (ticket: string, of: string) => `ticket:${of}:${hashOf(ticket)}`;
  return {
    async issue(of) {
      const now = clock.now();
      const ticket = `${(now + TICKET_MS).toString(36)}.${newSecret()}`;
      await store.reserve(capOf(ticket, of), 1, now);
      return ticket;
    },
    async redeem(ticket, of) {
      const now = clock.now();
      const until = Number.parseInt(ticket.split('.', 1)[0]!, 36);
      if (!(until > now && until <= now + 2 * TICKET_MS)) return false;
      const cap = capOf(ticket, of);
      return (await store.used(cap)) === 1 && (await store.reserve(cap, 2, now));
    },
  };
}
