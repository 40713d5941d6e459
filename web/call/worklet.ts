/** What runs in the browser's audio thread: the microphone's sound becomes frames. An entry of its own, because only a file can get there. */
import { createFramer } from './pcm.ts';

// Of the audio thread, which TypeScript's types of browsers leave out.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** What it tells, some 50 times a second. */
export interface Heard {
  /** 640 bytes. */
  frame: ArrayBuffer;
  /** How loud it is, from 0 to 1. */
  level: number;
}

class Frames extends AudioWorkletProcessor {
  #take = createFramer(sampleRate, ({ buffer }, level) => {
    this.port.postMessage({ frame: buffer, level } satisfies Heard, [buffer]);
  });

  /** The node has one channel, so the browser has mixed what a device gives. */
  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0];
    if (samples) this.#take(samples);
    return true;
  }
}

registerProcessor('dragoman-frames', Frames);
