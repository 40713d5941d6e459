/** Lets so many in at once; others wait in their order. */

export interface Turnstile {
  /** @returns lets the next one in; more than once does no harm. Rejects with the signal's reason while waiting. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createTurnstile(most: number): Turnstile {
  let inside = 0;
  const waiting = new Set<() => void>();

  function leave(): void {
    inside--;
    const [first] = waiting;
    if (!first) return;
    waiting.delete(first);
    // Counted here: nobody comes between.
    inside++;
    first();
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (inside < most) inside++;
      else await turn(signal);
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        waiting.delete(come);
        reject(signal.reason);
      };
      const come = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      waiting.add(come);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }
}
