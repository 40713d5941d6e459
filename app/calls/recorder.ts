/** A call as a sound file: the caller on the left, the agent on the right. It grows as the call goes on, so that a crash leaves what was said. */
import type { FileHandle } from 'node:fs/promises';
import { createResampler } from '../../core/sound/resample.ts';
import { bytesOf, samplesIn } from '../../core/sound/samples.ts';
import { SPEECH_RATE, WAV_HEADER_BYTES, wavHeader } from '../../core/sound/wav.ts';
import type { Recorder } from './parts.ts';

/** Hz. */
const RATE = 16_000;
const CHANNELS = 2;
const BYTES_PER_MS = (RATE * CHANNELS * 2) / 1_000;
/** Samples that are written at once: a second. */
const CHUNK = RATE * CHANNELS;

/**
 * @param open the file; asked when the first second is there, so that a call without a sound leaves none
 * @param failed told once: nothing more is written then, and what was, stays
 */
export function createRecorder(open: () => Promise<FileHandle>, failed: (error: unknown) => void): Recorder {
  const resampler = createResampler(SPEECH_RATE, RATE);
  /** What the agent says, and how much of the first piece is written. */
  let agent: Int16Array[] = [];
  let said = 0;
  let chunk = new Int16Array(CHUNK);
  let filled = 0;
  let file: FileHandle | undefined;
  let bytes = 0;
  let isBroken = false;
  let writing: Promise<unknown> = Promise.resolve();

  async function append(samples: Int16Array): Promise<void> {
    if (!file) {
      file = await open();
      bytes = Math.max(0, (await file.stat()).size - WAV_HEADER_BYTES);
      if (bytes === 0) await file.write(wavHeader(0, RATE, CHANNELS), 0, WAV_HEADER_BYTES, 0);
    }
    const data = bytesOf(samples);
    await file.write(data, 0, data.length, WAV_HEADER_BYTES + bytes);
    bytes += data.length;
  }

  function flush(): void {
    const samples = chunk.subarray(0, filled);
    chunk = new Int16Array(CHUNK);
    filled = 0;
    if (samples.length === 0 || isBroken) return;
    writing = writing
      .then(() => append(samples))
      .catch((error) => {
        if (!isBroken) failed(error);
        isBroken = true;
      });
  }

  function nextOfAgent(): number {
    while (agent.length > 0 && said >= agent[0]!.length) {
      agent.shift();
      said = 0;
    }
    return agent[0]?.[said++] ?? 0;
  }

  return {
    caller(frame) {
      for (const sample of frame) {
        chunk[filled++] = sample;
        chunk[filled++] = nextOfAgent();
        if (filled === CHUNK) flush();
      }
    },
    agent(pcm) {
      agent.push(resampler.push(samplesIn(pcm)));
    },
    clear() {
      agent = [];
      said = 0;
    },
    async finish() {
      flush();
      await writing;
      if (!file) return null;
      try {
        await file.write(wavHeader(bytes, RATE, CHANNELS), 0, WAV_HEADER_BYTES, 0);
        await file.close();
      } catch (error) {
        if (!isBroken) failed(error);
      }
      return { ms: Math.round(bytes / BYTES_PER_MS), bytes: bytes + WAV_HEADER_BYTES };
    },
  };
}
