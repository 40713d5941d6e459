/**
 * Who a person is on an account: contacts by their identities, linked late where a platform tells two that we knew apart in one breath. What is
 * known of the weaker goes to the stronger, and nothing that waits or is on its way is disturbed.
 */
import { handoverOver, moveHandover, NOBODY_WAITS } from '../handovers/plans.ts';
import { type Conversation, type Identity, PEOPLES } from '../model.ts';
import { together } from '../orders/proof.ts';
import type { ParsedThread, Records } from '../ports.ts';
import { mergedInto } from '../privacy/masking.ts';

const clashes = (one: Identity, other: Identity) => one.kind === other.kind && one.value !== other.value;

/**
 * The contact of the strongest identity that is known, or a new one. One that is found by a weaker identity only and has another stronger one
 * is somebody else, whose phone number went to this person.
 */
export function contactOf(
  records: Records,
  accountId: string,
  thread: ParsedThread,
  freshId: string,
  at: number,
): string {
  const { identities } = thread;
  const known = identities.map((identity) => records.holder(accountId, identity)?.contactId);
  const fits = (contactId: string, rank: number) =>
    rank === 0 ||
    !records
      .identitiesOf(accountId, contactId)
      .some((own) => identities.slice(0, rank).some((said) => clashes(own, said)));
  const found = known.find((contactId, rank) => contactId !== undefined && fits(contactId, rank));
  const contactId = found ?? freshId;
  if (found) rename(records, found, thread);
  else records.insertContact({ id: freshId, name: thread.name, username: thread.username, createdAt: at });
  if (known.some((holder) => holder !== contactId)) link(records, accountId, contactId, identities, known, at);
  return contactId;
}

/** All these identities are this contact's from now on; whoever had nothing else is this contact. */
function link(
  records: Records,
  accountId: string,
  contactId: string,
  identities: Identity[],
  holders: (string | undefined)[],
  at: number,
): void {
  for (const holder of new Set(holders)) {
    if (!holder || holder === contactId) continue;
    const own = [...records.identitiesOf(accountId, contactId), ...identities];
    if (!records.identitiesOf(accountId, holder).some((theirs) => own.some((mine) => clashes(mine, theirs))))
      absorb(records, contactId, holder, at);
  }
  for (const [rank, { kind, value }] of identities.entries())
    records.point(accountId, { kind, value, rank }, contactId);
}

/**
 * What was sent to this contact is told as gone to these identities: they are his as well. Not where he has another of the same kind, for
 * then the platform speaks of somebody else.
 */
export function alsoKnownAs(
  records: Records,
  accountId: string,
  contactId: string,
  { identities }: ParsedThread,
  at: number,
): void {
  const own = records.identitiesOf(accountId, contactId);
  const differs = (one: Identity) => !own.some(({ kind, value }) => kind === one.kind && value === one.value);
  if (!identities.some(differs) || identities.some((one) => own.some((mine) => clashes(mine, one)))) return;
  const others = own.filter((one) => !identities.some(({ kind }) => kind === one.kind));
  contactOf(
    records,
    accountId,
    { kind: 'private', identities: [...identities, ...others], address: null },
    contactId,
    at,
  );
}

/** The platform told that a person's identity is another now. One that already wrote under the new identity is the same person. */
export function identityChanged(
  records: Records,
  accountId: string,
  previous: Identity,
  current: Identity,
  at: number,
): void {
  const before = records.holder(accountId, previous);
  if (!before) return;
  const { contactId, rank } = before;
  records.unpoint(accountId, previous);
  const holder = records.holder(accountId, current)?.contactId;
  if (holder && holder !== contactId) {
    const theirs = records.identitiesOf(accountId, holder);
    const stale = records
      .identitiesOf(accountId, contactId)
      .filter((own) => theirs.some((their) => clashes(own, their)));
    // A stronger identity that differs: the new phone number was somebody else's before.
    if (!stale.some((own) => own.rank < rank)) {
      for (const own of stale) records.unpoint(accountId, own);
      absorb(records, contactId, holder, at);
    }
  }
  records.point(accountId, { ...current, rank }, contactId);
}

/** The weaker contact's record stays, with nothing that leads to it: a turn that runs may hold it. */
function absorb(records: Records, strong: string, weak: string, at: number): void {
  const [to, from] = [records.contact(strong), records.contact(weak)];
  records.updateContact(strong, {
    name: to?.name ?? from?.name,
    username: to?.username ?? from?.username,
    language: to?.language ?? from?.language,
    profile: to?.profile || from?.profile ? { ...from?.profile, ...to?.profile } : undefined,
    consents: to?.consents || from?.consents ? together(to?.consents, from?.consents) : undefined,
  });
  records.updateContact(weak, { mergedInto: strong });
  // A turn of the weaker one that runs goes on with its own.
  records.addToVault(strong, mergedInto(records.vault(strong), records.vault(weak)));
  records.addUsageOf(weak, strong);
  records.giveAll(weak, strong);
  const theirs = records.conversationsOf(weak);
  const all = [...records.conversationsOf(strong), ...theirs];
  const optedOutAt = Math.max(0, ...all.map((conversation) => conversation.optedOutAt));
  for (const conversation of all)
    if (conversation.optedOutAt !== optedOutAt) records.updateConversation(conversation.id, { optedOutAt });
  for (const { id } of theirs) bring(records, records.conversation(id)!, strong, weak, at);
}

/** Something waits, runs or is on its way. */
const busy = (conversation: Conversation) =>
  conversation.wakeAt !== null ||
  conversation.openTurn !== null ||
  conversation.openSend !== null ||
  conversation.sendAt !== null;

/** A conversation of the weaker contact becomes the stronger one's, beside the one that he has of the same thread, if any. */
function bring(records: Records, conversation: Conversation, strong: string, weak: string, at: number): void {
  const threadKey = `contact:${strong}${conversation.threadKey.slice(`contact:${weak}`.length)}`;
  // Where the provider keeps it, it speaks of the other contact's tokens.
  const moved = { contactId: strong, threadKey, head: null, updatedAt: at };
  const main = records.conversationAt(conversation.accountId, threadKey);
  if (!main) {
    records.updateConversation(conversation.id, moved);
    return;
  }
  records.addCaps(conversation.accountId, conversation.id, main.id);
  const human = conversation.humanUntil > main.humanUntil ? conversation : main;
  const fence = {
    humanSince: human.humanSince,
    humanUntil: human.humanUntil,
    lastInboundAt: Math.max(main.lastInboundAt, conversation.lastInboundAt),
    blockedAt: Math.max(main.blockedAt, conversation.blockedAt),
    updatedAt: at,
    unasked: (conversation.unasked?.at ?? 0) > (main.unasked?.at ?? 0) ? conversation.unasked : main.unasked,
  };
  const beside = { ...moved, ...fence, threadKey: `${threadKey}:was:${conversation.id}` };
  const inHand = main.status === 'active' && PEOPLES.includes(conversation.status);
  records.updateConversation(main.id, {
    ...fence,
    vars: { ...conversation.vars, ...main.vars },
    ...joined(main, conversation),
    // What people have in hand stays in their hand.
    ...(inHand && {
      ...{ status: conversation.status, statusNote: conversation.statusNote },
      ...moveHandover(records, conversation, main.id),
    }),
  });
  if (busy(conversation)) {
    records.updateConversation(conversation.id, { ...beside, ...(inHand && NOBODY_WAITS) });
    return;
  }
  records.moveMessages(conversation.id, main.id);
  records.updateConversation(main.id, { head: null });
  const left = inHand ? NOBODY_WAITS : handoverOver(records, conversation, 'closed', at);
  records.updateConversation(conversation.id, { ...beside, status: 'closed', ...left });
}

function rename(records: Records, contactId: string, { name, username }: ParsedThread): void {
  const contact = records.contact(contactId);
  const patch: { name?: string; username?: string } = {};
  if (name && name !== contact?.name) patch.name = name;
  if (username && username !== contact?.username) patch.username = username;
  if (patch.name || patch.username) records.updateContact(contactId, patch);
}

/** What colleagues noted of either, and what waits in either. */
function joined(main: Conversation, other: Conversation): Partial<Conversation> {
  const labels = [...new Set([...(main.labels ?? []), ...(other.labels ?? [])])];
  const earlier = (one: number | undefined, two: number | undefined) =>
    one === undefined || two === undefined ? (one ?? two) : Math.min(one, two);
  return {
    assignee: main.assignee ?? other.assignee,
    labels: labels.length > 0 ? labels : undefined,
    unansweredSince: earlier(main.unansweredSince, other.unansweredSince),
    draftSince: earlier(main.draftSince, other.draftSince),
    failedSince: earlier(main.failedSince, other.failedSince),
  };
}
