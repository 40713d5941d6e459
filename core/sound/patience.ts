/** A time limit that is set anew for each wait, and does not run while nobody waits: a listener takes as long as the sound. */

export interface Patience {
  /** Fires with the outer signal, when a wait was too long, and at the end. */
  signal: AbortSignal;
  /** From now on something must come within `ms`. @param sentence what is said where nothing does */
  within(ms: number, sentence: string): void;
  /** Nobody waits. */
  rest(): void;
  /** The sentence of the wait that was too long. */
  late(): string | undefined;
  /** Lets go of whatever goes by the signal. */
  end(): void;
}

export function createPatience(outer: AbortSignal): Patience {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let late: string | undefined;
  const leave = () => controller.abort(outer.reason);
  if (outer.aborted) leave();
  outer.addEventListener('abort', leave, { once: true });
  return {
    signal: controller.signal,
    within(ms, sentence) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        late = sentence;
        controller.abort(new DOMException(sentence, 'TimeoutError'));
      }, ms);
    },
    rest: () => clearTimeout(timer),
    late: () => late,
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', leave);
      controller.abort();
    },
  };
}

/** Pieces as they come, each within `ms`; the first as long as `patience` has it already. */
export async function* awaited<Piece>(
  pieces: AsyncIterable<Piece>,
  patience: Patience,
  ms: number,
  sentence: string,
): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    patience.rest();
    yield piece;
    patience.within(ms, sentence);
  }
  patience.rest();
}
