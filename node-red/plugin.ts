/** What Node-RED loads first: starts the engine, puts the edge in front, serves the pages, and lets the process stop without losing a turn. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeAPI } from 'node-red';
import { createEngine } from '../app/engine.ts';
import { describe } from '../core/errors.ts';
import { setting } from '../core/settings.ts';
import { setEngine } from './current.ts';
import { installDrain } from './host/drain.ts';
import { installEdge } from './host/edge.ts';
import { installGuard } from './host/guard.ts';
import { type EngineSettings, hostOf } from './host.ts';
import type { Red } from './red.ts';
import { announce } from './server/announce.ts';
import { servePages } from './server/pages.ts';

/** Of Docker's ten seconds before it kills. */
const DRAIN_MS = 8_000;
/** This package's root, from dist/node-red. */
const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export default function register(RED: NodeAPI): void {
  const red = RED as unknown as Red;
  const own = (RED.settings as unknown as { dragoman?: EngineSettings }).dragoman;
  installGuard(red);
  const edge = installEdge(red);
  try {
    const engine = createEngine(hostOf(RED, PROJECT), PROJECT);
    setEngine(engine);
    installDrain(red, { stopIntake: edge.refuse, idle: engine.stop, graceMs: DRAIN_MS });
    RED.plugins.registerPlugin('dragoman', { type: 'dragoman', engine } as never);
  } catch (error) {
    setEngine(undefined, describe(error));
    RED.log.error(`[dragoman] ${describe(error)}`);
    if (own?.standalone) process.exit(1);
  }
  servePages(RED);
  if (own?.standalone)
    RED.events.once('flows:started', () => announce(RED, { port: setting('port'), host: setting('host') }));
}
