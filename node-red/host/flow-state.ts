/** Whether the flows run as a whole, by what Node-RED tells of deploys. */
import type { Red } from '../red.ts';

/** Node-RED waits for a closing node up to 15 s; of a change that is not over after so long nothing is known. */
const CHANGE_MS = 60_000;

/** @returns whether they run: not from `flows:stopping` to `flows:started`, and not where Node-RED says that they will not start. */
export function watchFlows(RED: Pick<Red, 'events'>, changeMs = CHANGE_MS): () => boolean {
  let changingSince: number | undefined;
  let down = false;
  const changing = () => {
    down = false;
    changingSince = performance.now();
  };
  const started = () => {
    down = false;
    changingSince = undefined;
  };
  /** Stopped by a person, in safe mode, or with a node or module missing: what waits goes on with the next start. */
  const told = ({ id, payload }: { id?: string; payload?: { state?: string; error?: unknown; deploy?: boolean } }) => {
    const stays = payload?.state === 'stop' || payload?.state === 'safe';
    if (id === 'runtime-state' && stays && (payload.error || !payload.deploy)) down = true;
  };
  RED.events.on('flows:stopping', changing);
  RED.events.on('flows:starting', changing);
  RED.events.on('flows:started', started);
  RED.events.on('runtime-event', told);
  return () => !down && (changingSince === undefined || performance.now() - changingSince > changeMs);
}
