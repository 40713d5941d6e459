/** The platform stand-ins inside this process, on a loopback port of their own: where accounts without real credentials send to. */

import type { Clock } from '../../core/ports.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';

export interface StandIn {
  /** Address of the stand-ins, without a last slash; empty until they listen. */
  base(): string;
  ready: Promise<Simulator>;
  stop(): Promise<void>;
}

export function startStandIn(clock: Clock): StandIn {
  let base = '';
  const starting = startSimulator({ now: clock.now });
  const ready = starting.then((simulator) => {
    base = simulator.url;
    return simulator;
  });
  return {
    base: () => base,
    ready,
    stop: () => starting.then((simulator) => simulator.stop()),
  };
}
