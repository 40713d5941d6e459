/**
 * Replaces the running flows by Node-RED's own deploy, so that webhooks wait and turns are repeated as in any deploy
 * (`host/edge-waiting.ts`, `app/turns.ts`). Nodes that did not change go on, and so do the turns in them, unless credentials changed: Node-RED
 * reads those only when a node starts.
 */
import type { FlowNode } from '../flow-files/canonical.ts';
import { insideNodeRed } from '../inside.ts';
import { liveNode, type Red } from '../red.ts';
import type { Flows } from './flows.ts';

/** Node-RED waits for nodes that close up to 15 s, and says nothing where it has failed in between. */
const CHANGE_MS = 60_000;

/**
 * @param before what runs now; undefined where all is to be started
 * @returns once the new flows run; the nodes that do not, each by its type and id
 * @throws Error where they do not run: the message says why, and what ran before may be stopped
 */
export async function replaceFlows(RED: Pick<Red, 'events' | 'nodes'>, next: Flows, before?: Flows): Promise<string[]> {
  const sameSecrets = before && JSON.stringify(before.credentials) === JSON.stringify(next.credentials);
  const outcome = outcomeOf(RED);
  try {
    const { flows } = insideNodeRed()('@node-red/runtime');
    await flows.setFlows({
      flows: { flows: next.flows, credentials: next.credentials },
      deploymentType: sameSecrets ? 'nodes' : 'full',
    });
    await outcome.settled;
  } finally {
    outcome.end();
  }
  return absentNodes(RED, next.flows);
}

interface StateEvent {
  id?: string;
  payload?: { state?: string; error?: unknown; types?: string[] };
}

/** What Node-RED tells of the deploy that is about to begin: it resolves the call itself before the nodes are there. */
function outcomeOf(RED: Pick<Red, 'events'>): { settled: Promise<void>; end(): void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Nobody may be listening yet when it fails.
  promise.catch(() => {});
  const told = ({ id, payload }: StateEvent) => {
    if (id === 'runtime-state' && payload?.state === 'stop' && payload.error)
      reject(new Error(`Node-RED did not start them: ${payload.error}.`));
  };
  const timer = setTimeout(() => reject(new Error(`They did not start within ${CHANGE_MS / 1000} s.`)), CHANGE_MS);
  RED.events.once('flows:started', resolve);
  RED.events.on('runtime-event', told);
  return {
    settled: promise,
    end() {
      clearTimeout(timer);
      RED.events.off('flows:started', resolve);
      RED.events.off('runtime-event', told);
    },
  };
}

/** What should run and does not: a constructor that throws leaves its node out, and Node-RED goes on. */
function absentNodes(RED: Pick<Red, 'nodes'>, flows: readonly FlowNode[]): string[] {
  const off = new Set(flows.filter(({ type, disabled }) => type === 'tab' && disabled).map(({ id }) => id));
  const inside = new Set(flows.filter(({ type }) => type === 'subflow').map(({ id }) => id));
  return flows
    .filter(({ type, d, z = '' }) => !['tab', 'subflow', 'group'].includes(type) && !d && !off.has(z) && !inside.has(z))
    .filter(({ id }) => !liveNode(RED as Red, id))
    .map(({ id, type }) => `${type} ${id}`);
}
