/**
 * What the inbox's queues are made of: whether a customer waits for words, whether a draft waits for a person, whether something did not arrive.
 * Kept with the conversation whenever a message comes or changes, in the same step, so that a queue is one indexed read.
 */
import { type Conversation, type Message, PEOPLES, type SendState } from '../model.ts';
import type { Plan, Records } from '../ports.ts';

/**
 * Which marks there are: one more with each that comes. A worker of the version before has a lower number, or none, and leaves those behind that it does not
 * know; `remark` makes up for it.
 */
export const MARKS = 1;

export type Marks = Pick<Conversation, 'unansweredSince' | 'draftSince' | 'failedSince'>;

/** What a person who looks at a conversation sees of its record. Lanes and leases change many times a turn, and show nothing. */
const SHOWN: readonly string[] = [
  ...['status', 'statusNote', 'humanUntil', 'optedOutAt', 'blockedAt', 'openTurn', 'updatedAt', 'waitingSince'],
  ...['assignee', 'labels', 'language', 'unansweredSince', 'draftSince', 'failedSince'],
];

const isLost = (state: SendState | undefined) => state === 'failed' || state === 'unknown';
/** What a colleague wrote on the platform itself has no state: it is there. */
const isThere = ({ direction, state }: Pick<Message, 'direction' | 'state'>) =>
  direction === 'out' && (state === undefined || state === 'sent' || state === 'delivered' || state === 'read');

/**
 * What a message changes of its conversation's marks; null: nothing.
 * @param was the message's state before; null where the message is new
 * @param recent the newest outbound messages, asked for only where another one may keep a mark
 */
export function marksAfter(
  conversation: Conversation,
  message: Message,
  was: Pick<Message, 'direction' | 'state'> | null,
  recent: () => readonly Message[],
): Partial<Marks> | null {
  const { state, direction, author, at } = message;
  const { unansweredSince, draftSince, failedSince, kind, arrivals } = conversation;
  if (direction === 'in')
    return was === null && author === 'customer' && kind === 'private' && unansweredSince === undefined
      ? { unansweredSince: at }
      : null;
  const marks: Partial<Marks> = {};
  const since = (still: (other: Message) => boolean) =>
    recent().findLast((other) => other.id !== message.id && still(other))?.at;

  if (isThere(message) && !(was && isThere(was))) {
    // What came while it was on its way is not answered by it.
    if (unansweredSince !== undefined) marks.unansweredSince = arrivals.find((arrival) => arrival > at);
    // A person has seen to it.
    if (author === 'human' && failedSince !== undefined) marks.failedSince = undefined;
  }
  if (state === 'draft' && draftSince === undefined) marks.draftSince = at;
  if (state !== 'draft' && was?.state === 'draft') marks.draftSince = since((other) => other.state === 'draft');
  if (isLost(state) && failedSince === undefined) marks.failedSince = at;
  if (!isLost(state) && isLost(was?.state) && failedSince !== undefined)
    marks.failedSince = since((other) => isLost(other.state));
  return Object.keys(marks).length > 0 ? marks : null;
}

/** Of which it is made whether a customer waits for a person. */
const WAITED_ON = ['status', 'waitingSince', 'unansweredSince'] as const satisfies readonly (keyof Conversation)[];

/** Since when he does, who asked for one before whoever only wrote; undefined: he does not. The bot's goodbye is no answer to that. */
const waitsForPerson = ({ status, waitingSince, unansweredSince }: Conversation): number | undefined =>
  PEOPLES.includes(status) ? (waitingSince ?? unansweredSince ?? undefined) : undefined;

/**
 * Sets a conversation's marks by what is there now: where a process changed it that does not know them all. What is right stays as it is.
 * @param since what the customer said before is marked already, or too old to be looked at
 */
export const remark =
  (conversationId: string, since: number): Plan<void> =>
  (records) => {
    const conversation = records.conversation(conversationId);
    if (!conversation) return;
    const marks = marksOf(conversation, records.recentOut(conversationId), since);
    const personSince = waitsForPerson({ ...conversation, ...marks });
    const wrong = Object.entries({ ...marks, personSince }).filter(
      ([mark, at]) => conversation[mark as keyof Conversation] !== at,
    );
    if (wrong.length > 0) records.updateConversation(conversationId, Object.fromEntries(wrong));
  };

/** @param recent the newest outbound messages, newest first */
function marksOf(conversation: Conversation, recent: readonly Message[], since: number): Marks {
  const { kind, arrivals, unansweredSince, draftSince, failedSince } = conversation;
  const answer = recent.find(isThere)?.at ?? 0;
  const came = unansweredSince === undefined ? arrivals.filter((at) => at >= since) : [unansweredSince, ...arrivals];
  const draft = recent.findLast(({ state }) => state === 'draft')?.at;
  const seen = recent.find((message) => message.author === 'human' && isThere(message))?.seq ?? 0;
  const lost = recent.findLast(({ state, seq }) => isLost(state) && seq > seen)?.at;
  return {
    unansweredSince: kind === 'private' ? came.find((at) => at > answer) : undefined,
    draftSince: draft && (draftSince ?? draft),
    failedSince: lost && (failedSince ?? lost),
  };
}

/** The same plan, that keeps the marks of each conversation whose messages it changes. @param touched told which look another way now */
export const minding =
  <T>(plan: Plan<T>, touched: (conversationId: string) => void): Plan<T> =>
  (records) =>
    plan(minded(records, touched));

function minded(records: Records, touched: (conversationId: string) => void): Records {
  function mark(message: Message, was: Message | null): void {
    touched(message.conversationId);
    const conversation = records.conversation(message.conversationId);
    const marks = conversation && marksAfter(conversation, message, was, () => records.recentOut(conversation.id));
    if (marks) updateConversation(message.conversationId, marks);
  }

  function updateConversation(id: string, patch: Partial<Conversation>): void {
    records.updateConversation(id, patch);
    if (Object.keys(patch).some((name) => SHOWN.includes(name))) touched(id);
    if (!WAITED_ON.some((name) => name in patch)) return;
    const conversation = records.conversation(id);
    if (!conversation) return;
    const personSince = waitsForPerson(conversation);
    if (personSince !== conversation.personSince) records.updateConversation(id, { personSince });
  }

  const own: Partial<Records> = {
    insertMessage(message) {
      const inserted = records.insertMessage(message);
      if (inserted) mark(inserted, null);
      return inserted;
    },
    updateMessage(id, patch) {
      const before = records.message(id);
      records.updateMessage(id, patch);
      if (before) mark({ ...before, ...patch }, before);
    },
    removeMessage(id) {
      const before = records.message(id);
      // What waited with it waits no more.
      if (before) mark({ ...before, state: 'discarded' }, before);
      records.removeMessage(id);
    },
    insertConversation(conversation) {
      const { contactId, language = (contactId && records.contact(contactId)?.language) || undefined } = conversation;
      touched(conversation.id);
      return records.insertConversation({ ...conversation, ...(language && { language }) });
    },
    updateConversation,
  };
  return Object.assign(Object.create(records), own) as Records;
}
