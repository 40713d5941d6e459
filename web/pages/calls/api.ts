/** The page's HTTP API as the page sees it. The server is `node-red/server/calls-page.ts`. Times are UTC milliseconds. */
import type { Call, Message, SendError, ToolRun } from '../../../core/model.ts';
import { createAsk } from '../../ask.ts';

export const SHOWS = ['all', 'active', 'completed', 'failed'] as const;
export type Show = (typeof SHOWS)[number];

export interface BoardCall extends Pick<Call, 'id' | 'state' | 'startedAt' | 'endedAt' | 'summary'> {
  end: NonNullable<Call['end']> | null;
  /** Nobody ever spoke in it. */
  typed: boolean;
  /** ISO 639-1, where it is known. */
  language: string | null;
  account: string;
  /** How long it lasted, or has by now; milliseconds. */
  ms: number;
  /** How long its recording is; null: there is none. */
  recordedMs: number | null;
  /** Of one that goes on, whether people answer it. */
  people: boolean;
}

/** Behind the call that began then and has this id. */
export interface Place {
  before: number;
  beforeId: string;
}

export interface Board {
  /** Those that go on, where all are looked at; the others do not list them again. */
  going: BoardCall[];
  calls: BoardCall[];
  /** Where the next page begins; null: there is none. */
  next: Place | null;
}

export interface BoardLine extends Pick<Message, 'id' | 'author' | 'at'> {
  /** As far as its caller heard it. */
  text: string;
  unheard: string;
  /** Of an answer: how long after the words it answers it was there; milliseconds. */
  afterMs: number | null;
}

export interface BoardAction extends Pick<ToolRun, 'id' | 'tool' | 'args' | 'at'> {
  /** Questions to the caller are not told. */
  state: Exclude<ToolRun['state'], 'asked' | 'confirmed'>;
  result: unknown;
  order: string | null;
}

export interface Detail {
  call: BoardCall;
  about: Call['about'];
  /** Until when people answer; 0: the bot does, or nobody set an end. */
  peopleUntil: number;
  lines: BoardLine[];
  actions: BoardAction[];
}

/** What holds for all calls. */
export interface State {
  /** Those that take calls. */
  accounts: { id: string; name: string }[];
  /** Names of the accounts in test mode. */
  testing: string[];
  editor?: string;
  simulator: boolean;
}

/** What became of a colleague's words. */
export interface Spoken {
  state: Message['state'];
  error?: SendError;
}

/** Calls on a page. */
const LIMIT = 20;

const ask = createAsk('calls/api/');

/** Newest first. @param account an id; empty: all */
export const board = (show: Show, account: string, place?: Place) =>
  ask<Board>(
    `board?${new URLSearchParams({
      ...{ show, limit: String(LIMIT) },
      ...(account && { account }),
      ...(place && { before: String(place.before), beforeId: place.beforeId }),
    })}`,
  );

export const state = () => ask<State>('state');
export const detail = (call: string) => ask<Detail>(encodeURIComponent(call));
export const speak = (call: string, text: string) => ask<Spoken>(`${encodeURIComponent(call)}/reply`, 'POST', { text });
export const takeOver = (call: string) => ask<Detail>(`${encodeURIComponent(call)}/takeover`, 'POST', {});
export const handBack = (call: string) => ask<Detail>(`${encodeURIComponent(call)}/handback`, 'POST', {});

/** Where a player finds the recording, also in parts. */
export const recordingOf = (call: string): string => `calls/api/${encodeURIComponent(call)}/recording`;
