/**
 * Keeps a failing endpoint from being asked by every customer: after a few transient failures in a row it is left alone for a while,
 * then one call at a time tries it again.
 */
import type { Clock } from '../ports.ts';

/** Transient failures in a row after which an endpoint is paused. */
const FAILURES_TO_OPEN = 3;
/** How long a paused endpoint is left alone; milliseconds. */
export const PAUSE_MS = 30_000;

/** The right to make one call; give it back with `settle`. */
export interface Pass {
  key: string;
  /** This call decides whether a paused endpoint is used again. */
  probe: boolean;
}

/** `up`: it answered, be it with an error that is our own fault. `down`: a transient failure. `dropped`: nobody waited for the end. */
export type Outcome = 'up' | 'down' | 'dropped';

export interface Breaker {
  /** Whether a call would be let through now. */
  allows(key: string): boolean;
  /** Null while the endpoint is paused, or another call is just trying it. */
  enter(key: string): Pass | null;
  /** Returns true when this very outcome paused the endpoint. */
  settle(pass: Pass, outcome: Outcome): boolean;
}

interface Circuit {
  failures: number;
  /** 0 while not paused. */
  pausedUntil: number;
  probing: boolean;
}

/** State is kept per process and per key, and only for endpoints that failed. */
export function createBreaker(clock: Clock): Breaker {
  const circuits = new Map<string, Circuit>();
  const allows = (key: string) => {
    const circuit = circuits.get(key);
    return !circuit?.pausedUntil || (!circuit.probing && clock.now() >= circuit.pausedUntil);
  };

  return {
    allows,
    enter(key) {
      if (!allows(key)) return null;
      const circuit = circuits.get(key);
      const probe = circuit !== undefined && circuit.pausedUntil > 0;
      if (probe) circuit.probing = true;
      return { key, probe };
    },
    settle({ key, probe }, outcome) {
      if (outcome === 'up') {
        circuits.delete(key);
        return false;
      }
      const circuit = circuits.get(key) ?? { failures: 0, pausedUntil: 0, probing: false };
      if (probe) circuit.probing = false;
      if (outcome === 'dropped') return false;
      circuits.set(key, circuit);
      circuit.failures++;
      // A call that began before the pause and fails during it says nothing new.
      const opens = probe || (!circuit.pausedUntil && circuit.failures >= FAILURES_TO_OPEN);
      if (opens) circuit.pausedUntil = clock.now() + PAUSE_MS;
      return opens;
    },
  };
}
