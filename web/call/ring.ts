/** The sound that was sent and may be asked for again, and what waits to be sent. Times are milliseconds of sound, as the server counts it. Pure. */
import { BYTES_PER_MS } from './pcm.ts';

/** As long as an utterance may be. What is older is forgotten, sent or not. */
const LONGEST_MS = 60_000;

export interface Ring {
  /** Puts a frame behind the others. */
  push(frame: Uint8Array<ArrayBuffer>): void;
  /** The next frame to send; undefined: there is none. */
  next(): Uint8Array<ArrayBuffer> | undefined;
  /** How many frames wait. */
  waiting(): number;
  /** What is before that time is not asked for again. */
  forget(ms: number): void;
  /** Sends again from there. What is no longer here is skipped: the time goes on with the oldest frame that is. */
  rewind(ms: number): void;
}

export function createRing(): Ring {
  let frames: Uint8Array<ArrayBuffer>[] = [];
  /** Where the first frame begins; bytes. */
  let start = 0;
  let bytes = 0;
  /** How many of the frames were sent. */
  let sent = 0;
  const shift = () => {
    const length = frames.shift()?.length ?? 0;
    start += length;
    bytes -= length;
    sent = Math.max(0, sent - 1);
  };
  return {
    push(frame) {
      frames.push(frame);
      bytes += frame.length;
      while (bytes > LONGEST_MS * BYTES_PER_MS) shift();
    },
    next() {
      const frame = frames[sent];
      if (frame) sent++;
      return frame;
    },
    waiting: () => frames.length - sent,
    forget(ms) {
      while (sent > 0 && start + (frames[0]?.length ?? 0) <= ms * BYTES_PER_MS) shift();
    },
    rewind(ms) {
      const from = Math.round(ms) * BYTES_PER_MS;
      while (frames[0] && start + frames[0].length <= from) shift();
      const [first] = frames;
      if (first && start < from) {
        frames = [first.subarray(from - start), ...frames.slice(1)];
        bytes -= from - start;
      }
      start = from;
      sent = 0;
    },
  };
}
