/** How often a person was written to unasked: counted before a message is marked, given back when it is not sent. Plans for the store. */
import type { Decision, Identity, Message, Outreach } from '../model.ts';
import { samePerson } from '../people/plans.ts';
import { ALIKE_MS, blocked, type OutreachContext, type OutreachSettings, overCap } from '../policy/outreach.ts';
import type { Plan, Records } from '../ports.ts';
import { isGone } from '../sending/send-state.ts';
import { proofOf } from './proof.ts';

/** The record of the caps of whoever this contact is: the oldest contact that is the same person, on whatever account. */
const personOf = (records: Records, contactId: string): string => samePerson(contactId)(records).sort()[0]!;

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

/** A message that is about to be sent: with a hash of its words where they must not go to many. */
export type Worded = Pick<Message, 'id' | 'wording'>;

/**
 * What the rules see of a follow-up; undefined where it is gone.
 * @param of whose conversation (of whom nothing came there yet: by what he may be known on other accounts), what holds for its account, and what
 *   is to be sent where that is known
 */
export function contextOf(
  records: Records,
  followUpId: string,
  of: { accountId: string; contactId: string | null; now: number; identities?: Identity[]; message?: Worded } & Pick<
    OutreachContext,
    'settings' | 'counted'
  >,
): OutreachContext | undefined {
  const { accountId, contactId, identities = [], settings, counted, now, message } = of;
  const followUp = records.followUp(followUpId);
  const order = followUp && records.order(followUp.orderId);
  if (!followUp || !order) return undefined;
  const known = contactId ? [contactId] : identities.flatMap((identity) => records.holders(identity));
  const people = [...new Set(known.flatMap((id) => samePerson(id)(records)))];
  const elsewhere = people.flatMap((id) => records.conversationsOf(id)).filter((one) => one.accountId !== accountId);
  return {
    ...{ settings, counted, followUp, order },
    stoppedAt: stoppedAt(records),
    ...countedFor(records, people, now),
    proof: proofOf(records, people, order.told?.consent),
    alike: message?.wording ? toldAlike(records, accountId, message.wording, people, now) : undefined,
    optedOutAt: Math.max(0, ...elsewhere.map(({ optedOutAt }) => optedOutAt)),
  };
}

/** When each person but these was last sent these words, the latest first. Who was forgotten since counts as somebody. */
function toldAlike(records: Records, accountId: string, wording: string, but: string[], now: number): number[] {
  const people = new Map<string, number>();
  for (const { id, conversationId, wordingAt = 0 } of records.saidAlike(accountId, wording, now - ALIKE_MS)) {
    const contactId = records.conversation(conversationId)?.contactId;
    if (contactId && but.includes(contactId)) continue;
    const person = contactId ? personOf(records, contactId) : id;
    people.set(person, Math.max(people.get(person) ?? 0, wordingAt));
  }
  return [...people.values()].sort((one, other) => other - one);
}

/**
 * Counts a message against its person's caps. What was counted last and was never stored, or was not sent, is given back first: a process may
 * have died in between. @returns a block, with the moment at which there is room again; null: it is counted.
 */
export const countOutreach =
  (contactId: string, messageId: string, settings: OutreachSettings, now: number): Plan<Decision | null> =>
  (records) => {
    const people = samePerson(contactId)(records).sort();
    if (recordOf(records, people, messageId)) return null;
    const refusal = overCap({ settings, ...countedFor(records, people, now) }, now);
    if (refusal) return blocked('gateway', 'customer-cap', refusal, now);
    const id = people[0]!;
    const before = asCounted(records, records.outreach(id), now).outreach ?? { id, ...NONE };
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
  const outreach = recordOf(records, samePerson(contactId)(records), messageId);
  if (outreach) records.putOutreach({ ...outreach, lastAt: now });
}

/** A message that was counted is not sent. Nothing happens where another was counted since, it was given back, or somebody else sends it. */
export const giveBackOutreach =
  (contactId: string, messageId: string): Plan<void> =>
  (records) => {
    const message = records.message(messageId);
    if (message && !isGone(message)) return;
    const outreach = recordOf(records, samePerson(contactId)(records), messageId);
    if (outreach) records.putOutreach(given(outreach));
  };

/** The record in which a message is the last that was counted: the person may have had another oldest contact then. */
const recordOf = (records: Records, people: readonly string[], messageId: string): Outreach | undefined =>
  people.map((id) => records.outreach(id)).find((outreach) => outreach?.counted?.messageId === messageId) ?? undefined;

const given = ({ id, sent, counted }: Outreach): Outreach => ({
  id,
  sent: Math.max(0, sent - 1),
  lastAt: counted?.before ?? 0,
  counted: null,
});

/** A message is counted a moment before it is stored. */
const STORED_WITHIN_MS = 60_000;

type Known = Pick<OutreachContext, 'outreach' | 'uncertainUntil'>;

/** What the person had in all: contacts of whom it was learnt later that they are one person have a record each. */
function countedFor(records: Records, people: readonly string[], now: number): Known {
  const all = people.map((id) => asCounted(records, records.outreach(id), now));
  const had = all.flatMap(({ outreach }) => outreach ?? []);
  const uncertain = all.flatMap(({ uncertainUntil }) => uncertainUntil ?? []);
  if (had.length === 0) return { outreach: null };
  return {
    outreach: {
      ...had[0]!,
      sent: had.reduce((sum, { sent }) => sum + sent, 0),
      lastAt: Math.max(...had.map(({ lastAt }) => lastAt)),
    },
    ...(uncertain.length > 0 && { uncertainUntil: Math.max(...uncertain) }),
  };
}

/** The record as it counts: what was counted last and is not sent for sure (discarded, failed, never stored) does not. What is `unknown`, or left in part, does. */
function asCounted(records: Records, outreach: Outreach | null, now: number): Known {
  if (!outreach?.counted) return { outreach };
  const message = records.message(outreach.counted.messageId);
  const storedBy = outreach.lastAt + STORED_WITHIN_MS;
  if (!message && now < storedBy) return { outreach, uncertainUntil: storedBy };
  return { outreach: !message || isGone(message) ? given(outreach) : outreach };
}
