/** How long the event loop is held up: while it is, no webhook is answered and nothing is sent. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoopLag } from '../../core/ports.ts';

/** Milliseconds between two looks. */
const EVERY_MS = 20;

export function watchLoopLag(): LoopLag {
  const delays = monitorEventLoopDelay({ resolution: EVERY_MS });
  delays.enable();
  // A look is late by what it came after its time.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - EVERY_MS);
  return {
    within: (share) => (delays.count === 0 ? 0 : late(delays.percentile(share * 100))),
    longest: () => (delays.count === 0 ? 0 : late(delays.max)),
    reset: () => delays.reset(),
    stop: () => void delays.disable(),
  };
}
