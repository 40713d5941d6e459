/** What is past its time goes, in small steps between other work: at the start, and every some hours. */
import { setImmediate as pause } from 'node:timers/promises';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Clock, Cursor, Kept, Logger, Store } from '../../core/ports.ts';
import { type Environment, resolve, SETTINGS } from '../../core/settings.ts';
import { expireRecordings } from '../calls/recordings.ts';
import { createRounds } from '../rounds.ts';
import type { People } from './people.ts';
import type { Responses } from './responses.ts';

const DAY_MS = 86_400_000;
const EVERY_MS = 6 * 3_600_000;
/** Rows in one step: some milliseconds. */
const STEP = 200;
/** A day's counters are of no use on the day after the next. */
const KEEP_CAPS_DAYS = 2;
/** OpenAI keeps responses for 30 days. */
const KEEP_RESPONSES_DAYS = 31;

/** What was quoted most is asked of the last year at most. */
const KEEP_QUOTES_DAYS = 400;

/** Days by kind; 0: for ever. Recordings are files, everything else is rows. */
export type Retention = Record<Kept | 'recordings', number>;

/** @throws DragomanError SETTING_INVALID */
export function retentionOf(environment: Environment = process.env): Retention {
  return {
    messages: days('keepMessages', 8, true, environment),
    turns: days('keepTurns', 1, true, environment),
    traces: days('keepTraces', 1, true, environment),
    toolRuns: days('keepToolRuns', 8, true, environment),
    // Their reasons and summaries say what messages said.
    handovers: days('keepMessages', 8, true, environment),
    leads: days('keepLeads', 1, true, environment),
    calls: days('keepCalls', 1, true, environment),
    tallies: days('keepFigures', 31, true, environment),
    recordings: days('keepRecordings', 1, true, environment),
    webhooks: days('keepWebhooks', 1, false, environment),
    events: days('keepEvents', 8, false, environment),
    caps: KEEP_CAPS_DAYS,
    providerResponses: KEEP_RESPONSES_DAYS,
    questions: days('keepMessages', 8, true, environment),
    quotes: KEEP_QUOTES_DAYS,
    // They are a part of what was said.
    uploads: days('keepMessages', 8, true, environment),
  };
}

type KeepSetting = Extract<keyof typeof SETTINGS, `keep${string}`>;

function days(name: KeepSetting, least: number, forEver: boolean, environment: Environment): number {
  const { value, env } = resolve(SETTINGS[name], environment);
  const count = Number(value);
  if (Number.isInteger(count) && (count >= least || (count === 0 && forEver))) return count;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${value}" is no number of days from ${least}${forEver ? ', and not 0' : ''}.`,
    `Correct ${env} and restart.`,
  );
}

export interface RetentionOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  people: Pick<People, 'expire' | 'resume'>;
  responses: Pick<Responses, 'retry'>;
  retention: Retention;
  dataFolder: string;
}

/** One round over all kinds. Ends early, between two steps, once `stopped` says so. */
export async function pruneAll(options: RetentionOptions, stopped: () => boolean = () => false): Promise<number> {
  const { store, clock, people } = options;
  const { recordings: _files, ...retention } = options.retention;
  const now = clock.now();
  let gone = 0;
  /** Step by step, until there is no more; nothing of what is kept for ever. */
  async function go(days: number, step: (before: number, after: Cursor) => Promise<{ gone: number; next: Cursor }>) {
    let next: Cursor = null;
    do {
      if (days === 0 || stopped()) return;
      const done = await step(now - days * DAY_MS, next);
      gone += done.gone;
      next = done.next;
      await pause();
    } while (next !== null);
  }
  for (const [kind, days] of Object.entries(retention) as [Kept, number][])
    await go(days, (before, after) => store.prune(kind, before, after, STEP));
  await go(retention.messages, async (before, after) => {
    const { contacts, next } = await store.idlePeople(before, after, STEP);
    if (contacts.length > 0) await people.expire(contacts);
    return { gone: contacts.length, next };
  });
  return gone + (await pruneRecordings(options, stopped));
}

/** Recordings are files of each process. Those of calls that are gone go as well, however long recordings are kept. */
function pruneRecordings({ store, clock, dataFolder, retention }: RetentionOptions, stopped: () => boolean) {
  const { recordings } = retention;
  const before = recordings === 0 ? 0 : clock.now() - recordings * DAY_MS;
  return expireRecordings({ store, dataFolder, stopped }, before);
}

/** Goes on with what a crash cut off, then prunes now and again. @returns stops it; resolves when no step is under way. */
export const keepPruned = (options: RetentionOptions): (() => Promise<void>) =>
  nowAndAgain(options, async (stopped) => {
    const { store, people, responses } = options;
    const unfinished = await store.unfinished();
    if (unfinished.length > 0) await people.resume(unfinished);
    await pruneAll(options, stopped);
    await responses.retry();
  });

/** Where another process prunes the rows, the files of this one. @returns as `keepPruned` */
export const keepRecordingsPruned = (options: RetentionOptions): (() => Promise<void>) =>
  nowAndAgain(options, async (stopped) => void (await pruneRecordings(options, stopped)));

function nowAndAgain(
  { clock, log }: Pick<RetentionOptions, 'clock' | 'log'>,
  work: (stopped: () => boolean) => Promise<void>,
): () => Promise<void> {
  const rounds = createRounds({
    clock,
    async round() {
      await work(rounds.stopped).catch((error) => log.warn(`Old records were not deleted: ${describe(error)}`));
      return clock.now() + EVERY_MS;
    },
  });
  rounds.wake();
  return () => {
    rounds.stop();
    return rounds.idle();
  };
}
