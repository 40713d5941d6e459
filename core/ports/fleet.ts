/**
 * What a process knows of the others that work on the same store. Alone, there are none, and every question has its answer at once. Why it is so
 * is in ADR 18.
 */
import type { JsonObject, LiveEvent } from '../model.ts';
import type { Cursor } from './store.ts';

/** What a process does. `all`: everything, as on a single machine. */
export type Role = 'all' | 'editor' | 'worker' | 'web';

/** A process as the others know it. */
export interface WorkerRecord {
  /** A new one with each start, and after a write-off. */
  id: string;
  role: Role;
  /** Of the package. */
  version: string;
  /** Which of the inbox's marks it keeps (`core/desk/marks.ts`); absent: none. */
  marks?: number | undefined;
  /** UTC milliseconds by its own clock; for people. */
  startedAt: number;
  /** Counted up while it lives; nobody compares times of two machines. */
  pulse: number;
  /** It acts no more, and never will under this name. */
  gone: boolean;
  /** What it tells of itself, such as the flows that it runs. */
  about: JsonObject;
}

/** Workers and their duties, in the store. Each method is one conditional update, and a repeat does no harm. */
export interface Workers {
  put(worker: WorkerRecord): Promise<void>;
  /** @returns false where it was written off, or is not known: it must not act any more. */
  renew(id: string, pulse: number, about: JsonObject): Promise<boolean>;
  /** All that are known, the gone ones too. */
  list(): Promise<WorkerRecord[]>;
  /** Writes a worker off, if its pulse is still this one. @returns whether it is gone now */
  writeOff(id: string, pulse: number): Promise<boolean>;
  /** Of one that leaves by itself: whatever its pulse. */
  leave(id: string): Promise<void>;
  /** Takes records out. */
  forget(ids: string[]): Promise<void>;
  duties(): Promise<Duty[]>;
  /** @param from who has it now; null: nobody, or there is no such duty yet. @returns whether `to` has it now */
  handOver(duty: string, from: string | null, to: string): Promise<boolean>;
  /** Nobody has it any more, if this worker had it. */
  drop(duty: string, owner: string): Promise<void>;
}

/** What is done by one worker at a time. */
export interface Duty {
  name: string;
  owner: string;
}

/**
 * Where marks may be wrong: a process of the version before changes conversations, and knows nothing of marks that came later. In the store, and looked
 * through by one process at a time.
 */
export interface Unmarked {
  /** Which marks were last looked through, and when that began; null: none ever were. */
  marked(): Promise<Marked | null>;
  setMarked(marked: Marked): Promise<void>;
  /**
   * Conversations whose marks may be wrong, some of them twice: with messages since then, with a message that makes a mark, with a mark, or with people.
   * @param since UTC milliseconds
   */
  suspects(since: number, after: Cursor, limit: number): Promise<{ conversations: string[]; next: Cursor }>;
}

export interface Marked {
  marks: number;
  at: number;
}

/** A conversation's lane, or its outbox, has something to do. */
export interface Wake {
  conversationId: string;
  accountId: string;
  /** UTC milliseconds. */
  at: number;
}

/** What happened in one process and others may want to know. */
export type News =
  /** Flows were rolled out. */
  | { kind: 'flows'; revision: string }
  /** An account cannot work, or can again: null. */
  | { kind: 'trouble'; accountId: string; reason: string | null }
  /** These people are forgotten. */
  | { kind: 'forgotten'; conversations: string[]; calls: string[] }
  /** Something is new in a chat; `typing`: somebody writes. */
  | { kind: 'chat'; conversationId: string; typing?: true }
  /** A call's line is at this worker from now on. */
  | { kind: 'call'; callId: string; owner: string }
  /** What open pages show. */
  | { kind: 'live'; events: LiveEvent[] }
  /** There is a notice to be told, or an order to be looked at. */
  | { kind: 'notices' | 'orders' };

/** Who hears of what others tell. */
export interface Ears {
  /** Of each wake one process hears. Resolves when this one may be given the next. */
  wake(wake: Wake): Promise<void>;
  /** Of each news all others hear. */
  news(news: News): void;
}

/** Wake-ups and news between processes. Any of it may be lost: who hears nothing finds it in the store. */
export interface Hints {
  /** @returns false: it is away, so this one is lost for sure. */
  wake(wake: Wake): boolean;
  tell(news: News): void;
  /** Once, when this process is ready. @param wakes whether it takes wake-ups */
  listen(ears: Ears, wakes: boolean): void;
  /** Why it is away, as a sentence; undefined while it is there. */
  away(): string | undefined;
  /** Hears nothing more, and tells what still happens. Resolves when nothing of it runs. */
  deafen(): Promise<void>;
  close(): Promise<void>;
}

/** A part of the installation that does not answer now. */
export interface Away {
  part: 'store' | 'hints';
  /** A sentence; no address with a password. */
  reason: string;
}

export interface FleetState {
  /** This process, as it is called now. */
  id: string;
  /** No other process works on this store. */
  alone: boolean;
  /** All that were known at the last look; empty when alone. */
  workers: WorkerRecord[];
  duties: Duty[];
  away: Away[];
}

export interface Fleet {
  /** This process. To be read each time: one that was written off has another name from then on. */
  readonly id: string;
  /** No other process works on this store. */
  readonly alone: boolean;
  /** Whether nobody acts under this name any more: what it held may be taken. */
  isGone(owner: string): boolean;
  /**
   * Right before what cannot be taken back: whether this process may still act under the name. Waits for the store where its lease is over.
   * @param owner the name under which the work was taken
   */
  mayAct(owner: string): boolean | Promise<boolean>;
  /**
   * Does it here while this process has the duty.
   * @param start @returns ends it; resolves when nothing of it goes on
   * @returns gives it up, if this process has it, and asks for it no more
   */
  duty(name: string, start: () => () => unknown): () => Promise<void>;
  /** Takes a duty from whoever has it. @throws DragomanError STORE_UNAVAILABLE */
  seize(name: string): Promise<void>;
  /** Whether this process has what it seized, or nobody that lives has it. @throws DragomanError STORE_UNAVAILABLE */
  holds(name: string): Promise<boolean>;
  /** Nobody needs it any more. Never rejects. */
  release(name: string): Promise<void>;
  /** Told when others are gone: what they held can be taken. @returns stops that */
  onGone(listener: () => void): () => void;
  /** Told when this process was written off, with its old name: what it held belongs to others. @returns stops that */
  onWrittenOff(listener: (old: string) => void): () => void;
  /** Tells something of this process to all; merged into what was told before. */
  note(about: JsonObject): void;
  state(): FleetState;
  /** Takes no duties any more, and gives up those that it has. */
  retire(): Promise<void>;
  /** Acts no more: others take what is left at once. */
  leave(): Promise<void>;
}

/** How much somebody may do, whichever worker he comes to. */
export interface Limits {
  /**
   * Counts one.
   * @param kind what is counted, always with the same limit
   * @returns 0: he may; else how long he is to wait, in milliseconds
   */
  take(kind: string, key: string, limit: { most: number; seconds: number }): Promise<number>;
}
