/**
 * Customers who write by a line that they hold to this process. What is said to them is stored, and the store is their mailbox: a line that is there shows it at
 * once, one that comes back shows what it has missed, whatever its frames are called.
 */
import type { Identity, Json } from '../model.ts';
import type { Speaker } from './line.ts';
import type { SendResult } from './sent.ts';

/** What a customer's page tells. A cursor is a place in the chat: milliseconds, of what was shown last. */
export type ChatInput =
  /** `id`: the page's own, the same when the words are sent again. */
  | { kind: 'message'; id: string; text: string }
  /** A button of the message `of` was tapped. */
  | { kind: 'button'; id: string; of: string; button: string }
  /** All up to there has reached the page, or has been read. */
  | { kind: 'seen'; state: 'delivered' | 'read'; cursor: number }
  | { kind: 'ping'; n: number }
  /** `id`: of the words that are refused. */
  | { kind: 'wrong'; code: ChatRefusal; message: string; id?: string };

/**
 * Why something was not taken. `invalid`: it made no sense; `not-offered`: no such button was shown; `not-stored`: it may be sent again in a moment; `off`: nobody
 * answers here now.
 */
export type ChatRefusal = 'invalid' | 'too-long' | 'too-fast' | 'not-offered' | 'not-stored' | 'off';

/** A message as the customer sees it. The same id once more is the same message, of which more has left. */
export interface ShownMessage {
  /** Of the customer's own: the page's. */
  id: string;
  cursor: number;
  author: Speaker;
  at: number;
  /** Of the customer's own; of ours the parts have the words. */
  text: string;
  /** Of ours, as the channel rendered them: those that have left. */
  parts: Json[];
}

/** What is told to whoever opened or came back to a line. */
export interface ChatOpening {
  chat: string;
  title: string;
  /** ISO 639-1. */
  language: string;
  /** The shop does not know him: who he is, only the page remembers. */
  guest: boolean;
  mode: 'bot' | 'human';
  /** Of the last message that is told here, or as the line told. */
  cursor: number;
  /** What came after the line's cursor, in the order in which it came. */
  messages: ShownMessage[];
  /** Up to where he has read, as far as one of his pages told. */
  read: number;
  /** There is more than is told here, before it. */
  more: boolean;
  heartbeatMs: number;
}

/** What a customer's page is told. */
export type ChatOutput =
  | { kind: 'open'; opening: ChatOpening }
  /** His words are stored; the same for the same words. */
  | { kind: 'stored'; id: string; cursor: number }
  | { kind: 'message'; message: ShownMessage }
  /** So much of an answer is written. */
  | { kind: 'draft'; text: string }
  | { kind: 'typing'; on: boolean }
  | { kind: 'state'; mode: 'bot' | 'human' }
  | { kind: 'pong'; n: number }
  | { kind: 'error'; code: ChatRefusal; message: string; id?: string; retryAfterMs?: number };

/** How a channel is met whose customers write so. */
export interface Chatting {
  /** The subprotocol that its pages speak. */
  protocol: string;
  /** The method of the requests by which words of a line are handed to the channel: one that HTTP has not. Their body is a `ChatWords`. */
  method: string;
  /** Never throws: what makes no sense is `wrong`. */
  read(frame: string): ChatInput;
  write(output: ChatOutput): string;
  /** What a rendered part offers to tap. */
  buttons(part: Json): { id: string; title: string }[];
  /** From now on what is sent, and what is shown meanwhile, goes there. @returns no more */
  serve(desk: ChatDesk): () => void;
}

/** Who keeps the lines. */
export interface ChatDesk {
  /** What is on its way in this chat is in the mailbox now. Never rejects. */
  post(chat: string): Promise<SendResult>;
  typing(chat: string): void;
  /** False: nobody is there to see it. */
  draft(chat: string, text: string): boolean;
}

/** What a customer said. */
export interface ChatWords {
  chat: string;
  /** Who he is. */
  visitor: Identity;
  /** The page's own, unique in the chat. */
  id: string;
  cursor: number;
  text: string;
  choice?: { id: string; title: string };
}
