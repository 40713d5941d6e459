/** Folds one parsed event into contact, conversation and messages. Runs inside a transaction. */
import { foldHuman, foldMessage } from '../../core/inbox/accept.ts';
import type { Conversation, Message } from '../../core/model.ts';
import type {
  AcceptResult,
  Incoming,
  ParsedEcho,
  ParsedEdit,
  ParsedEvent,
  ParsedMessage,
  ParsedStatus,
  ParsedThread,
} from '../../core/ports.ts';
import { applyReceipt, isOwnEcho, stateOf } from '../../core/sending/send-state.ts';
import { people } from './people.ts';
import type { Tables } from './tables.ts';

export function acceptor(t: Tables): (incoming: Incoming) => AcceptResult {
  const { db, conversations, messages } = t;
  const { contactOf, changed } = people(t);
  const insertEvent = db.prepare(
    'insert into event(id, account_id, key, type, at, conversation_id, body) values(?,?,?,?,?,?,?)',
  );
  const findEvent = db.prepare('select 1 from event where account_id = ? and key = ?');
  const findConversation = db.prepare('select id from conversation where account_id = ? and thread_key = ?');
  const conversationsOf = db.prepare('select id from conversation where contact_id = ?');
  const lastConsent = db.prepare('select max(opted_out_at) as at from conversation where contact_id = ?');
  const findPart = db.prepare(
    'select m.* from part p join message m on m.id = p.message_id where p.account_id = ? and p.platform_id = ?',
  );
  const findInbound = db.prepare(
    'select * from message where account_id = ? and platform_id = ? order by seq desc limit 1',
  );
  const recentOut = db.prepare(
    "select * from message where conversation_id = ? and direction = 'out' order by seq desc limit 20",
  );
  const addReceipt = db.prepare(
    'insert into receipt(account_id, platform_id, state, error, at) values(?,?,?,?,?) on conflict do nothing',
  );
  const addPart = db.prepare(
    'insert into part(account_id, platform_id, message_id) values(?,?,?) on conflict do nothing',
  );

  function conversationOf(incoming: Incoming, thread: ParsedThread): Conversation {
    const { accountId, at } = incoming;
    const contactId = thread.kind === 'group' ? null : contactOf(accountId, thread, incoming.contactId, at);
    const threadKey =
      thread.kind === 'group' ? `group:${thread.key}` : `contact:${contactId}${thread.key ? `:${thread.key}` : ''}`;
    const row = findConversation.get(accountId, threadKey);
    const found = row && conversations.get(row.id as string);
    if (found) return found;
    const fresh: Conversation = {
      id: incoming.conversationId,
      accountId,
      channel: incoming.channel,
      threadKey,
      kind: thread.kind,
      contactId,
      session: incoming.session,
      address: thread.address,
      vars: {},
      head: null,
      status: 'active',
      humanUntil: 0,
      humanSince: 0,
      optedOutAt: contactId ? ((lastConsent.get(contactId) as { at: number | null }).at ?? 0) : 0,
      blockedAt: 0,
      lastInboundAt: 0,
      openSend: null,
      wakeAt: null,
      burstSince: null,
      leaseOwner: null,
      leaseUntil: 0,
      openTurn: null,
      lastTurn: null,
      createdAt: at,
      updatedAt: at,
    };
    return conversations.insert(fresh);
  }

  function message(incoming: Incoming, event: ParsedMessage): AcceptResult {
    const conversation = conversationOf(incoming, event.thread);
    const patch = foldMessage(conversation, incoming, event);
    conversations.update(conversation.id, patch);
    if (patch.optedOutAt !== undefined && conversation.contactId)
      for (const { id } of conversationsOf.all(conversation.contactId))
        conversations.update(id as string, { optedOutAt: patch.optedOutAt });
    messages.insert({
      ...plainMessage(incoming, conversation, event),
      direction: 'in',
      author: 'customer',
      choice: event.choice,
      consent: patch.optedOutAt === undefined ? undefined : patch.optedOutAt ? 'out' : 'in',
      pending: conversation.kind === 'private',
    });
    return {
      duplicate: false,
      conversationId: conversation.id,
      messageId: incoming.messageId,
      wakeAt: patch.wakeAt ?? undefined,
    };
  }

  function echo(incoming: Incoming, event: ParsedEcho): AcceptResult {
    const conversation = conversationOf(incoming, event.thread);
    const own = ownSend(incoming, conversation.id, event);
    if (own) return { duplicate: false, conversationId: conversation.id, messageId: own, own: true };
    const { humanSince, humanUntil } = conversation;
    const taken = event.automated ? undefined : foldHuman(conversation, incoming);
    if (taken) conversations.update(conversation.id, taken);
    messages.insert({
      ...plainMessage(incoming, conversation, event),
      direction: 'out',
      author: event.automated ? 'system' : 'human',
      state: 'sent',
      pending: false,
      takeover: taken && { before: { humanSince, humanUntil }, humanUntil: taken.humanUntil },
    });
    return { duplicate: false, conversationId: conversation.id, messageId: incoming.messageId };
  }

  /** The message of ours that this echo is, if it is one; what was unknown about it is known now. */
  function ownSend(incoming: Incoming, conversationId: string, event: ParsedEcho): string | undefined {
    if (event.platformId) {
      const row = findPart.get(incoming.accountId, event.platformId);
      if (row) return messages.read(row).id;
    }
    for (const row of recentOut.all(conversationId)) {
      const sent = messages.read(row);
      if (!isOwnEcho(sent, event.text, incoming.at)) continue;
      const open = sent.parts?.findIndex((part) => !part.platformId && part.state === 'unknown') ?? -1;
      if (open >= 0 && event.platformId) {
        const parts = sent.parts!.map((part, index) =>
          index === open ? { ...part, state: 'sent' as const, platformId: event.platformId, error: undefined } : part,
        );
        messages.update(sent.id, { parts, state: stateOf(parts), error: undefined });
        addPart.run(incoming.accountId, event.platformId, sent.id);
      }
      return sent.id;
    }
    return undefined;
  }

  function plainMessage(incoming: Incoming, conversation: Conversation, event: ParsedMessage | ParsedEcho): Message {
    return {
      id: incoming.messageId,
      seq: 0,
      conversationId: conversation.id,
      accountId: incoming.accountId,
      direction: 'in',
      author: 'customer',
      text: event.text,
      media: event.media,
      at: incoming.at,
      platformAt: event.platformAt,
      platformId: event.platformId,
      pending: false,
      answered: false,
      turnId: null,
    };
  }

  function status(incoming: Incoming, event: ParsedStatus): AcceptResult {
    const row = findPart.get(incoming.accountId, event.platformId);
    if (!row) {
      // It overtook the answer to our request; kept until that one tells the id.
      addReceipt.run(
        incoming.accountId,
        event.platformId,
        event.state,
        event.error ? JSON.stringify(event.error) : null,
        incoming.at,
      );
      return { duplicate: false };
    }
    const sent = messages.read(row);
    const patch = applyReceipt(sent, event.platformId, event.state, event.error);
    if (patch) messages.update(sent.id, patch);
    return { duplicate: false, conversationId: sent.conversationId, messageId: sent.id };
  }

  function edit(incoming: Incoming, event: ParsedEdit): AcceptResult {
    const row =
      findInbound.get(incoming.accountId, event.platformId) ?? findPart.get(incoming.accountId, event.platformId);
    if (!row) return { duplicate: false };
    const about = messages.read(row);
    if (event.kind === 'edit') messages.update(about.id, { text: event.text ?? about.text, editedAt: incoming.at });
    else if (event.kind === 'delete') messages.update(about.id, { deletedAt: incoming.at });
    else messages.update(about.id, { reaction: event.text ?? '' });
    return { duplicate: false, conversationId: about.conversationId, messageId: about.id };
  }

  function fold(incoming: Incoming, event: ParsedEvent): AcceptResult {
    switch (event.kind) {
      case 'message':
        return message(incoming, event);
      case 'echo':
        return echo(incoming, event);
      case 'status':
        return status(incoming, event);
      case 'edit':
      case 'delete':
      case 'reaction':
        return edit(incoming, event);
      case 'identity':
        changed(incoming.accountId, event.previous, event.current, incoming.at);
        return { duplicate: false };
      case 'reach': {
        const conversation = conversationOf(incoming, event.thread);
        conversations.update(conversation.id, { blockedAt: event.reachable ? 0 : incoming.at, updatedAt: incoming.at });
        return { duplicate: false, conversationId: conversation.id };
      }
      case 'other':
        return { duplicate: false };
    }
  }

  return (incoming) => {
    const { event } = incoming;
    if (event.key !== undefined && findEvent.get(incoming.accountId, event.key)) return { duplicate: true };
    const result = fold(incoming, event);
    // A message is kept in its own table; of the others the event is all there is.
    const body = event.kind === 'message' || event.kind === 'echo' ? null : JSON.stringify(event);
    insertEvent.run(
      incoming.id,
      incoming.accountId,
      event.key ?? null,
      event.type,
      incoming.at,
      result.conversationId ?? null,
      body,
    );
    return result;
  };
}
