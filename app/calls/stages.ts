/** How long each stage takes from the end of a caller's words to the first sound of the answer. */
import type { Clock, Stages } from '../../core/ports.ts';

export interface StageClock {
  /** The caller stopped speaking, so long ago. */
  speechEnded(agoMs: number): void;
  /** His words are his turn now; `sttMs`: how long the last of them took to be found. */
  committed(sttMs: number): void;
  /** The answer is there. */
  answered(): void;
  /** Its first sound leaves. @returns undefined where it answers nothing, such as a greeting */
  sounded(): Stages | undefined;
}

export function createStageClock(clock: Clock): StageClock {
  let ended = 0;
  let committed = 0;
  let answered = 0;
  let stt = 0;
  return {
    speechEnded(agoMs) {
      ended = clock.now() - agoMs;
    },
    committed(sttMs) {
      committed = clock.now();
      answered = 0;
      stt = sttMs;
    },
    answered() {
      answered ||= clock.now();
    },
    sounded() {
      if (committed === 0 || answered === 0) return undefined;
      const now = clock.now();
      // Typed words end when they come.
      const from = ended || committed;
      const stages = {
        ...{ endOfTurn: committed - from, stt, answer: answered - committed },
        ...{ tts: now - answered, firstSound: now - from },
      };
      ended = committed = 0;
      return stages;
    },
  };
}
