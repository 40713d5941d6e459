/** Waiting by a clock, which an abort cuts short. */
import { DragomanError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** What `bounded` rejects with when the time is over. */
export const TIMED_OUT: unique symbol = Symbol('timed out');

/** The error of a caller that no longer wants the answer. */
export const cancelled = (): DragomanError =>
  new DragomanError('PROVIDER_FAILED', 'The answer was cancelled before it was ready.', 'Nothing needs to be done.', {
    retryable: true,
  });

/** Runs `work` until the clock says that its time is over, also if it ignores its signal. Rejects with `TIMED_OUT`. */
export async function bounded<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const inner = new AbortController();
  const stop = (reason: unknown) => {
    reject(reason);
    inner.abort(reason);
  };
  const leave = () => stop(cancelled());
  if (outer?.aborted) leave();
  outer?.addEventListener('abort', leave, { once: true });
  const cancelTimer = clock.at(clock.now() + ms, () => stop(TIMED_OUT));
  try {
    return await Promise.race([ended, work(inner.signal)]);
  } finally {
    cancelTimer();
    outer?.removeEventListener('abort', leave);
  }
}

/** Ends early, without an error, when the signal fires. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      cancelTimer();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancelTimer = clock.at(clock.now() + ms, wake);
    if (signal?.aborted) wake();
    else signal?.addEventListener('abort', wake, { once: true });
  });
}
