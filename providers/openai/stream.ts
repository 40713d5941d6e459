/** Reading streams: only a last event counts as success, and silence ends them. The SDK's loop ends quietly when it is aborted or cut. */
import { providerFailed } from './errors.ts';

/** The server answered a request for a stream without one. */
export const NO_STREAM = Symbol('no stream');

export interface Watch {
  /** Fires with the outer signal, or after the silence. */
  signal: AbortSignal;
  /** Something came: the time of silence begins anew. */
  touch(ms?: number): void;
  stop(): void;
  /** What to throw where the stream ended without its last event, by itself or with `error`. */
  failure(error?: unknown): unknown;
}

export function watch(idleMs: number, outer: AbortSignal): Watch {
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let pieces = 0;
  const arm = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), ms);
  };
  arm(idleMs);
  return {
    signal: AbortSignal.any([silence.signal, outer]),
    touch(ms = idleMs) {
      pieces++;
      arm(ms);
    },
    stop: () => clearTimeout(timer),
    failure(error) {
      if (outer.aborted) return outer.reason;
      if (silence.signal.aborted)
        return providerFailed('The answer stopped in the middle for too long.', 'It is asked again by itself.', true);
      if (pieces === 0) return error ?? NO_STREAM;
      return providerFailed('The answer broke off before its end.', 'It is asked again by itself.', true);
    },
  };
}

/** Some local servers put a model's reasoning in front of its answer. */
export const withoutThoughts = (text: string): string => text.replace(/^\s*<think>[\s\S]*?(<\/think>|$)/, '');

/** Too short to know whether a thought begins. */
const undecided = (text: string) => text.trimStart() !== '<think>' && '<think>'.startsWith(text.trimStart());

/**
 * Hands pieces on so that they join to what is shown in the end: without thoughts, without white space at either end, a blank line
 * between what was said before and after a tool was called.
 */
export function speaker(show: (piece: string) => void): { hear(piece: string): void; pause(): void; spoke(): boolean } {
  let raw = '';
  let shown = 0;
  let separator = '';
  let spoke = false;
  return {
    hear(piece) {
      raw += piece;
      if (undecided(raw)) return;
      const visible = withoutThoughts(raw).trim();
      if (visible.length <= shown) return;
      show(separator + visible.slice(shown));
      separator = '';
      spoke = true;
      shown = visible.length;
    },
    pause() {
      raw = '';
      shown = 0;
      if (spoke) separator = '\n\n';
    },
    spoke: () => spoke,
  };
}
