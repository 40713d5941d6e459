/** Records that every stepper changes, so that their steps meet. */
export const COUNTERS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
