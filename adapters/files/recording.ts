/** A call as a WAV file: the caller on the left, the agent on the right. It grows as the call goes on, so that a crash leaves what was said. */
import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { createResampler } from '../../core/sound/resample.ts';
import { samplesIn } from '../../core/sound/samples.ts';
import { SPEECH_RATE, wavHeader } from '../../core/sound/wav.ts';

/** Hz. */
const RATE = 16_000;
const CHANNELS = 2;
const HEADER_BYTES = 44;
const BYTES_PER_MS = (RATE * CHANNELS * 2) / 1_000;
/** Written at once: a second of it. */
const CHUNK = RATE * CHANNELS;

/** @param file made when the first sound comes, for this user only. @param failed told once; what was written stays */
export function createRecorder(file: string, failed: (error: unknown) => void) {
  const resampler = createResampler(SPEECH_RATE, RATE);
  let agent: Int16Array[] = [];
  let chunk: number[] = [];
  let bytes = 0;
  let handle: FileHandle | undefined;
  let broken = false;
  let writing: Promise<unknown> = Promise.resolve();

  async function append(samples: Int16Array): Promise<void> {
    if (!handle) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      handle = await open(file, 'a', 0o600);
      bytes = Math.max(0, (await handle.stat()).size - HEADER_BYTES);
      if (bytes === 0) await handle.write(wavHeader(0, RATE, CHANNELS));
    }
    const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    await handle.write(data);
    bytes += data.length;
  }

  function flush(): void {
    if (chunk.length === 0 || broken) return;
    const samples = Int16Array.from(chunk);
    chunk = [];
    writing = writing
      .then(() => append(samples))
      .catch((error) => {
        if (!broken) failed(error);
        broken = true;
      });
  }

  /** The agent's next sample; silence where it says nothing. */
  function nextOfAgent(at: { index: number }): number {
    while (agent.length > 0 && at.index >= agent[0]!.length) {
      agent.shift();
      at.index = 0;
    }
    return agent.length > 0 ? agent[0]![at.index++]! : 0;
  }
  const at = { index: 0 };

  return {
    caller(frame: Int16Array): void {
      for (const sample of frame) chunk.push(sample, nextOfAgent(at));
      if (chunk.length >= CHUNK) flush();
    },
    agent(pcm: Uint8Array): void {
      agent.push(resampler.push(samplesIn(pcm)));
    },
    clear(): void {
      agent = [];
      at.index = 0;
    },
    async finish(): Promise<{ ms: number; bytes: number } | null> {
      flush();
      await writing;
      if (!handle) return null;
      await handle.close();
      const patch = await open(file, 'r+');
      await patch.write(wavHeader(bytes, RATE, CHANNELS), 0, HEADER_BYTES, 0);
      await patch.close();
      return { ms: Math.round(bytes / BYTES_PER_MS), bytes: bytes + HEADER_BYTES };
    },
  };
}
