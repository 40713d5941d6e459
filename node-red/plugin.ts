/**
 * What Node-RED loads first: starts the engine and serves the pages. Where the process is ours it also puts the edge in front of all that
 * the server answers, keeps a foreign node's error from ending it, and lets it stop without losing a turn. In somebody else's Node-RED
 * it is a guest: nothing of the process, the server or the paths is touched but our own.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeAPI } from 'node-red';
import { createEngine } from '../app/engine.ts';
import { describe } from '../core/errors.ts';
import { setting } from '../core/settings.ts';
import { setEngine } from './current.ts';
import { installDrain } from './host/drain.ts';
import { installEdge } from './host/edge.ts';
import { guardWebhooks } from './host/edge-guest.ts';
import { guardEditorSocket } from './host/editor-socket.ts';
import { installGuard } from './host/guard.ts';
import { type EngineSettings, hostOf, isAlone } from './host.ts';
import type { Red } from './red.ts';
import { announce, explainDeafness, onceListening } from './server/announce.ts';
import { servePages } from './server/pages.ts';

/** Of Docker's ten seconds before it kills. */
const DRAIN_MS = 8_000;
/** This package's root, from dist/node-red. */
const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export default function register(RED: NodeAPI): void {
  const red = RED as unknown as Red;
  const own = (RED.settings as unknown as { dragoman?: EngineSettings }).dragoman;
  const alone = isAlone(RED);
  const edge = alone ? installEdge(red) : undefined;
  if (alone) {
    installGuard(red);
    guardEditorSocket(red);
  } else guardWebhooks(red);
  try {
    const engine = createEngine(hostOf(RED, PROJECT), PROJECT);
    setEngine(engine);
    if (edge) installDrain(red, { stopIntake: edge.refuse, idle: engine.stop, graceMs: DRAIN_MS });
    RED.plugins.registerPlugin('dragoman', { type: 'dragoman', engine } as never);
  } catch (error) {
    setEngine(undefined, describe(error));
    RED.log.error(`[dragoman] ${describe(error)}`);
    if (own?.standalone) process.exit(1);
  }
  servePages(RED, alone);
  const { uiPort, uiHost } = RED.settings as unknown as { uiPort?: number; uiHost?: string };
  const listening = own?.standalone
    ? { port: setting('port'), host: setting('host') }
    : { port: uiPort ?? 1880, host: uiHost ?? '' };
  if (alone) explainDeafness(RED, listening);
  const pages = { simulator: alone ? 'simulator' : 'dragoman/simulator', editor: alone };
  RED.events.once('flows:started', () => onceListening(red, () => announce(RED, listening, pages)));
}
