/** What Dragoman serves beside webhooks: health, the simulator, the interfaces for commands and for the editor. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Router } from 'express';
import type { NodeAPI } from 'node-red';
import { setting } from '../../core/settings.ts';
import { serveAdmin } from './admin.ts';
import { serveApi } from './api.ts';
import { serveHealth } from './health.ts';
import { serveSimulator } from './simulator.ts';

export function servePages(RED: NodeAPI): void {
  const app = RED.httpNode as unknown as Router;
  const web = path.join(path.dirname(fileURLToPath(import.meta.url)), webBeside(import.meta.url));
  serveHealth(RED, app);
  if (setting('simulator') !== 'off') serveSimulator(RED, app, web);
  serveApi(RED, app);
  serveAdmin(RED);
}

/** The built pages lie in dist/web; this code is in dist/chunks or dist/node-red, or in node-red/server when run from source. */
const webBeside = (url: string) => (url.includes('/dist/') ? '../web' : '../../dist/web');
