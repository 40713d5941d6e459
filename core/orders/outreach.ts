/** How often a person was written to unasked: counted before a message is marked, given back when it is not sent. Plans for the store. */
import type { Decision, Outreach } from '../model.ts';
import { samePerson } from '../people/plans.ts';
import { blocked, type OutreachContext, type OutreachSettings, overCap } from '../policy/outreach.ts';
import type { Plan, Records } from '../ports.ts';
import { begun } from '../sending/send-state.ts';

/** The record of the caps of whoever this contact is: the oldest contact that is the same person, on whatever account. */
export const personOf = (records: Records, contactId: string): string => samePerson(contactId)(records).sort()[0]!;

/** The record of the switch for everybody: its time is when somebody switched everything off; 0: nobody did. */
const EVERYBODY = 'everybody';

/** When somebody switched off everything that nobody asked for; 0: nobody did. */
const stoppedAt = (records: Records): number => records.outreach(EVERYBODY)?.lastAt ?? 0;

/** Switches off everything that nobody asked for, on every account, or on again. */
export const switchOutreach =
  (off: boolean, now: number): Plan<void> =>
  (records) => {
    if (off !== stoppedAt(records) > 0) records.putOutreach({ id: EVERYBODY, ...NONE, lastAt: off ? now : 0 });
  };

/** The record whose time is since when figures are counted. */
const FIGURES = 'figures';

/** Counts anew from now on; what was written about before stays as it is. */
export const resetFigures =
  (now: number): Plan<void> =>
  (records) =>
    records.putOutreach({ id: FIGURES, ...NONE, lastAt: now });

/** Since when everything is switched off (0: it is not), and figures are counted. */
export const outreachMarks: Plan<{ stoppedAt: number; countedSince: number }> = (records) => ({
  stoppedAt: stoppedAt(records),
  countedSince: records.outreach(FIGURES)?.lastAt ?? 0,
});

const NONE = { sent: 0, lastAt: 0, counted: null };

/** What the rules see of a follow-up; undefined where it is gone. @param of whose conversation, and what holds for its account */
export function contextOf(
  records: Records,
  followUpId: string,
  of: { accountId: string; contactId: string | null; now: number } & Pick<OutreachContext, 'settings' | 'counted'>,
): OutreachContext | undefined {
  const { accountId, contactId, settings, counted, now } = of;
  const followUp = records.followUp(followUpId);
  const order = followUp && records.order(followUp.orderId);
  if (!followUp || !order) return undefined;
  const people = contactId ? samePerson(contactId)(records) : [];
  const elsewhere = people.flatMap((id) => records.conversationsOf(id)).filter((one) => one.accountId !== accountId);
  return {
    ...{ settings, counted, followUp, order },
    stoppedAt: stoppedAt(records),
    ...known(records, people.length > 0 ? records.outreach(people.sort()[0]!) : null, now),
    optedOutAt: Math.max(0, ...elsewhere.map(({ optedOutAt }) => optedOutAt)),
  };
}

/**
 * Counts a message against its person's caps. What was counted last and was never stored, or was not sent, is given back first: a process may
 * have died in between. @returns a block, with the moment at which there is room again; null: it is counted.
 */
export const countOutreach =
  (contactId: string, messageId: string, settings: OutreachSettings, now: number): Plan<Decision | null> =>
  (records) => {
    const id = personOf(records, contactId);
    const person = known(records, records.outreach(id), now);
    const before = person.outreach ?? { id, ...NONE };
    if (before.counted?.messageId === messageId) return null;
    const refusal = overCap({ settings, ...person }, now);
    if (refusal) return blocked('gateway', 'customer-cap', refusal, now);
    records.putOutreach({
      id,
      sent: before.sent + 1,
      lastAt: now,
      counted: { messageId, before: before.lastAt },
    });
    return null;
  };

/** A message that was counted has left now, which may be long after it was counted: the pause begins anew. Part of a plan. */
export function outreachSent(records: Records, contactId: string, messageId: string, now: number): void {
  const outreach = records.outreach(personOf(records, contactId));
  if (outreach?.counted?.messageId === messageId) records.putOutreach({ ...outreach, lastAt: now });
}

/** A message that was counted is not sent. Nothing happens where another was counted since, or it was given back. */
export const giveBackOutreach =
  (contactId: string, messageId: string): Plan<void> =>
  (records) => {
    const outreach = records.outreach(personOf(records, contactId));
    if (outreach?.counted?.messageId === messageId) records.putOutreach(given(outreach));
  };

const given = ({ id, sent, counted }: Outreach): Outreach => ({
  id,
  sent: Math.max(0, sent - 1),
  lastAt: counted?.before ?? 0,
  counted: null,
});

/** A message is counted a moment before it is stored. */
const STORED_WITHIN_MS = 60_000;

type Known = Pick<OutreachContext, 'outreach' | 'uncertainUntil'>;

/** The record as it counts: what was counted last and is not sent for sure (discarded, failed, never stored) does not. What is `unknown`, or left in part, does. */
function known(records: Records, outreach: Outreach | null, now: number): Known {
  if (!outreach?.counted) return { outreach };
  const message = records.message(outreach.counted.messageId);
  const storedBy = outreach.lastAt + STORED_WITHIN_MS;
  if (!message && now < storedBy) return { outreach, uncertainUntil: storedBy };
  const gone = !message || message.state === 'discarded' || (message.state === 'failed' && !begun(message));
  return { outreach: gone ? given(outreach) : outreach };
}
