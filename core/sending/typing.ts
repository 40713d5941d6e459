/** Before words that nobody asked for, where the platform watches how a number writes: the customer sees that somebody types, as long as that may take. */
import { setMaxListeners } from 'node:events';
import type { Account } from '../accounts.ts';
import { sleep } from '../answering/waits.ts';
import type { Json } from '../model.ts';
import type { Clock, Http } from '../ports.ts';

/** A fast typist's letter, and how long it takes at least and at most; milliseconds. */
const LETTER_MS = 40;
const LEAST_MS = 1_000;
const MOST_MS = 8_000;
/** A trial needs no patience. */
const SIMULATED_MS = 300;

export interface Typing {
  /** Resolves when it may be sent. Never rejects. */
  before(sender: Account, address: Json, text: string): Promise<void>;
  /** Nobody types any more. */
  end(): void;
}

export function createTyping({ clock, http }: { clock: Clock; http: Http }): Typing {
  const stopping = new AbortController();
  // Any number of customers may be typed to at once.
  setMaxListeners(0, stopping.signal);

  /** A courtesy: what goes wrong with it is told by the send. */
  async function quietly(call: Promise<void> | undefined): Promise<void> {
    try {
      await call;
    } catch {}
  }

  return {
    async before({ channel, settings, simulated }, address, text) {
      if (stopping.signal.aborted || !channel.typing) return;
      await quietly(channel.typing(address, undefined, settings, http));
      const ms = Math.max(LEAST_MS, Math.min(MOST_MS, text.length * LETTER_MS));
      await sleep(clock, simulated ? SIMULATED_MS : ms, stopping.signal);
      await quietly(channel.stopTyping?.(address, settings, http));
    },
    end: () => stopping.abort(),
  };
}
