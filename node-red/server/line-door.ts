/** What a kind of lines says of itself: who is let in, and what is done with what comes. */
import type { Wire } from '../../core/ports.ts';

/** Why a line was not opened; `status` as HTTP has it. */
export interface Refused {
  status: 401 | 403 | 404 | 429 | 503;
  reason: string;
}

/** Who asks for a line. */
export interface Asking {
  /** Of the call, or of the chat. */
  id: string;
  /** Of the page that asks; undefined: no browser does. */
  origin?: string;
  /** The host by which it reached us. */
  host?: string;
  ticket?: string;
  resume?: string;
  /** A whole number of the query; 0 where there is none. */
  number(name: string): number;
}

/** What is done with a line that is open. */
export interface Held {
  /** @returns false: too much, or too fast */
  take(data: Buffer, isBinary: boolean): boolean;
  /** The line broke. */
  gone(): void;
}

/** A kind of lines. */
export interface Door {
  /** `<kind>/<id>/<what>` below a root. */
  kind: string;
  what: string;
  /** The subprotocol that its programs speak. */
  protocol: string;
  /** A line that says nothing at all for so long is dead; milliseconds. */
  deadMs: number;
  admit(asking: Asking): Promise<Refused | ((wire: Wire) => Held)>;
}

/** How much a line may bring: so much in a millisecond, and so much at once. */
export function createBudget(perMs: number, atOnce: number): (amount: number) => boolean {
  let left = atOnce;
  let at = performance.now();
  return (amount) => {
    const now = performance.now();
    left = Math.min(atOnce, left + (now - at) * perMs) - amount;
    at = now;
    return left >= 0;
  };
}
