/** Silero's weights, run by onnxruntime in WebAssembly: nothing is built for them. Both come with `@ricky0123/vad-web`, which nobody has to install. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type * as Onnx from 'onnxruntime-web';
import { HEARING_RATE } from '../../core/calls/stretches.ts';

const WEIGHTS = '@ricky0123/vad-web/dist/silero_vad_v6.onnx';
/** Samples that are judged at once. */
export const WINDOW = 512;
/** Of the window before, which go along: speech that begins between two is seen whole. */
const CONTEXT = 64;
/** What the weights keep of a line. */
const STATE = [2, 1, 128] as const;
/** Only errors: for these weights onnxruntime would print lines that nobody can act on. */
const LOG_ERRORS = 3;

/** For one line, whose windows come one after another, from −1 to 1. @returns from 0 to 1: how sure it is that somebody speaks */
export type Judge = (window: Float32Array) => Promise<number>;

/**
 * Takes half a second, of which this thread is held for 40 ms, and the first window of all 90 ms; any other takes a third of one.
 * @param from a file's address; packages are looked for as that file would
 * @returns makes a judge for each line; undefined where the package is not there
 * @throws whatever else keeps it from working
 */
export async function loadSilero(from: string = import.meta.url): Promise<(() => Judge) | undefined> {
  const file = weightsFrom(from);
  if (file === undefined) return undefined;
  // The one that came with the weights.
  const onnx: typeof Onnx = createRequire(file)('onnxruntime-web');
  onnx.env.wasm.numThreads = 1;
  const session = await onnx.InferenceSession.create(await readFile(file), { logSeverityLevel: LOG_ERRORS });
  const rate = new onnx.Tensor('int64', [BigInt(HEARING_RATE)], []);
  return () => {
    let state: Onnx.Tensor = new onnx.Tensor('float32', new Float32Array(STATE[0] * STATE[1] * STATE[2]), STATE);
    const input = new Float32Array(CONTEXT + WINDOW);
    return async (window) => {
      input.copyWithin(0, WINDOW);
      input.set(window, CONTEXT);
      const told = await session.run({ input: new onnx.Tensor(input, [1, input.length]), state, sr: rate });
      state = told.stateN!;
      return Number(told.output!.data[0]);
    };
  };
}

function weightsFrom(from: string): string | undefined {
  try {
    return createRequire(from).resolve(WEIGHTS);
  } catch {
    return undefined;
  }
}
