/** The frames of a web chat's line, as docs/web-chat.md has them. */

/** What a chat begins with: the answer of the page's own server, which it got from `POST /dragoman/api/chats`. */
export interface Ticket {
  chat_id: string;
  /** May be relative to the server of the chat. */
  websocket_url: string;
  /** Opens the line once. */
  ticket: string;
  /** Opens it again, any time. */
  resume: string;
  /** Only this page knows who its visitor is: it keeps `resume`. */
  guest?: boolean;
}

export type Author = 'customer' | 'bot' | 'human' | 'system';

export interface Run {
  text: string;
  marks: readonly ('quote' | 'block' | 'bold' | 'italic' | 'strike' | 'code' | 'address')[];
  url?: string;
}

export interface Medium {
  kind: 'image' | 'document';
  url: string;
  name?: string;
}

export interface Button {
  id: string;
  title: string;
}

export interface Message {
  id: string;
  cursor: number;
  author: Author;
  /** UTC milliseconds. */
  at: number;
  text: string;
  runs?: readonly Run[];
  buttons?: readonly Button[];
  media?: readonly Medium[];
}

export interface Opening {
  chat: string;
  title: string;
  language: string;
  guest: boolean;
  mode: 'bot' | 'human';
  cursor: number;
  /** Up to where he has read. */
  read: number;
  more: boolean;
  heartbeat_ms: number;
  longest_text: number;
  messages: Message[];
}

/** What the server is to answer. */
export type Words =
  | { type: 'message'; id: string; text: string }
  | { type: 'button'; id: string; of: string; button: string };

export type ClientFrame = Words | { type: 'delivered' | 'read'; cursor: number } | { type: 'ping'; n: number };

export type ServerFrame =
  | ({ type: 'open' } & Opening)
  | { type: 'stored'; id: string; cursor: number }
  | ({ type: 'message' } & Message)
  | { type: 'draft'; text: string }
  | { type: 'typing'; on: boolean }
  | { type: 'state'; mode: 'bot' | 'human' }
  | { type: 'pong'; n: number }
  | { type: 'error'; code: string; message: string; id?: string; retry_after_ms?: number };
