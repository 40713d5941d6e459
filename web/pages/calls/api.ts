/** What the page asks for. The server is `node-red/server/routes/calls.ts`. Times are UTC milliseconds. */
import type { Call, Message, SendError, ToolRun } from '../../../core/model.ts';
import { api, apiRoot } from '../../api.ts';

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
}

/** What became of a colleague's words. */
export interface Spoken {
  state: Message['state'];
  error?: SendError;
}

/** Calls on a page. */
const LIMIT = 20;

const of = (call: string) => `/calls/${encodeURIComponent(call)}`;

/** Newest first. @param account an id; empty: all */
export const board = (show: Show, account: string, place?: Place) =>
  api<Board>(
    `/calls?${new URLSearchParams({
      ...{ show, limit: String(LIMIT) },
      ...(account && { account }),
      ...(place && { before: String(place.before), beforeId: place.beforeId }),
    })}`,
  );

export const state = () => api<State>('/calls/state');
export const detail = (call: string) => api<Detail>(of(call));
export const speak = (call: string, text: string) => api<Spoken>(`${of(call)}/reply`, { body: { text } });
export const takeOver = (call: string) => api<Detail>(`${of(call)}/takeover`, { method: 'POST' });
export const handBack = (call: string) => api<Detail>(`${of(call)}/handback`, { method: 'POST' });

/** Where a player finds the recording, also in parts. */
export const recordingOf = (call: string): string => `${apiRoot(location.pathname)}${of(call)}/recording`;
