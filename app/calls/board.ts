/** Calls as a person of the business looks at them: those that go on, those that were, and one with what was said and done in it. */
import { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Call, CallState, Message, ToolRun } from '../../core/model.ts';
import type { Clock, Page, Store } from '../../core/ports.ts';
import { hasLeft } from '../../core/sending/send-state.ts';
import type { Registry } from '../registry.ts';
import type { Calls } from './calls.ts';
import { jsonOf } from './told.ts';

/** Which calls may be looked at alone. */
export const SHOWS = ['all', 'active', 'completed', 'failed'] as const satisfies readonly (CallState | 'all')[];
export type Show = (typeof SHOWS)[number];

/** Calls that go on, above all others, at most. */
const MOST_GOING = 100;

/** Times are UTC milliseconds. */
export interface BoardCall extends Pick<Call, 'id' | 'state' | 'startedAt' | 'endedAt' | 'summary'> {
  end: Call['end'] | null;
  /** Nobody ever spoke in it. */
  typed: boolean;
  /** ISO 639-1, where it is known. */
  language: string | null;
  /** The name of the account that is called. */
  account: string;
  /** How long its recording is; null: there is none. */
  recordedMs: number | null;
  /** How long it lasted, or has by now; milliseconds. */
  ms: number;
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

/** What was said. */
export interface BoardLine extends Pick<Message, 'id' | 'author' | 'at'> {
  /** As far as its caller heard it. */
  text: string;
  /** What he did not hear, because he spoke; empty where he heard all. */
  unheard: string;
  /** Of an answer: how long after the words it answers it was there; milliseconds. */
  afterMs: number | null;
}

/** What a tool did. */
export interface BoardAction extends Pick<ToolRun, 'id' | 'tool' | 'args' | 'state' | 'at'> {
  result: unknown;
  /** The number of an order, where its answer tells one. */
  order: string | null;
}

export interface BoardDetail {
  call: BoardCall;
  /** What whoever started the call told of the caller. */
  about: Call['about'];
  /** Until when people answer; 0: the bot does, or nobody set an end. */
  peopleUntil: number;
  lines: BoardLine[];
  actions: BoardAction[];
}

export interface BoardOptions {
  store: Pick<Store, 'call' | 'calls' | 'conversation' | 'contact'>;
  registry: Pick<Registry, 'account'>;
  calls: Pick<Calls, 'read'>;
  clock: Clock;
}

/** Newest first. @throws DragomanError BAD_REQUEST where nothing is called so */
export async function boardOf(
  options: BoardOptions,
  { show, accountId }: { show: string; accountId?: string },
  page: Page,
): Promise<Board> {
  const { store } = options;
  const known = SHOWS.find((one) => one === show);
  if (!known)
    throw new DragomanError(
      'BAD_REQUEST',
      'Calls are not told apart by that word.',
      `Take one of ${SHOWS.join(', ')}.`,
    );
  const state = known === 'all' ? undefined : known;
  const going = state ? [] : await store.calls({ state: 'active', accountId, limit: MOST_GOING });
  const found = await store.calls({ ...(state && { state }), accountId, ...page });
  const last = found.length === page.limit ? found.at(-1) : undefined;
  const above = new Set(going.map(({ id }) => id));
  const shown = (calls: Call[]) => Promise.all(calls.map((call) => rowOf(options, call)));
  return {
    going: await shown(going),
    calls: await shown(found.filter(({ id }) => !above.has(id))),
    next: last ? { before: last.startedAt, beforeId: last.id } : null,
  };
}

/** @throws DragomanError NOT_FOUND */
export async function detailOf(options: BoardOptions, id: string): Promise<BoardDetail> {
  const { store, calls } = options;
  const { call, messages, actions } = await calls.read(id);
  const [row, conversation, contact] = await Promise.all([
    rowOf(options, call),
    store.conversation(call.conversationId),
    store.contact(call.contactId),
  ]);
  return {
    call: { ...row, language: contact?.language ?? row.language },
    about: call.about,
    peopleUntil: row.people ? (conversation?.humanUntil ?? 0) : 0,
    lines: linesOf(messages),
    actions: actions.map(({ id: run, tool, args, state, at, result }) => {
      const told = jsonOf(result);
      return { ...{ id: run, tool, args, state, at }, result: told, order: orderIn(told) };
    }),
  };
}

async function rowOf({ store, registry, clock }: BoardOptions, call: Call): Promise<BoardCall> {
  const { id, state, startedAt, endedAt, summary, end = null, typed = false, language = null, recording } = call;
  const conversation = state === 'active' ? await store.conversation(call.conversationId) : null;
  return {
    ...{ id, state, startedAt, endedAt, summary, end, typed, language },
    account: registry.account(call.accountId)?.name ?? call.accountId,
    ms: Math.max(0, (endedAt ?? clock.now()) - startedAt),
    recordedMs: recording?.ms ?? null,
    people: conversation !== null && (conversation.status !== 'active' || conversation.humanUntil > clock.now()),
  };
}

/** What was said, oldest first: of what was cut before a word of it was heard, too. What was taken back, and what was never sent, was not said. */
export function linesOf(messages: readonly Message[]): BoardLine[] {
  const asked = new Map<string, number>();
  return messages.flatMap((message) => {
    const { id, author, at, direction, text, unheard = '', turnId, deletedAt } = message;
    if (direction === 'in' && turnId) asked.set(turnId, at);
    const isCut = message.state === 'discarded' && message.error?.code === 'interrupted';
    if (text === '' || deletedAt || !(direction === 'in' || hasLeft(message) || isCut)) return [];
    const before = author === 'bot' && turnId ? asked.get(turnId) : undefined;
    const afterMs = before === undefined ? null : Math.max(0, at - before);
    return { ...{ id, author, at, afterMs }, ...(isCut ? { text: '', unheard: text } : { text, unheard }) };
  });
}

const ORDER = /^order_?(id|number)$/i;

/** The number of the order that a tool's answer tells of. */
export function orderIn(told: unknown): string | null {
  if (!isObject(told)) return null;
  const [, number] = Object.entries(told).find(([name]) => ORDER.test(name)) ?? [];
  return typeof number === 'string' || typeof number === 'number' ? String(number) : null;
}
