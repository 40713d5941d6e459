/** Speech by its loudness over the room's: good enough where it is quiet, and always there. */
import type { VoiceActivity } from '../ports.ts';

/** Of 32,767. Softer than this is no speech, however silent the room. */
const SOFTEST = 260;
/** So much louder than the room. */
const OVER = 3;
/** How fast the room's loudness is believed to rise, in a frame. */
const RISE = 1.003;
const FALL = 0.7;

export function createEnergyActivity(): VoiceActivity {
  let room = 100;
  return {
    isSpeech(frame) {
      const loud = loudnessOf(frame);
      room = loud < room ? room * FALL + loud * (1 - FALL) : Math.min(room * RISE, loud);
      return loud > Math.max(SOFTEST, room * OVER);
    },
  };
}

/** Root of the mean square. */
function loudnessOf(frame: Int16Array): number {
  let sum = 0;
  for (const sample of frame) sum += sample * sample;
  return frame.length > 0 ? Math.sqrt(sum / frame.length) : 0;
}
