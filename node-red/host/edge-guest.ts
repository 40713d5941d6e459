/**
 * What the edge does in somebody else's Node-RED, where its server and its other paths are not ours: it asks only for the `http in` nodes that
 * lead to a channel-in. Their bodies have a limit, and while a deploy replaces them their requests wait: without it Node-RED answers 404, which
 * a platform takes for an address that is gone.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { configuredNodes, type Middleware, type NodeConfig, type Red, useFirst, useHttpNode } from '../red.ts';
import { BODIES_BYTES, createBodyBudget } from './edge-budget.ts';
import { refuseLarger, WEBHOOK_BYTES } from './edge-refusals.ts';
import { edgeRoutes } from './edge-routes.ts';
import { rescueStranded } from './edge-stranded.ts';
import { createWaiting, type WaitingOptions } from './edge-waiting.ts';

/** From an `http in` to the channel-in; longer ways are the host's own business. */
const MOST_HOPS = 8;

/**
 * Call it while plugins load. Its first door stands where Node-RED's own handler of raw bodies stands, which would read all of them; that one
 * comes with the nodes, so the door is put there when the flows are about to run.
 */
export function guardWebhooks(RED: Red, options: WaitingOptions & { bodiesBytes?: number } = {}): void {
  if (RED.settings.httpNodeRoot === false) return;
  const routes = edgeRoutes(RED, () => {
    const leading = leadingToEntries(RED);
    return ({ id }) => leading.has(id);
  });
  const bodies = createBodyBudget(options.bodiesBytes ?? BODIES_BYTES);
  const waiting = createWaiting(RED, routes, options);
  const inside = new WeakSet<ServerResponse>();

  const door: Middleware = (request, response, next) => {
    const { originalUrl } = request as IncomingMessage & { originalUrl?: string };
    const path = routes.nodePath(originalUrl ?? request.url ?? '/');
    if (path === undefined || !routes.has(request.method ?? 'GET', path)) return next();
    if (refuseLarger(request, response, WEBHOOK_BYTES, bodies)) return;
    waiting.enter(response, () => {
      inside.add(response);
      next();
    });
  };
  RED.events.once('flows:starting', () => useFirst(RED, door));
  // The second door, for a body that was still coming when the deploy began.
  useHttpNode(RED, (_request, response, next) => {
    if (inside.has(response)) waiting.enter(response, next);
    else next();
  });
  rescueStranded(RED, waiting, (id) => leadingToEntries(RED).has(id));
}

/** The channel-ins, and what leads to one over a few nodes: a switch, a junction, a link. */
function leadingToEntries(RED: Red): ReadonlySet<string> {
  const nodes = configuredNodes(RED);
  const before = new Map<string, string[]>();
  for (const node of nodes)
    for (const to of nextOf(node)) {
      const known = before.get(to);
      if (known) known.push(node.id);
      else before.set(to, [node.id]);
    }
  let edge = nodes.filter(({ type }) => type === 'dragoman-channel-in').map(({ id }) => id);
  const leading = new Set(edge);
  for (let hop = 0; hop < MOST_HOPS && edge.length > 0; hop++) {
    edge = [...new Set(edge.flatMap((id) => before.get(id) ?? []))].filter((id) => !leading.has(id));
    for (const id of edge) leading.add(id);
  }
  return leading;
}

/** Where a node's messages go by its wires, and by its links. */
function nextOf({ type, wires, links }: NodeConfig): string[] {
  const linked = type === 'link out' && Array.isArray(links) ? links : [];
  return [...(Array.isArray(wires) ? wires.flat() : []), ...linked].filter((id) => typeof id === 'string');
}
