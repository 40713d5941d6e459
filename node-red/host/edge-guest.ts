/**
 * The limit of a webhook's body in somebody else's Node-RED. Its server and its other paths are not ours, so it asks only for the `http in`
 * nodes that lead to a channel-in, and stands where Node-RED's own handler of raw bodies stands, which would read all of them.
 */
import type { IncomingMessage } from 'node:http';
import { type Middleware, nodesOfType, type Red, useFirst } from '../red.ts';
import { refuseLarger, WEBHOOK_BYTES } from './edge-refusals.ts';
import { edgeRoutes } from './edge-routes.ts';

/** Takes effect when the flows run: then whatever reads bodies is in its place. */
export function limitWebhooks(RED: Red): void {
  if (RED.settings.httpNodeRoot === false) return;
  const routes = edgeRoutes(RED, ({ wires }) => {
    const entries = nodesOfType(RED, 'dragoman-channel-in').map(({ id }) => id);
    return Array.isArray(wires) && wires.flat().some((id) => entries.includes(id));
  });
  RED.events.on('flows:started', () => routes.replace());
  const limit: Middleware = (request, response, next) => {
    const { originalUrl } = request as IncomingMessage & { originalUrl?: string };
    const path = routes.nodePath(originalUrl ?? request.url ?? '/');
    if (path === undefined || !routes.has(request.method ?? 'GET', path)) return next();
    if (!refuseLarger(request, response, WEBHOOK_BYTES)) next();
  };
  RED.events.once('flows:started', () => useFirst(RED, limit));
}
