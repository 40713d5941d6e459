/** A voice that needs no program: a throat's pulses through the resonances of a mouth that goes from vowel to vowel. No words, but a person's sound. */
import { HEARING_RATE } from '../../core/calls/stretches.ts';

/** Hz: of each vowel the three resonances that tell it from others. */
const VOWELS = [
  [730, 1_090, 2_440],
  [270, 2_290, 3_010],
  [300, 870, 2_240],
  [530, 1_840, 2_480],
  [570, 840, 2_410],
] as const;
/** Of each resonance: Hz that it is wide, and how loud it is. */
const WIDTHS = [80, 100, 150] as const;
const GAINS = [1, 0.6, 0.3] as const;
const PITCH = 120;
/** Seconds of a syllable. */
const SYLLABLE = 0.22;
const LOUDEST = 12_000;

/** 16-bit samples at 16 kHz, the same each time. */
export function babble(seconds: number): Int16Array {
  const sound = new Float64Array(seconds * HEARING_RATE);
  const before = WIDTHS.map(() => [0, 0] as [number, number]);
  let phase = 0;
  for (let at = 0; at < sound.length; at++) {
    const time = at / HEARING_RATE;
    // A voice rises and falls, and trembles a little.
    phase += (PITCH * (1 + 0.15 * Math.sin(8.2 * time) + 0.03 * Math.sin(31.4 * time))) / HEARING_RATE;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    const syllable = Math.floor(time / SYLLABLE);
    const within = time / SYLLABLE - syllable;
    const open = Math.max(0, Math.min(1, within / 0.15, (0.75 - within) / 0.1));
    for (const [place, width] of WIDTHS.entries()) {
      const from = VOWELS[syllable % VOWELS.length]![place]!;
      const to = VOWELS[(syllable + 1) % VOWELS.length]![place]!;
      const hertz = from + (to - from) * Math.max(0, (within - 0.4) / 0.6);
      const decay = Math.exp((-Math.PI * width) / HEARING_RATE);
      const [one, two] = before[place]!;
      const turn = 2 * decay * Math.cos((2 * Math.PI * hertz) / HEARING_RATE);
      const now = pulse * open * (1 - decay) * GAINS[place]! + turn * one - decay * decay * two;
      before[place] = [now, one];
      sound[at]! += now;
    }
  }
  const loudest = sound.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return Int16Array.from(sound, (each) => (each / loudest) * LOUDEST);
}
