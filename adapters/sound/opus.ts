/** Samples as a voice note, by libopus in WebAssembly: nothing is built or installed for it. Loaded with the first one. */
import { setImmediate as nextRound } from 'node:timers/promises';
import { oggOpus } from '../../core/sound/ogg.ts';
import { SPEECH_RATE } from '../../core/sound/wav.ts';

/** Of a packet: 20 ms, which everything plays. */
const FRAME = SPEECH_RATE / 50;
/** Bits a second: speech sounds no better with more. */
const BIT_RATE = 24_000;
/** Of ten: half of the time for a difference that nobody hears in speech. */
const COMPLEXITY = 5;
const SET_COMPLEXITY = 4010;
/** Libopus is behind by so much at this rate, in samples. */
const DELAY = 156;
/** Packets in a round of the event loop, some 10 ms of work. */
const AT_ONCE = 25;

/** Encoders share one memory, which must not grow under another. */
let last: Promise<unknown> = Promise.resolve();

/**
 * @param pcm as `Speak` gives it.
 * @returns Opus in an Ogg file, some 3 kB a second
 * @throws whatever `signal` was aborted with
 */
export function encodeOpus(pcm: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const mine = last.then(() => encode(pcm, signal));
  last = mine.catch(() => {});
  return mine;
}

async function encode(pcm: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
  const { default: Opus } = await import('opusscript');
  const encoder = new Opus(SPEECH_RATE, 1, Opus.Application.VOIP);
  try {
    encoder.setBitrate(BIT_RATE);
    encoder.encoderCTL(SET_COMPLEXITY, COMPLEXITY);
    const length = pcm.length >> 1;
    const packets: Uint8Array[] = [];
    while (packets.length * FRAME < length + DELAY) {
      if (packets.length % AT_ONCE === AT_ONCE - 1) {
        await nextRound();
        signal.throwIfAborted();
      }
      // What is missing at the end is silence.
      const samples = Buffer.alloc(FRAME * 2);
      samples.set(pcm.subarray(packets.length * FRAME * 2, (packets.length + 1) * FRAME * 2));
      packets.push(encoder.encode(samples, FRAME));
    }
    const serial = Math.floor(Math.random() * 2 ** 32);
    return oggOpus({ packets, frame: FRAME, rate: SPEECH_RATE, delay: DELAY, length, serial });
  } finally {
    encoder.delete();
  }
}
