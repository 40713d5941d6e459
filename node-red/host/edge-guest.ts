/**
 * The limit of a webhook's body in somebody else's Node-RED. Its server and its other paths are not ours, so it asks only for the `http in`
 * nodes that lead to a channel-in, and stands where Node-RED's own handler of raw bodies stands, which would read all of them.
 */
import type { IncomingMessage } from 'node:http';
import { type Middleware, nodesOfType, type Red, useFirst } from '../red.ts';
import { answerAndDrain, countBytes } from './edge-refusals.ts';
import { edgeRoutes } from './edge-routes.ts';

const LIMIT_BYTES = 4 * 1024 * 1024;

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
    const tooLarge = () => answerAndDrain(request, response, 413, `The body is larger than ${LIMIT_BYTES} bytes.`);
    const declared = request.headers['content-length'];
    if (Number(declared) > LIMIT_BYTES) return tooLarge();
    if (declared === undefined) countBytes(request, LIMIT_BYTES, tooLarge);
    next();
  };
  RED.events.once('flows:started', () => useFirst(RED, limit));
}
