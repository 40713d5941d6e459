/**
 * Voice notes that are made before their messages are marked as on their way: a crash meanwhile leaves a message that waits, and rules are
 * judged when there is something to send. Sound is in memory only, and is made again where it is needed again.
 */
import { DragomanError, describe } from '../errors.ts';
import type { Message } from '../model.ts';
import { createOutages } from '../outages.ts';
import type { Clock, Logger, MakeVoice } from '../ports.ts';
import { createRecent } from '../recent.ts';
import { type Form, saidIn } from './spoken-form.ts';

/** A customer waits no longer for a sound. */
const LONGEST_MS = 15_000;
/** Sounds that are kept for a moment, or for another try; some 100 kB each. */
const MOST_KEPT = 50;
/** Platforms that take no sound may take words. */
const MOST_TRIES = 2;

export interface Voices {
  /** How the message may leave now; undefined: its sound is still to be made. */
  form(message: Message): Form | undefined;
  /** Resolves when `form` knows. Never rejects. */
  prepare(message: Message): Promise<void>;
  sound(messageId: string): Uint8Array | undefined;
  /** The message needs its sound no more. */
  drop(messageId: string): void;
  /** What is being made is sent in words, and so is all that comes. */
  end(): void;
}

export interface VoicesOptions {
  clock: Clock;
  log: Logger;
  /** Absent: nothing can be said. */
  make?: MakeVoice;
}

export function createVoices({ clock, log, make }: VoicesOptions): Voices {
  const made = createRecent<{ sound?: Uint8Array }>(MOST_KEPT);
  const making = new Map<string, Promise<void>>();
  const ending = new AbortController();
  const outages = createOutages({ ...log, warn: log.info }, clock.now);

  async function soundOf({ text }: Message, language: string, make: MakeVoice): Promise<Uint8Array | undefined> {
    const late = new AbortController();
    const stop = AbortSignal.any([late.signal, ending.signal]);
    const cancel = clock.at(clock.now() + LONGEST_MS, () => late.abort());
    const stopped = new Promise<never>((_, reject) => {
      stop.addEventListener('abort', () => reject(new Error('It is not waited for.')));
    });
    try {
      const sound = await Promise.race([make(text, { language, signal: stop }), stopped]);
      outages.works('voice', 'What speaks');
      return sound;
    } catch (error) {
      if (!ending.signal.aborted)
        outages.failed('voice', `A voice note is answered in words: ${late.signal.aborted ? TOO_LATE : why(error)}`);
      return undefined;
    } finally {
      cancel();
    }
  }

  return {
    form(message) {
      if (!make || ending.signal.aborted || (message.tries ?? 0) >= MOST_TRIES) return 'words';
      const known = made.get(message.id);
      return known && (known.sound ? 'voice' : 'words');
    },
    prepare(message) {
      const { id } = message;
      const work = async () => {
        const language = saidIn(message);
        made.set(id, { sound: make && language !== undefined ? await soundOf(message, language, make) : undefined });
        making.delete(id);
      };
      const going = making.get(id) ?? work();
      making.set(id, going);
      return going;
    },
    sound: (id) => made.get(id)?.sound,
    drop: made.delete,
    end: () => ending.abort(),
  };
}

const TOO_LATE = `what speaks took longer than ${LONGEST_MS / 1_000} s.`;

const why = (error: unknown) => (DragomanError.is(error) ? `${error.message} ${error.action}` : describe(error));
