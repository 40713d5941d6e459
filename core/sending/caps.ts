/** Caps are counted before a message is stored, so that two at once never pass by one place, and given back when it is not sent. */
import type { Account } from '../accounts.ts';
import { describe } from '../errors.ts';
import type { Decision, Message, Purpose } from '../model.ts';
import { countOutreach, giveBackOutreach } from '../orders/outreach.ts';
import { countDay, daysBefore, giveBackDay, senderOf } from '../orders/senders.ts';
import { blocked, type DayUse, type OutreachSettings, overDay } from '../policy/outreach.ts';
import { dayOf } from '../policy/rate.ts';
import { because } from '../policy/reasons.ts';
import { limitOf } from '../policy/warm-up.ts';
import type { Clock, Logger, NewReply, Store } from '../ports.ts';

type Counted = Pick<NewReply, 'id' | 'conversationId' | 'draft' | 'followUp'> & { purpose?: Purpose };

/** Nobody asked for it: also where a person let it go out. */
const isUnasked = ({ purpose, followUp }: Pick<Counted, 'purpose' | 'followUp'>): boolean =>
  purpose === 'proactive' || (purpose === 'approved' && followUp !== undefined);

export interface Reserved {
  /** The cap that it was counted against. */
  name?: string;
  /** There was no room. */
  full?: Decision;
}

export interface Caps {
  reserve(sender: Account, reply: Counted): Promise<Reserved>;
  /** The message will not be sent. Never rejects: a place too few in a limit holds nothing up. */
  release(
    message: Pick<Message, 'id' | 'cap' | 'purpose' | 'followUp' | 'conversationId' | 'accountId'>,
  ): Promise<void>;
}

/** The name of what an account wrote unasked in a day of its zone. */
export const outreachDay = ({ id, timezone }: Pick<Account, 'id' | 'timezone'>, now: number): string =>
  `${id}:unasked:${dayOf(now, timezone)}`;

type Sender = Pick<Account, 'id' | 'timezone' | 'channel' | 'settings' | 'simulated'>;

/** How much an account wrote unasked in its day, and how much it may. */
export async function dayUse(
  store: Pick<Store, 'run' | 'used'>,
  sender: Sender,
  settings: OutreachSettings,
  now: number,
): Promise<DayUse> {
  const day = outreachDay(sender, now);
  const isToday = (at: number) => outreachDay(sender, at) === day;
  const written = settings.warmUpDays > 0 ? await store.run(daysBefore(senderOf(sender), isToday)) : 0;
  return { used: await store.used(day), ...limitOf(settings, written) };
}

export interface CapsOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  account(id: string): Account | undefined;
}

export function createCaps({ store, clock, log, account }: CapsOptions): Caps {
  async function ofReplies(sender: Account, reply: Counted): Promise<Reserved> {
    if (sender.dailyLimit <= 0) return {};
    const now = clock.now();
    const name = `${sender.id}:${reply.conversationId}:${dayOf(now, sender.timezone)}`;
    if (await store.reserve(name, sender.dailyLimit, now)) return { name };
    return {
      full: blocked(
        'gateway',
        'cap',
        because(sender.dailyLimit === 1 ? 'cap.one' : 'cap', { n: sender.dailyLimit }),
        now,
      ),
    };
  }

  async function ofUnasked(sender: Account, reply: Counted): Promise<Reserved> {
    const now = clock.now();
    const { outreach } = sender;
    // The rules say why; nothing of a test or a draft is counted.
    if (!outreach || outreach.testMode || reply.draft) return {};
    const contactId = (await store.conversation(reply.conversationId))?.contactId;
    if (!contactId) return { full: blocked('gateway', 'customer-cap', because('nobody'), now) };
    const full = await store.run(countOutreach(contactId, reply.id, outreach, now));
    if (full) return { full };
    const name = outreachDay(sender, now);
    const today = await dayUse(store, sender, outreach, now);
    if (await store.reserve(name, today.limit, now)) {
      if (outreach.warmUpDays > 0)
        await store.run(countDay(senderOf(sender), (at) => outreachDay(sender, at) === name, now));
      return { name };
    }
    await store.run(giveBackOutreach(contactId, reply.id));
    const over = overDay({ today: { ...today, used: Math.max(today.used, today.limit) } }, now)!;
    return { full: blocked('gateway', 'day-cap', over, now) };
  }

  /** A day of which nothing was sent warms no number up. */
  async function releaseDay(cap: string, sender: Account | undefined): Promise<void> {
    if (!sender?.outreach?.warmUpDays || (await store.used(cap)) > 0) return;
    await store.run(giveBackDay(senderOf(sender), (at) => outreachDay(sender, at) === cap));
  }

  return {
    async reserve(sender, reply) {
      if (reply.purpose === 'reply') return ofReplies(sender, reply);
      return isUnasked(reply) ? ofUnasked(sender, reply) : {};
    },
    async release({ id, cap, purpose, followUp, conversationId, accountId }) {
      try {
        if (cap) await store.release(cap);
        if (!isUnasked({ purpose, followUp })) return;
        if (cap) await releaseDay(cap, account(accountId));
        const contactId = (await store.conversation(conversationId))?.contactId;
        if (contactId) await store.run(giveBackOutreach(contactId, id));
      } catch (error) {
        log.warn(`A place in a limit was not given back for message ${id}: ${describe(error)}`);
      }
    },
  };
}
