/** Sound, frame by frame, becomes stretches of speech: pure, but for what it keeps of the line. Times count the sound itself, so that a line that is late is cut as one that is not. */

/** Hz; what speech is heard in. */
export const HEARING_RATE = 16_000;
export const FRAME_MS = 20;
/** Samples. */
export const FRAME = (HEARING_RATE * FRAME_MS) / 1_000;

/** Of sound before the first frame that is speech: a word begins softly. */
const LEAD_MS = 300;
/** Frames of speech among the last ones that begin a stretch. */
const BEGINS = { speech: 4, of: 6 };
/** Silence that ends one. */
const PAUSE_MS = 300;
/** What has less speech is a noise. */
const LEAST_MS = 120;
/** A stretch that is longer is put into words in parts. */
const LONGEST_MS = 20_000;

export type Cut =
  /** `atMs`: since when. */
  | { kind: 'start'; atMs: number }
  /** `atMs`: when the speech ended. */
  | { kind: 'end'; atMs: number; sound: Int16Array }
  | { kind: 'noise'; atMs: number };

export interface Cutter {
  /** The next 20 ms. */
  push(frame: Int16Array, speech: boolean): Cut | undefined;
  /** What is being said is over now, if something is. */
  finish(): Cut | undefined;
  /** Milliseconds of sound so far. */
  at(): number;
}

export function createCutter(fromMs = 0): Cutter {
  let atMs = fromMs;
  let lead: Int16Array[] = [];
  let recent: boolean[] = [];
  let frames: Int16Array[] | undefined;
  let spoken = 0;
  let silent = 0;

  function end(): Cut {
    const isNoise = spoken * FRAME_MS < LEAST_MS;
    const endedAt = atMs - silent * FRAME_MS;
    const sound = isNoise ? undefined : joined(frames!);
    frames = undefined;
    lead = [];
    recent = [];
    return sound ? { kind: 'end', atMs: endedAt, sound } : { kind: 'noise', atMs: endedAt };
  }

  return {
    push(frame, speech) {
      atMs += FRAME_MS;
      if (!frames) {
        lead.push(frame);
        if (lead.length * FRAME_MS > LEAD_MS) lead.shift();
        recent = [...recent, speech].slice(-BEGINS.of);
        const heard = recent.filter(Boolean).length;
        if (heard < BEGINS.speech) return undefined;
        frames = lead;
        spoken = heard;
        silent = 0;
        return { kind: 'start', atMs: atMs - recent.length * FRAME_MS };
      }
      frames.push(frame);
      silent = speech ? 0 : silent + 1;
      if (speech) spoken++;
      return silent * FRAME_MS >= PAUSE_MS || frames.length * FRAME_MS >= LONGEST_MS ? end() : undefined;
    },
    finish: () => (frames ? end() : undefined),
    at: () => atMs,
  };
}

function joined(frames: Int16Array[]): Int16Array {
  const all = new Int16Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}
