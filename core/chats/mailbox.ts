/** What a customer sees of a conversation on his own line, and where in it each message stands. Pure. */
import type { Message, SendState } from '../model.ts';
import type { ShownMessage } from '../ports.ts';

/** A part that was shown, of which the store does not know it yet. */
export interface JustLeft {
  messageId: string;
  part: number;
  cursor: number;
}

const LEFT: readonly SendState[] = ['sent', 'delivered', 'read'];

/** What a page's words are called on the account. */
export const wordsId = (chat: string, id: string): string => `${chat}:in:${id}`;

/** What a part is called on the account: by its place in the chat. */
export const partId = (chat: string, cursor: number): string => `${chat}:${cursor}`;

const cursorIn = (platformId: string | undefined): number => Number(platformId?.slice(platformId.lastIndexOf(':') + 1));

/** @returns null where the customer sees nothing of it: a draft, what waits, what was held back. */
export function shownOf(message: Message, justLeft?: JustLeft): ShownMessage | null {
  const { id, author, at, text, direction, deletedAt } = message;
  if (deletedAt) return null;
  if (direction === 'in') {
    const own = message.platformId?.slice(wordsId(message.conversationId, '').length) || id;
    return { id: own, cursor: message.platformAt ?? at, author, at, text, parts: [] };
  }
  const late = justLeft?.messageId === id ? justLeft : undefined;
  const left = (message.parts ?? []).flatMap(({ state, request, platformId }, index) => {
    if (LEFT.includes(state)) return { request, cursor: cursorIn(platformId) || at };
    return late?.part === index ? { request, cursor: late.cursor } : [];
  });
  if (left.length === 0) return null;
  const cursor = Math.max(...left.map((part) => part.cursor));
  return { id, cursor, author, at, text: '', parts: left.map(({ request }) => request) };
}

/** What the customer sees, in the order in which it came. */
export function mailbox(messages: readonly Message[], justLeft?: JustLeft): ShownMessage[] {
  return messages.flatMap((message) => shownOf(message, justLeft) ?? []).sort((a, b) => a.cursor - b.cursor);
}

/** Up to where the customer has read; 0 where nothing tells. */
export const readUpTo = (messages: readonly Message[]): number =>
  Math.max(0, ...messages.filter(({ state }) => state === 'read').map((message) => shownOf(message)?.cursor ?? 0));

const RANK: Partial<Record<SendState, number>> = { sending: 0, sent: 0, delivered: 1, read: 2 };

/** The parts, by their names on the account, of which `state` is news where all up to the cursor is so. */
export function unseen(
  messages: readonly Message[],
  state: 'delivered' | 'read',
  cursor: number,
  justLeft?: JustLeft,
): string[] {
  return messages.flatMap((message) =>
    (message.parts ?? []).flatMap((part, index) => {
      const late = justLeft?.messageId === message.id && justLeft.part === index;
      const name = part.platformId ?? (late ? partId(message.conversationId, justLeft.cursor) : undefined);
      const isNews = (RANK[part.state] ?? 9) < RANK[state]!;
      return name !== undefined && isNews && cursorIn(name) <= cursor ? name : [];
    }),
  );
}
