/** What V8 keeps of memory that is in use for a moment only. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of both halves together. Large enough that what a turn makes is gone before it counts as old. */
const ENOUGH = 16 * 1024 * 1024;
const LOOK_MS = 200;

/**
 * Keeps the space of young objects from growing any more once it is large enough. V8 lets it grow to several times that under load, and never
 * gives it back: of ten thousand people who write for the first time, that was two thirds of what they left behind, and a few MB were in use. Its
 * highest size can only be said on the command line, which is not ours; the factor of its growth is looked at each time.
 */
export function boundYoungMemory(): void {
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young && young.space_size < ENOUGH) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_MS);
  timer.unref();
}
