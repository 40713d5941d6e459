/** The process's one engine, for the nodes. Set by our plugin, which Node-RED loads before any node. */

import type { Engine } from '../app/engine.ts';
import { DragomanError } from '../core/errors.ts';

let current: Engine | undefined;
let reason = 'The Dragoman plugin is not loaded.';

export function setEngine(engine: Engine | undefined, why = reason): void {
  current = engine;
  reason = why;
}

/** @throws DragomanError STORE_UNAVAILABLE, with the reason why the engine did not start. */
export function engine(): Engine {
  if (!current)
    throw new DragomanError('STORE_UNAVAILABLE', reason, 'Look at the first error in the log, mend it and restart.');
  return current;
}

/** The engine if there is one; for health pages. */
export function engineOrReason(): { engine: Engine } | { reason: string } {
  return current ? { engine: current } : { reason };
}
