/**
 * The stand-in's voice and ear. A word is three tones of sixteen, by its number in a list of all words that were ever said; so what was
 * said can be heard again, word by word, at any rate, however it was cut: half a word is none.
 */

const RATE = 24_000;
const LOWEST_HERTZ = 500;
const STEP_HERTZ = 125;
/** Tones of a word, and how many there are of each. */
const TONES = 3;
const PITCHES = 16;
const MOST_WORDS = PITCHES ** TONES;
const TONE_MS = 40;
const GAP_MS = 15;
/** After a word, its last gap included. */
const PAUSE_MS = 60;
/** From here on a silence parts words. */
const PARTING_MS = 40;
/** A sound that is shorter is a click. */
const SHORTEST_MS = 20;
const RAMP_MS = 5;
const LOUDNESS = 9_000;
/** Below this nothing was said. */
const QUIET = 250;
const HOP_MS = 5;

export interface Voice {
  /** 16-bit samples of one channel, 24,000 a second; 210 ms a word. */
  say(text: string): Buffer;
  /** The words in a WAV file of 16-bit samples; none in anything else. */
  hear(file: Buffer): string;
}

export function createVoice(): Voice {
  const numbers = new Map<string, number>();
  const words: string[] = [];
  let next = 0;

  /** The oldest word makes room. */
  function numberOf(word: string): number {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    const number = next++ % MOST_WORDS;
    if (words[number] !== undefined) numbers.delete(words[number]);
    words[number] = word;
    numbers.set(word, number);
    return number;
  }

  return {
    say(text) {
      const said = text.split(/\s+/).filter(Boolean);
      return Buffer.concat(said.flatMap((word) => [...soundOf(numberOf(word)), silence(PAUSE_MS - GAP_MS)]));
    },
    hear(file) {
      const sound = samplesIn(file);
      if (!sound) return '';
      return tonesIn(sound)
        .flatMap((tones) => {
          const number = tones.reduce((sum, tone) => sum * PITCHES + tone, 0);
          return tones.length === TONES ? (words[number] ?? []) : [];
        })
        .join(' ');
    },
  };
}

function soundOf(number: number): Buffer[] {
  const digits = Array.from(
    { length: TONES },
    (_, place) => Math.floor(number / PITCHES ** (TONES - 1 - place)) % PITCHES,
  );
  return digits.flatMap((digit) => [tone(LOWEST_HERTZ + STEP_HERTZ * digit), silence(GAP_MS)]);
}

const samplesOf = (ms: number) => Math.round((RATE * ms) / 1000);
const silence = (ms: number) => Buffer.alloc(samplesOf(ms) * 2);

function tone(hertz: number): Buffer {
  const length = samplesOf(TONE_MS);
  const ramp = samplesOf(RAMP_MS);
  const bytes = Buffer.alloc(length * 2);
  for (let at = 0; at < length; at++) {
    const swell = Math.min(1, (at + 1) / ramp, (length - at) / ramp);
    bytes.writeInt16LE(Math.round(LOUDNESS * swell * Math.sin((2 * Math.PI * hertz * at) / RATE)), at * 2);
  }
  return bytes;
}

interface Sound {
  rate: number;
  samples: number[];
}

function samplesIn(file: Buffer): Sound | undefined {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let [rate, channels] = [0, 0];
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const inside = at + 8;
    if (name === 'fmt ' && file.readUInt16LE(inside + 14) === 16)
      [channels, rate] = [file.readUInt16LE(inside + 2), file.readUInt32LE(inside + 4)];
    if (name === 'data') {
      if (!rate || !channels) return undefined;
      const samples: number[] = [];
      const end = Math.min(file.length - 1, inside + length);
      for (let here = inside; here < end; here += 2 * channels) samples.push(file.readInt16LE(here));
      return { rate, samples };
    }
    at = inside + length + (length % 2);
  }
  return undefined;
}

/** The tones between two silences that part words, for each word. */
function tonesIn({ rate, samples }: Sound): number[][] {
  const hop = Math.max(1, Math.round((rate * HOP_MS) / 1000));
  const hops = Array.from({ length: Math.floor(samples.length / hop) }, (_, at) => {
    const part = samples.slice(at * hop, (at + 1) * hop);
    return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / hop);
  });
  const bar = Math.max(QUIET, 0.2 * hops.reduce((most, loud) => Math.max(most, loud), 0));
  const found: number[][] = [];
  let begun = -1;
  let silentFor = Number.POSITIVE_INFINITY;
  for (let at = 0; at <= hops.length; at++) {
    const loud = at < hops.length && hops[at]! >= bar;
    if (loud && begun < 0) begun = at;
    if (loud) continue;
    if (begun >= 0) {
      const long = (at - begun) * HOP_MS;
      if (long >= SHORTEST_MS) {
        if (silentFor >= PARTING_MS) found.push([]);
        found.at(-1)!.push(pitchOf(samples.slice(begun * hop, at * hop), rate));
        silentFor = 0;
      }
      begun = -1;
    }
    silentFor += HOP_MS;
  }
  return found;
}

/** Which of the sixteen it is, by Goertzel's filter. */
function pitchOf(samples: number[], rate: number): number {
  const powers = Array.from({ length: PITCHES }, (_, pitch) => {
    const turn = 2 * Math.cos((2 * Math.PI * (LOWEST_HERTZ + STEP_HERTZ * pitch)) / rate);
    let [one, two] = [0, 0];
    for (const sample of samples) [one, two] = [sample + turn * one - two, one];
    return one * one + two * two - turn * one * two;
  });
  return powers.indexOf(Math.max(...powers));
}
