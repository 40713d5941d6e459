/**
 * Who a person is on an account: contacts by their identities, linked late where a platform tells two that we knew apart in one breath. What is
 * known of the weaker goes to the stronger, and nothing that waits or is on its way is disturbed. Runs inside a transaction.
 */
import type { Conversation, Identity } from '../../core/model.ts';
import type { ParsedThread } from '../../core/ports.ts';
import type { Tables } from './tables.ts';

type Known = Identity & { rank: number };

export function people(t: Tables) {
  const { db, contacts, conversations, messages, turns } = t;
  const find = db.prepare('select contact_id, rank from identity where account_id = ? and kind = ? and value = ?');
  const point = db.prepare(
    `insert into identity(account_id, kind, value, contact_id, rank) values(?,?,?,?,?)
       on conflict do update set contact_id = excluded.contact_id, rank = excluded.rank`,
  );
  const drop = db.prepare('delete from identity where account_id = ? and kind = ? and value = ?');
  const identitiesOf = db.prepare('select kind, value, rank from identity where account_id = ? and contact_id = ?');
  const pointAll = db.prepare('update identity set contact_id = ? where contact_id = ?');
  const giveLeads = db.prepare('update lead set contact_id = ? where contact_id = ?');
  const conversationsOf = db.prepare('select id from conversation where contact_id = ?');
  const findConversation = db.prepare('select id from conversation where account_id = ? and thread_key = ?');
  const unsettled = db.prepare(
    "select 1 from message where conversation_id = ? and (pending = 1 or state in ('queued', 'sending')) limit 1",
  );
  const messagesOf = db.prepare('select id from message where conversation_id = ?');
  const turnsOf = db.prepare('select distinct turn_id from message where conversation_id = ? and turn_id is not null');

  const holderOf = (accountId: string, { kind, value }: Identity) =>
    find.get(accountId, kind, value) as { contact_id: string; rank: number } | undefined;
  const knownOf = (accountId: string, contactId: string) =>
    identitiesOf.all(accountId, contactId) as unknown as Known[];
  const clashes = (one: Identity, other: Identity) => one.kind === other.kind && one.value !== other.value;
  const records = (contactId: string) =>
    conversationsOf.all(contactId).flatMap(({ id }) => conversations.get(id as string) ?? []);

  /**
   * The contact of the strongest identity that is known, or a new one. One that is found by a weaker identity only and has another stronger one
   * is somebody else, whose phone number went to this person.
   */
  function contactOf(accountId: string, thread: ParsedThread, freshId: string, at: number): string {
    const { identities } = thread;
    const known = identities.map((identity) => holderOf(accountId, identity)?.contact_id);
    const fits = (contactId: string, rank: number) =>
      rank === 0 ||
      !knownOf(accountId, contactId).some((own) => identities.slice(0, rank).some((said) => clashes(own, said)));
    const found = known.find((contactId, rank) => contactId !== undefined && fits(contactId, rank));
    const contactId = found ?? freshId;
    if (found) rename(found, thread);
    else contacts.insert({ id: freshId, name: thread.name, username: thread.username, createdAt: at });
    if (known.some((holder) => holder !== contactId)) link(accountId, contactId, identities, known, at);
    return contactId;
  }

  /** All these identities are this contact's from now on; whoever had nothing else is this contact. */
  function link(
    accountId: string,
    contactId: string,
    identities: Identity[],
    holders: (string | undefined)[],
    at: number,
  ): void {
    for (const holder of new Set(holders)) {
      if (!holder || holder === contactId) continue;
      const own = [...knownOf(accountId, contactId), ...identities];
      if (!knownOf(accountId, holder).some((theirs) => own.some((mine) => clashes(mine, theirs))))
        absorb(contactId, holder, at);
    }
    for (const [rank, { kind, value }] of identities.entries()) point.run(accountId, kind, value, contactId, rank);
  }

  /** The platform told that a person's identity is another now. One that already wrote under the new identity is the same person. */
  function changed(accountId: string, previous: Identity, current: Identity, at: number): void {
    const before = holderOf(accountId, previous);
    if (!before) return;
    const { contact_id: contactId, rank } = before;
    drop.run(accountId, previous.kind, previous.value);
    const holder = holderOf(accountId, current)?.contact_id;
    if (holder && holder !== contactId) {
      const theirs = knownOf(accountId, holder);
      const stale = knownOf(accountId, contactId).filter((own) => theirs.some((their) => clashes(own, their)));
      // A stronger identity that differs: the new phone number was somebody else's before.
      if (!stale.some((own) => own.rank < rank)) {
        for (const { kind, value } of stale) drop.run(accountId, kind, value);
        absorb(contactId, holder, at);
      }
    }
    point.run(accountId, current.kind, current.value, contactId, rank);
  }

  /** The weaker contact's record stays, with nothing that leads to it: a turn that runs may hold it. */
  function absorb(strong: string, weak: string, at: number): void {
    const [to, from] = [contacts.get(strong), contacts.get(weak)];
    contacts.update(strong, {
      name: to?.name ?? from?.name,
      username: to?.username ?? from?.username,
      language: to?.language ?? from?.language,
      profile: to?.profile || from?.profile ? { ...from?.profile, ...to?.profile } : undefined,
    });
    pointAll.run(strong, weak);
    giveLeads.run(strong, weak);
    const all = [...records(strong), ...records(weak)];
    const optedOutAt = Math.max(0, ...all.map((conversation) => conversation.optedOutAt));
    for (const conversation of all)
      if (conversation.optedOutAt !== optedOutAt) conversations.update(conversation.id, { optedOutAt });
    for (const conversation of records(weak)) bring(conversation, strong, weak, at);
  }

  /** A conversation of the weaker contact becomes the stronger one's, beside the one that he has of the same thread, if any. */
  function bring(conversation: Conversation, strong: string, weak: string, at: number): void {
    const threadKey = `contact:${strong}${conversation.threadKey.slice(`contact:${weak}`.length)}`;
    // Where the provider keeps it, it speaks of the other contact's tokens.
    const moved = { contactId: strong, threadKey, head: null, updatedAt: at };
    const row = findConversation.get(conversation.accountId, threadKey);
    const main = row && conversations.get(row.id as string);
    if (!main) {
      conversations.update(conversation.id, moved);
      return;
    }
    const human = conversation.humanUntil > main.humanUntil ? conversation : main;
    const fence = {
      humanSince: human.humanSince,
      humanUntil: human.humanUntil,
      lastInboundAt: Math.max(main.lastInboundAt, conversation.lastInboundAt),
      blockedAt: Math.max(main.blockedAt, conversation.blockedAt),
      updatedAt: at,
    };
    const beside = { ...moved, ...fence, threadKey: `${threadKey}:was:${conversation.id}` };
    const people = ['support_active', 'marketing_active'].includes(conversation.status);
    conversations.update(main.id, {
      ...fence,
      vars: { ...conversation.vars, ...main.vars },
      // What people have in hand stays in their hand.
      status: main.status === 'active' && people ? conversation.status : main.status,
    });
    if (conversation.openTurn || conversation.openSend || unsettled.get(conversation.id)) {
      conversations.update(conversation.id, beside);
      return;
    }
    for (const { turn_id } of turnsOf.all(conversation.id))
      turns.update(turn_id as string, { conversationId: main.id });
    for (const { id } of messagesOf.all(conversation.id)) messages.update(id as string, { conversationId: main.id });
    conversations.update(main.id, { head: null });
    conversations.update(conversation.id, { ...beside, status: 'closed' });
  }

  function rename(contactId: string, { name, username }: ParsedThread): void {
    const contact = contacts.get(contactId);
    if (name && name !== contact?.name) contacts.update(contactId, { name });
    if (username && username !== contact?.username) contacts.update(contactId, { username });
  }

  return { contactOf, changed };
}
