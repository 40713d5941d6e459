/** What one event of a platform changes: contact, conversation, messages. Plans for the store; the rules of people and echoes lie beside. */
import { backToAssistant, personCame } from '../handovers/plans.ts';
import { freshConversation } from '../model/fresh.ts';
import type { Conversation, Message, WebhookRecord } from '../model.ts';
import { noteAnswer, noteOptOut } from '../orders/answers.ts';
import { linked } from '../orders/senders.ts';
import { identityKey } from '../people/places.ts';
import { optOutBefore } from '../people/plans.ts';
import type {
  AcceptResult,
  Incoming,
  ParsedConsent,
  ParsedEcho,
  ParsedEdit,
  ParsedEvent,
  ParsedMessage,
  ParsedStatus,
  ParsedThread,
  Plan,
  Records,
} from '../ports.ts';
import { applyReceipt, noted } from '../sending/send-state.ts';
import { foldHuman, foldMessage } from './accept.ts';
import { wasOffered } from './asked.ts';
import { spellings } from './consent.ts';
import { keepConsent, keepWords, saidIn } from './consent-proof.ts';
import { ownSend, sentAs, update } from './echo.ts';
import { alsoKnownAs, contactOf, identityChanged } from './people.ts';

/** Events of one delivery, in order, and its row in the log, where it gets one here. */
export const acceptDelivery =
  (incoming: Incoming[], log?: WebhookRecord): Plan<AcceptResult[]> =>
  (records) => {
    const results = incoming.map((event) => acceptEvent(records, event));
    if (log) {
      const mine = results.flatMap(({ conversationId }) => conversationId ?? []);
      const conversations = [...new Set([...(log.conversations ?? []), ...mine])];
      const again = (log.duplicates ?? 0) + results.filter(({ duplicate }) => duplicate).length;
      records.insertWebhook({
        ...log,
        conversations: conversations.length ? conversations : undefined,
        duplicates: again || undefined,
      });
    }
    return results;
  };

/** Folds an event, or says that it came before. Messages and echoes are known by their own key, everything else by its event's. */
function acceptEvent(records: Records, incoming: Incoming): AcceptResult {
  const { event } = incoming;
  if (event.key !== undefined && records.isErased(incoming.accountId, event.key)) return { duplicate: true };
  if (event.kind === 'message') return message(records, incoming, event);
  if (event.kind === 'echo') return echo(records, incoming, event);
  // Nothing to know again, and nothing that anybody looks for: the log of calls has it.
  if (event.kind === 'other' && event.key === undefined) return { duplicate: false };
  const { id, accountId, at } = incoming;
  if (!records.insertEvent({ id, accountId, key: event.key, type: event.type, at, event })) return { duplicate: true };
  return fold(records, incoming, event);
}

function fold(records: Records, incoming: Incoming, event: Exclude<ParsedEvent, ParsedMessage | ParsedEcho>) {
  switch (event.kind) {
    case 'status':
      return receipt(records, incoming, event);
    case 'edit':
    case 'delete':
    case 'reaction':
      return edit(records, incoming, event);
    case 'identity':
      identityChanged(records, incoming.accountId, event.previous, event.current, incoming.at);
      return { duplicate: false };
    case 'reach': {
      const conversation = conversationOf(records, incoming, event.thread);
      // Who blocks us does so in all of his threads.
      const mine = conversation.contactId ? records.conversationsOf(conversation.contactId) : [];
      const threads = mine.filter(({ id, accountId }) => id !== conversation.id && accountId === incoming.accountId);
      const blockedAt = event.reachable ? 0 : incoming.at;
      for (const { id } of [conversation, ...threads])
        records.updateConversation(id, { blockedAt, updatedAt: incoming.at });
      return { duplicate: false, conversationId: conversation.id };
    }
    case 'consent':
      return consent(records, incoming, event);
    // The account's, and no conversation's: who receives it tells.
    case 'health':
      if (event.phone && incoming.sender) linked(records, incoming.sender, event.phone);
      return { duplicate: false };
    case 'other':
      return { duplicate: false };
  }
}

/** The conversation of a thread; made with its contact where it is the first time. */
export function conversationOf(
  records: Records,
  incoming: Pick<Incoming, 'accountId' | 'channel' | 'at' | 'contactId' | 'conversationId' | 'session'>,
  thread: ParsedThread,
): Conversation {
  const { accountId, at } = incoming;
  const contactId = thread.kind === 'group' ? null : contactOf(records, accountId, thread, incoming.contactId, at);
  const threadKey =
    thread.kind === 'group' ? `group:${thread.key}` : `contact:${contactId}${thread.key ? `:${thread.key}` : ''}`;
  const found = records.conversationAt(accountId, threadKey);
  if (found) return found;
  const others = contactId ? records.conversationsOf(contactId) : [];
  return records.insertConversation(
    freshConversation({
      id: incoming.conversationId,
      accountId,
      channel: incoming.channel,
      threadKey,
      kind: thread.kind,
      contactId,
      session: incoming.session,
      address: thread.address,
      optedOutAt: Math.max(
        ...others.map((other) => other.optedOutAt),
        contactId ? optOutBefore(records, accountId, thread.identities) : 0,
      ),
      createdAt: at,
      updatedAt: at,
    }),
  );
}

function message(records: Records, incoming: Incoming, event: ParsedMessage): AcceptResult {
  const conversation = conversationOf(records, incoming, event.thread);
  const meant = answersUs(records, conversation, incoming, event);
  const patch = foldMessage(conversation, meant, event);
  const stored = records.insertMessage({
    ...plainMessage(incoming, conversation, event),
    choice: event.choice,
    sender:
      conversation.kind === 'group' && event.thread.identities[0] ? identityKey(event.thread.identities[0]) : undefined,
    consent: patch.optedOutAt === undefined ? undefined : patch.optedOutAt ? 'out' : 'in',
    pending: conversation.kind === 'private',
  });
  if (!stored) return { duplicate: true, conversationId: conversation.id };
  if (meant.consentWord) keepWords(records, conversation, { ...meant, consentWord: meant.consentWord }, event.text);
  const answered =
    conversation.kind === 'private' ? noteAnswer(records, conversation, stored, event.automated) : undefined;
  const back = backToAssistant(records, conversation, stored);
  records.updateConversation(conversation.id, { ...patch, ...answered?.patch, ...back });
  if (patch.optedOutAt !== undefined && conversation.contactId)
    for (const other of records.conversationsOf(conversation.contactId))
      if (other.id !== conversation.id) records.updateConversation(other.id, { optedOutAt: patch.optedOutAt });
  return {
    duplicate: false,
    conversationId: conversation.id,
    messageId: incoming.messageId,
    wakeAt: patch.wakeAt ?? undefined,
    ...(answered?.noticed && { noticed: true }),
    ...(stored.consent && { consent: stored.consent }),
  };
}

/** A word of consent that we offered ourselves, or asked for, is an answer and no word of consent. */
function answersUs(records: Records, conversation: Conversation, incoming: Incoming, event: ParsedMessage): Incoming {
  if (!incoming.consentWord || event.choice) return incoming;
  const [last, ...before] = records.recentOut(conversation.id);
  if (!last) return incoming;
  const said = [last, ...before.filter(({ turnId }) => turnId !== null && turnId === last.turnId)];
  return spellings(event.text).some((words) => wasOffered(words, said))
    ? { ...incoming, consentWord: undefined }
    : incoming;
}

function consent(records: Records, incoming: Incoming, event: ParsedConsent): AcceptResult {
  const conversation = conversationOf(records, incoming, event.thread);
  const optedOutAt = event.consent === 'out' ? conversation.optedOutAt || incoming.at : 0;
  // A switch of the platform has no words of his; put on by who had not put it off, it asks for nothing of ours.
  if (event.consent === 'out' || conversation.optedOutAt)
    keepConsent(records, conversation, event.consent, { ...saidIn(incoming), words: event.type });
  const all = conversation.contactId ? records.conversationsOf(conversation.contactId) : [];
  for (const id of new Set([conversation.id, ...all.map((other) => other.id)]))
    records.updateConversation(id, { optedOutAt, updatedAt: incoming.at });
  const news = optedOutAt > 0 && conversation.optedOutAt === 0;
  if (news) noteOptOut(records, conversation, incoming.id, incoming.at);
  const changed = Boolean(conversation.optedOutAt) !== Boolean(optedOutAt);
  return {
    ...{ duplicate: false, conversationId: conversation.id },
    ...(news && { noticed: true }),
    ...(changed && { consent: event.consent }),
  };
}

function echo(records: Records, incoming: Incoming, event: ParsedEcho): AcceptResult {
  const { id, accountId, at } = incoming;
  const sent = event.platformId ? sentAs(records, accountId, event.platformId) : undefined;
  const to = sent && event.thread.kind === 'private' && records.conversation(sent.conversationId)?.contactId;
  if (to) alsoKnownAs(records, accountId, to, event.thread, at);
  const conversation = conversationOf(records, incoming, event.thread);
  const own = ownSend(records, conversation, event, at);
  if (own) {
    const fresh = records.insertEvent({ id, accountId, key: event.key, type: event.type, at, event });
    return { duplicate: !fresh, conversationId: conversation.id, messageId: own, own: true };
  }
  const { humanSince, humanUntil } = conversation;
  const taken = event.automated ? undefined : foldHuman(conversation, incoming);
  const stored = records.insertMessage({
    ...plainMessage(incoming, conversation, event),
    direction: 'out',
    author: event.automated ? 'system' : 'human',
    state: 'sent',
    takeover: taken && { before: { humanSince, humanUntil }, humanUntil: taken.humanUntil },
  });
  if (!stored) return { duplicate: true };
  if (taken)
    records.updateConversation(conversation.id, { ...taken, ...personCame(records, conversation, stored, at) });
  return { duplicate: false, conversationId: conversation.id, messageId: incoming.messageId };
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
    key: event.key,
    pending: false,
    answered: false,
    turnId: null,
  };
}

/** What is told of a send by the id that it has on the platform. */
export function receipt(
  records: Records,
  { accountId, at }: Pick<Incoming, 'accountId' | 'at'>,
  event: Pick<ParsedStatus, 'platformId' | 'state' | 'error'>,
): AcceptResult {
  const sent = sentAs(records, accountId, event.platformId);
  if (!sent) {
    records.keepReceipt(accountId, event.platformId, { state: event.state, error: event.error }, at);
    return { duplicate: false };
  }
  const patch = applyReceipt(sent, event.platformId, event.state, event.error);
  if (patch) update(records, sent, { ...patch, course: noted(sent, patch, at) }, at);
  return { duplicate: false, conversationId: sent.conversationId, messageId: sent.id };
}

function edit(records: Records, incoming: Incoming, event: ParsedEdit): AcceptResult {
  const about = records.byPlatformId(incoming.accountId, event.platformId).at(-1);
  if (!about) return { duplicate: false };
  if (event.kind === 'edit') records.updateMessage(about.id, { text: event.text ?? about.text, editedAt: incoming.at });
  else if (event.kind === 'delete') records.updateMessage(about.id, { deletedAt: incoming.at });
  else records.updateMessage(about.id, { reaction: event.text ?? '' });
  return { duplicate: false, conversationId: about.conversationId, messageId: about.id };
}
