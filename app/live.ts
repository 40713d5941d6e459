/** What happens right now, for pages that people look at: told by whoever does something, heard by each open page, at whichever process it is. */
import { randomBytes } from 'node:crypto';
import type { LiveEvent } from '../core/model.ts';
import type { Clock } from '../core/ports.ts';

/** Events that are kept for a page whose stream broke off. */
const KEPT = 2_000;
/** Changes of conversations are gathered so long, for a turn changes one many times; milliseconds. */
const GATHER_MS = 100;
/** More changed conversations at once than any page shows are told as one event. */
const MOST_CHANGED = 200;

type Listener = (event: LiveEvent, id: string) => void;

export interface Live {
  /** Tells it to every page, also to those at other processes. */
  tell(event: LiveEvent): void;
  /** Something in a conversation is another now; told soon, once for all that changes meanwhile. */
  changed(conversationId: string): void;
  /** What another process told. */
  hear(events: readonly LiveEvent[]): void;
  /**
   * Tells what happens from now on, and first what did since the event with this id. Where that is not known any more, the first event is
   * `resync`: load everything again.
   * @param over called when there will be no more
   * @returns ends it
   */
  follow(after: string | undefined, listener: Listener, over?: () => void): () => void;
  stop(): void;
}

/** @param tellOthers absent: there are none */
export function createLive({
  clock,
  tellOthers,
}: {
  clock: Clock;
  tellOthers?: ((events: LiveEvent[]) => void) | undefined;
}): Live {
  // Ids of another process, or of before a restart, are none of ours.
  const name = randomBytes(6).toString('base64url');
  const kept: LiveEvent[] = [];
  /** How many there ever were: the newest one's number. */
  let count = 0;
  const listeners = new Map<Listener, () => void>();
  const waiting = new Set<string>();
  let cancel: (() => void) | undefined;

  const idOf = (number: number) => `${name}.${number}`;

  function hear(events: readonly LiveEvent[]): void {
    for (const event of events) {
      kept.push(event);
      if (kept.length > KEPT) kept.shift();
      const id = idOf(++count);
      for (const listener of listeners.keys()) listener(event, id);
    }
  }

  function tellAll(events: LiveEvent[]): void {
    hear(events);
    tellOthers?.(events);
  }

  function tellChanged(): void {
    cancel = undefined;
    const ids = [...waiting];
    waiting.clear();
    tellAll(
      ids.length > MOST_CHANGED
        ? [{ kind: 'conversations' }]
        : ids.map((conversation) => ({ kind: 'conversation', conversation })),
    );
  }

  return {
    tell: (event) => tellAll([event]),
    changed(conversationId) {
      waiting.add(conversationId);
      cancel ??= clock.at(clock.now() + GATHER_MS, tellChanged);
    },
    hear,
    follow(after, listener, over = () => {}) {
      const [whose, number] = after?.split('.') ?? [];
      const missed = count - Number(number);
      const known = whose === name && missed >= 0 && missed <= kept.length;
      if (after && !known) listener({ kind: 'resync' }, idOf(count));
      if (known && missed > 0)
        for (const [index, event] of kept.slice(-missed).entries()) listener(event, idOf(count - missed + index + 1));
      listeners.set(listener, over);
      return () => void listeners.delete(listener);
    },
    stop() {
      cancel?.();
      for (const over of listeners.values()) over();
      listeners.clear();
    },
  };
}
