/** A follow-up's way: it asks for a turn in its customer's conversation, and what that turn said tells what became of it. Plans for the store. */
import { conversationOf } from '../inbox/fold.ts';
import { freshConversation } from '../model/fresh.ts';
import type { Conversation, Decision, FollowUp, Message, Turn } from '../model.ts';
import { samePerson } from '../people/plans.ts';
import { agreed, type DayUse, type OutreachSettings } from '../policy/outreach.ts';
import { because } from '../policy/reasons.ts';
import { judge, type PolicyContext, RULES } from '../policy/rules.ts';
import type { Incoming, ParsedThread, Plan, Records } from '../ports.ts';
import { fateOf } from './answers.ts';
import { contextOf } from './outreach.ts';
import { proofOf } from './proof.ts';

/** Ids to use where contact and conversation are new. */
export type Fresh = Pick<Incoming, 'accountId' | 'channel' | 'at' | 'contactId' | 'conversationId' | 'session'>;

export type Proposed =
  | { kind: 'proposed'; conversation: Conversation }
  /** Another order of the customer has the next turn. */
  | { kind: 'busy' }
  | { kind: 'gone' };

/** Asks for a turn. Contact and conversation are made where the customer never wrote. */
export const propose =
  (id: string, thread: ParsedThread, fresh: Fresh): Plan<Proposed> =>
  (records) => {
    const followUp = records.followUp(id);
    const order = followUp && records.order(followUp.orderId);
    if (!followUp || !order?.told || (followUp.state !== 'waiting' && followUp.state !== 'held'))
      return { kind: 'gone' };
    const conversation = conversationOf(records, fresh, thread);
    if (conversation.proposal !== null && conversation.proposal !== id) return { kind: 'busy' };
    const { contactId } = conversation;
    if (contactId) introduce(records, contactId, order.told.customer);
    if (contactId !== order.contactId) records.updateOrder(order.id, { contactId });
    records.updateFollowUp(id, {
      ...{ state: 'running', dueAt: null, conversationId: conversation.id, turnId: null },
      ...{ rule: undefined, reason: undefined },
      proof: proofOf(records, contactId ? samePerson(contactId)(records) : [], order.told.consent) ?? undefined,
    });
    // What the customer is typing is not cut short.
    const wakeAt = conversation.wakeAt ?? fresh.at;
    records.updateConversation(conversation.id, { proposal: id, wakeAt });
    return { kind: 'proposed', conversation: { ...conversation, proposal: id, wakeAt } };
  };

/** What the shop knows of somebody whom the platform has told nothing of. */
function introduce(
  records: Records,
  contactId: string,
  { name, language }: { name?: string; language?: string },
): void {
  const contact = records.contact(contactId);
  const patch = { ...(!contact?.name && name && { name }), ...(!contact?.language && language && { language }) };
  if (Object.keys(patch).length > 0) records.updateContact(contactId, patch);
}

/** A rule holds it back before a turn was asked for. @returns as it is then; null where that did not change it */
export const holdFollowUp =
  (id: string, held: { rule: string; reason: string; until?: number }, now: number): Plan<FollowUp | null> =>
  (records) => {
    const followUp = records.followUp(id);
    if (followUp?.state !== 'waiting' && followUp?.state !== 'held') return null;
    const patch = heldBack(held, now);
    records.updateFollowUp(id, patch);
    return { ...followUp, ...patch };
  };

/** They are looked at again now where this rule holds them back: what the rule looks at has changed. */
export const lookNow =
  (ids: readonly string[], rule: string, now: number): Plan<void> =>
  (records) => {
    for (const id of ids) {
      const followUp = records.followUp(id);
      if (followUp?.state === 'held' && followUp.rule === rule) records.updateFollowUp(id, { dueAt: now });
    }
  };

/** Which wording of which experiment the customer gets; undefined: one that is no variant's. A turn that is repeated notes the same again. */
export const noteVariant =
  (id: string, variant: string | undefined, experiment: string): Plan<void> =>
  (records) => {
    if (records.followUp(id))
      records.updateFollowUp(id, { variant, experiment: variant === undefined ? undefined : experiment });
  };

/** Whether a model's words for it were known from before. */
export const noteGeneration =
  (id: string, generation: 'hit' | 'miss'): Plan<void> =>
  (records) => {
    if (records.followUp(id)) records.updateFollowUp(id, { generation });
  };

const heldBack = ({ rule, reason, until }: { rule: string; reason: string; until?: number }, now: number) =>
  until === undefined
    ? ({ state: 'refused', rule, reason, dueAt: null, endedAt: now } as const)
    : ({ state: 'held', rule, reason, dueAt: until } as const);

/**
 * What became of a follow-up whose turn has ended and whose message is on its way no more. Left as it is while either goes on.
 * @returns as it is then; null where it is gone
 */
export const concludeFollowUp =
  (id: string, now: number): Plan<FollowUp | null> =>
  (records) => {
    const followUp = records.followUp(id);
    if (followUp?.state !== 'running') return followUp;
    const patch = outcomeOf(records, followUp, now);
    if (patch) records.updateFollowUp(id, patch);
    return { ...followUp, ...patch };
  };

function outcomeOf(records: Records, { conversationId, turnId, id }: FollowUp, now: number): Partial<FollowUp> | null {
  const conversation = conversationId ? records.conversation(conversationId) : null;
  if (!conversation) return heldBack({ rule: 'gone', reason: 'The customer was forgotten.' }, now);
  if (!turnId) return conversation.proposal === id ? null : { state: 'waiting', dueAt: now };
  if (conversation.openTurn?.id === turnId) return null;
  const turn = records.turn(turnId);
  if (!turn) return heldBack({ rule: 'gone', reason: 'Its turn is not known any more.' }, now);
  const said = records.repliesOf(turnId).filter(({ followUp }) => followUp === id);
  const message = said.find(({ state }) => state !== 'discarded') ?? said.at(-1);
  return message ? ofMessage(message, now) : ofSilence(turn, now);
}

function ofMessage(message: Message, now: number): Partial<FollowUp> | null {
  const { id: messageId, state, error } = message;
  switch (state) {
    case 'discarded':
      if (error?.code === 'test') return { state: 'shown', messageId, endedAt: now };
      return {
        messageId,
        ...heldBack(
          { rule: error?.code ?? 'discarded', reason: error?.message ?? 'It was dropped.', until: error?.until },
          now,
        ),
      };
    case 'draft':
      return { state: 'drafted', messageId, endedAt: now };
    default:
      return fateOf(message, now);
  }
}

function ofSilence({ decisions, error, state }: Turn, now: number): Partial<FollowUp> {
  if (state === 'dead') return { state: 'failed', rule: 'turn', reason: error, endedAt: now };
  const block = decisions.findLast(({ result }) => result === 'block');
  return heldBack(block ?? { rule: 'silent', reason: 'The flow said nothing.' }, now);
}

/** How a channel takes it: its window, and whether it may be said as a template where that is closed. */
export type Way = Pick<PolicyContext, 'windowHours' | 'template'>;

/**
 * What the rules say of writing about it now, before a turn is asked for. @returns null where it is gone
 * @param about the customer's thread, the account's window in hours, and whether it may be said as a template where that is closed
 */
export const judgeFollowUp =
  (
    id: string,
    about: { thread: ParsedThread; fresh: Fresh; settings: OutreachSettings; today: DayUse } & Way,
  ): Plan<Decision | null> =>
  (records) => {
    const { thread, fresh, settings, windowHours, template, today } = about;
    const { accountId, at: now } = fresh;
    const conversation = conversationWith(records, accountId, thread) ?? freshConversation(strange(fresh, thread));
    const { contactId } = conversation;
    const of = { accountId, contactId, identities: thread.identities, settings, now };
    const outreach = contextOf(records, id, of);
    if (!outreach) return null;
    const seen = { ...outreach, today };
    return judge(GATE, { conversation, now, purpose: 'proactive', windowHours, template, outreach: seen });
  };

/**
 * What the one list says of a turn that is about an order, before words are made. Of a test everything is done but the sending.
 * @param about the conversation as it is, what holds for its account and its channel, and the account's day
 */
export const judgeTurn =
  (
    turn: { id: string; followUp: string },
    about: {
      conversation: Conversation;
      settings: OutreachSettings;
      today: DayUse;
      now: number;
    } & Way,
  ): Plan<Decision> =>
  (records) => {
    const { conversation, settings, windowHours, template, today, now } = about;
    // What an earlier attempt of this turn has said is counted already.
    const counted = records.repliesOf(turn.id).length > 0;
    const outreach = contextOf(records, turn.followUp, { ...conversation, settings, counted, now });
    if (!outreach) return { gate: GATE, result: 'block', rule: 'gone', reason: because('order.gone'), at: now };
    const seen = { ...outreach, today: counted ? { ...today, used: today.used - 1 } : today };
    const way = { purpose: 'proactive', windowHours, template } as const;
    const decision = judge(GATE, { conversation, turnId: turn.id, now, ...way, outreach: seen }, BEFORE_WORDS);
    const { proof } = outreach;
    return decision.result === 'pass' && proof
      ? { ...decision, reason: `${decision.reason} ${agreed(proof)}` }
      : decision;
  };

const GATE = 'send-policy';
const BEFORE_WORDS = RULES.filter(({ name, purposes }) => name !== 'test' && purposes.includes('proactive')).map(
  ({ name }) => name,
);

/** The conversation that a customer has on the account already. */
function conversationWith(records: Records, accountId: string, { identities }: ParsedThread): Conversation | undefined {
  for (const identity of identities) {
    const contactId = records.holder(accountId, identity)?.contactId;
    const found = contactId && records.conversationAt(accountId, `contact:${contactId}`);
    if (found) return found;
  }
  return undefined;
}

const strange = ({ accountId, channel, at, conversationId: id, session }: Fresh, { address }: ParsedThread) => ({
  ...({ id, accountId, channel, threadKey: '', kind: 'private', contactId: null, session, address } as const),
  ...{ optedOutAt: 0, createdAt: at, updatedAt: at },
});
