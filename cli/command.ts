/** What a command is: it reads its words, does one thing, and gives the result back as data and as lines for people. */
import type { ParseArgsConfig } from 'node:util';
import { DragomanError } from '../core/errors.ts';
import { CONVERSATION_STATUSES, type ConversationStatus, PEOPLES } from '../core/model.ts';

/** The command line itself is wrong; exit code 2. */
export class UsageError extends Error {}

export interface Given {
  /** As many as the command's `takes`, and those of `mayTake` that are there. */
  words: string[];
  options: Record<string, string | boolean | undefined>;
}

export interface Result {
  /** For `--json`: plain JSON. */
  data: unknown;
  lines: string[];
  /** What was asked for was done, but it did not go well (a reply was refused): exit code 1. */
  failed?: boolean;
}

export interface Command {
  /** After the command's name: `<conversation> [--limit 50]`. */
  usage: string;
  /** One line for the help page. */
  summary: string;
  /** Names of the words it must be given. */
  takes: string[];
  /** Names of more words, which may be left out. */
  mayTake?: string[];
  /** An option that stands for the words: with it there are none. */
  insteadOfWords?: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** Rejects with a `DragomanError` or a `UsageError`. */
  run(given: Given): Promise<Result>;
}

export const LIMIT = { limit: { type: 'string' } } as const;
const MOST = 1_000;

/** @throws UsageError */
export function limitOf(given: Given, otherwise: number): number {
  const { limit } = given.options;
  if (limit === undefined) return otherwise;
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new UsageError(`--limit takes a number from 1 to ${MOST}.`);
  return count;
}

/** @param what how the command line calls it; @param also what else it takes, for the error. @throws UsageError */
export function statusOf(given: unknown, what: string, also = ''): ConversationStatus {
  const status = CONVERSATION_STATUSES.find((known) => known === given);
  if (!status) throw new UsageError(`${what} takes ${also}one of ${CONVERSATION_STATUSES.join(', ')}.`);
  return status;
}

/** One status, or `human` for those of people. @throws UsageError */
export function statusesOf(given: unknown, what: string): readonly ConversationStatus[] {
  return given === 'human' ? PEOPLES : [statusOf(given, what, 'human, or ')];
}

/** A stored thing that was named and is not there. */
export const missing = (what: string, id: string, list: string) =>
  new DragomanError('NOT_FOUND', `There is no ${what} ${id}.`, `List them with "dragoman ${list}".`);
