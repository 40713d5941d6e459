/** Caps are counted before a message is stored, so that two at once never pass by one place, and given back when it is not sent. */
import type { Account } from '../accounts.ts';
import { describe } from '../errors.ts';
import type { Decision, Message, Purpose } from '../model.ts';
import { countOutreach, giveBackOutreach } from '../orders/outreach.ts';
import { blocked, lookAgain } from '../policy/outreach.ts';
import { dayOf } from '../policy/rate.ts';
import type { Clock, Logger, NewReply, Store } from '../ports.ts';
import { plural } from '../text/plural.ts';

type Counted = Pick<NewReply, 'id' | 'conversationId' | 'draft'> & { purpose?: Purpose };

export interface Reserved {
  /** The cap that it was counted against. */
  name?: string;
  /** There was no room. */
  full?: Decision;
}

export interface Caps {
  reserve(sender: Account, reply: Counted): Promise<Reserved>;
  /** The message will not be sent. Never rejects: a place too few in a limit holds nothing up. */
  release(message: Pick<Message, 'id' | 'cap' | 'purpose' | 'conversationId'>): Promise<void>;
}

/** The name of what an account wrote unasked in a day of its zone. */
export const outreachDay = ({ id, timezone }: Pick<Account, 'id' | 'timezone'>, now: number): string =>
  `${id}:unasked:${dayOf(now, timezone)}`;

export function createCaps({ store, clock, log }: { store: Store; clock: Clock; log: Logger }): Caps {
  async function ofReplies(sender: Account, reply: Counted): Promise<Reserved> {
    if (sender.dailyLimit <= 0) return {};
    const now = clock.now();
    const name = `${sender.id}:${reply.conversationId}:${dayOf(now, sender.timezone)}`;
    if (await store.reserve(name, sender.dailyLimit, now)) return { name };
    return {
      full: blocked('gateway', 'cap', `The contact has had the day's ${plural(sender.dailyLimit, 'message')}.`, now),
    };
  }

  async function ofUnasked(sender: Account, reply: Counted): Promise<Reserved> {
    const now = clock.now();
    const { outreach } = sender;
    // The rules say why; nothing of a test or a draft is counted.
    if (!outreach || outreach.testMode || reply.draft) return {};
    const contactId = (await store.conversation(reply.conversationId))?.contactId;
    if (!contactId) return { full: blocked('gateway', 'customer-cap', 'It is not known who that is.', now) };
    const full = await store.run(countOutreach(contactId, reply.id, outreach, now));
    if (full) return { full };
    const name = outreachDay(sender, now);
    if (await store.reserve(name, outreach.dailyLimit, now)) return { name };
    await store.run(giveBackOutreach(contactId, reply.id));
    const reason = `The account wrote ${outreach.dailyLimit} such messages today, and that is the most.`;
    return { full: blocked('gateway', 'day-cap', lookAgain(reason, now), now) };
  }

  return {
    async reserve(sender, reply) {
      if (reply.purpose === 'reply') return ofReplies(sender, reply);
      return reply.purpose === 'proactive' ? ofUnasked(sender, reply) : {};
    },
    async release({ id, cap, purpose, conversationId }) {
      try {
        if (cap) await store.release(cap);
        if (purpose !== 'proactive') return;
        const contactId = (await store.conversation(conversationId))?.contactId;
        if (contactId) await store.run(giveBackOutreach(contactId, id));
      } catch (error) {
        log.warn(`A place in a limit was not given back for message ${id}: ${describe(error)}`);
      }
    },
  };
}
