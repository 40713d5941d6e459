/**
 * The line to Redis. It may break, freeze or be refused at any moment, and comes back by itself: none of that is an error of anybody who uses
 * it, only a state. What is sent while it is away is lost at once, so nothing waits in memory for it.
 */
import { createClient } from 'redis';
import type { Logger } from '../../core/ports.ts';

/** How often it is asked whether it is there, and how long it may take to say so. */
const PING_MS = 1_000;
const ANSWER_MS = 2_000;
/** A line that is open and silent for so long is dead, though nobody said so. */
const DEAD_MS = 8_000;
const LONGEST_WAIT_MS = 2_000;
/** Who was never there is told of after so many looks: while Node-RED starts, nothing is answered in time. */
const LOOKS_AT_START = 8;
/** What waits for answers at most; a Redis that is this far behind is of no use. */
const MOST_WAITING = 10_000;

export type RedisClient = ReturnType<typeof clientFor>;

export interface RedisLine {
  /** Why it is away, as a sentence without the address; undefined while it is there. */
  away(): string | undefined;
  /** For single commands. They reject at once while the line is away. */
  client: RedisClient;
  /**
   * A line of its own, for who blocks it or listens; closed with this one.
   * @param waits what is sent while it is away waits, for who sends one command at a time
   */
  another(waits?: 'waits'): RedisClient;
  /** Told each time the line is there again. */
  onBack(listener: () => void): void;
  close(): Promise<void>;
}

/** @param url `redis://[user:password@]host[:port][/number]`, or `rediss://` */
export function openLine(url: string, log: Logger): RedisLine {
  const clients = new Set<RedisClient>();
  const listeners = new Set<() => void>();
  let reason: string | undefined = NOT_YET;
  /** Whether somebody reads in the log that it is away. */
  let told = false;
  let looks = 0;
  let closed = false;

  function open(waits?: 'waits'): RedisClient {
    const client = clientFor(url, waits === undefined);
    clients.add(client);
    // Without a listener each of these would end the process.
    client.on('error', () => {});
    return client;
  }

  function leave(why: string): void {
    if (closed || reason === why) return;
    if (reason === undefined) tell(why);
    reason = why;
  }

  function tell(why: string): void {
    told = true;
    log.warn(`Redis is away: ${why} Replies may be slower meanwhile.`);
  }

  function arrive(): void {
    if (reason === undefined) return;
    if (told) log.info('Redis is there again.');
    told = false;
    reason = undefined;
    for (const listener of listeners) listener();
  }

  const client = open();
  // Of the one line that is asked; the others come and go with it, each in its time.
  client.on('error', (error) => leave(sentenceOf(error)));
  connect(client);
  let silentSince: number | undefined;

  /** A line that nobody closed tells only by its silence that it is dead. */
  async function look(): Promise<void> {
    if (!client.isReady) {
      if (++looks === LOOKS_AT_START && reason !== undefined && !told) tell(reason);
      return;
    }
    const asked = performance.now();
    try {
      await within(client.ping(), ANSWER_MS);
      silentSince = undefined;
      arrive();
    } catch (error) {
      if (!client.isReady) return leave(sentenceOf(error));
      leave('It does not answer.');
      silentSince ??= asked;
      if (performance.now() - silentSince < DEAD_MS) return;
      silentSince = undefined;
      for (const each of clients) reopen(each);
    }
  }

  function reopen(each: RedisClient): void {
    if (closed || !each.isOpen) return;
    each.destroy();
    connect(each);
  }

  let timer: NodeJS.Timeout;
  let looking = Promise.resolve();
  const again = () => {
    looking = look().finally(() => {
      if (!closed) timer = setTimeout(again, PING_MS).unref();
    });
  };
  client.on('ready', () => void look());
  timer = setTimeout(again, PING_MS).unref();

  return {
    client,
    away: () => reason,
    another: open,
    onBack: (listener) => void listeners.add(listener),
    async close() {
      closed = true;
      clearTimeout(timer);
      for (const each of clients) if (each.isOpen) each.destroy();
      await looking;
    },
  };
}

const NOT_YET = 'It has not answered yet.';

function clientFor(url: string, disableOfflineQueue: boolean) {
  return createClient({
    url,
    disableOfflineQueue,
    commandsQueueMaxLength: MOST_WAITING,
    socket: {
      connectTimeout: ANSWER_MS,
      reconnectStrategy: (tries) => Math.min(100 * 2 ** Math.min(tries, 10), LONGEST_WAIT_MS) * (1 + Math.random() / 4),
    },
  });
}

/** It tries for ever; what goes wrong is told to the client's listeners. */
export function connect(client: RedisClient): void {
  if (!client.isOpen) client.connect().catch(() => {});
}

/** Rejects when there is no answer in time; what comes then is nobody's. */
export function within<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer in time.')), ms).unref();
  });
  answer.catch(() => {});
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** What went wrong, with nothing of the address in it. */
function sentenceOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (/WRONGPASS|NOAUTH|NOPERM/.test(message ?? '')) return 'It refuses the password or the user of REDIS_URL.';
  if (code) return `The line broke (${code}).`;
  return 'The line broke.';
}
