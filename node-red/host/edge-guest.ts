/**
 * What the edge does in somebody else's Node-RED, where its server and its other paths are not ours: it asks only for the `http in` nodes that
 * lead to a channel-in. Their bodies have a limit, and while a deploy replaces them their requests wait: without it Node-RED answers 404, which
 * a platform takes for an address that is gone.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Middleware, nodesOfType, type Red, useFirst, useHttpNode } from '../red.ts';
import { refuseLarger, WEBHOOK_BYTES } from './edge-refusals.ts';
import { edgeRoutes } from './edge-routes.ts';
import { rescueStranded } from './edge-stranded.ts';
import { createWaiting, type WaitingOptions } from './edge-waiting.ts';

/**
 * Call it while plugins load. Its first door stands where Node-RED's own handler of raw bodies stands, which would read all of them; that one
 * comes with the nodes, so the door is put there when the flows are about to run.
 */
export function guardWebhooks(RED: Red, options: WaitingOptions = {}): void {
  if (RED.settings.httpNodeRoot === false) return;
  const entries = () => nodesOfType(RED, 'dragoman-channel-in').map(({ id }) => id);
  const routes = edgeRoutes(RED, ({ wires }) => {
    const ours = entries();
    return Array.isArray(wires) && wires.flat().some((id) => ours.includes(id));
  });
  const waiting = createWaiting(RED, routes, options);
  const inside = new WeakSet<ServerResponse>();

  const door: Middleware = (request, response, next) => {
    const { originalUrl } = request as IncomingMessage & { originalUrl?: string };
    const path = routes.nodePath(originalUrl ?? request.url ?? '/');
    if (path === undefined || !routes.has(request.method ?? 'GET', path)) return next();
    if (refuseLarger(request, response, WEBHOOK_BYTES)) return;
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
  rescueStranded(RED, waiting, (id) => entries().includes(id));
}
