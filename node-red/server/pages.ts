/** What Dragoman serves beside webhooks: health, the simulator, the interfaces for commands and for the editor. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextFunction, Request, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { testing } from '../../app/orders/board.ts';
import { setting } from '../../core/settings.ts';
import { engineOrReason } from '../current.ts';
import { refuseUnreadable } from '../host/edge-refusals.ts';
import { type Red, useAdminRoot } from '../red.ts';
import { serveAdmin } from './admin.ts';
import { pathUnder } from './announce.ts';
import { serveApi } from './api.ts';
import { serveCallPage } from './call-page.ts';
import { serveClosedPage } from './closed-page.ts';
import { type Caller, callerOf } from './door.ts';
import { plainRefusal } from './editor-door.ts';
import { ownFramesOnly } from './framing.ts';
import { type Standing, serveHealth } from './health.ts';
import { serveLines } from './lines.ts';
import { isTaken, policies, servePage } from './page.ts';
import { allRoutes } from './routes/all.ts';
import { serveNothingElse, serveRoutes } from './routes.ts';
import { serveSimulator } from './simulator.ts';
import { simulatorDoor } from './simulator-door.ts';
import { serveStrategy } from './strategy.ts';
import { serveUploads } from './uploads.ts';
import { serveWidget } from './widget.ts';

/** Where everything of ours stands, in anybody's Node-RED. */
const OWN = '/dragoman';
/** The path of the shipped flow. */
const DEMO_SHOP = '/demo-shop';

/**
 * @param alone nobody else's paths are in the way: the pages stand at the root as well, as they always did.
 * @param standing what this process is among others; pages for people are served where its role has them
 */
export function servePages(RED: NodeAPI, alone: boolean, standing: Standing): void {
  const { pages, turns, webhooks } = standing.duties;
  // Pages on which a flow is tried out: what is said there is answered in this process.
  const trying = pages && turns;
  const app = RED.httpNode as unknown as Router;
  const roots = alone ? [OWN, ''] : [OWN];
  const web = path.join(path.dirname(fileURLToPath(import.meta.url)), webBeside(import.meta.url));
  const at = (page: string) => roots.map((root) => root + page);
  if (alone) useAdminRoot(RED as unknown as Red, plainRefusal);
  else app.use(OWN, (request, response, next) => void (refuseUnreadable(request, response) || next()));
  app.use([OWN, ...at('/health'), ...at('/simulator')], ownFramesOnly);
  serveHealth(RED, app, at('/health'), standing);
  if (trying && setting('simulator') !== 'off') serveSimulator(RED, app, at('/simulator'), web);
  if (pages) {
    servePage(app, at('/sign-in'), 'sign-in', web, ownFramesOnly, policies);
    serveStrategy(RED, app, at('/sign-in'));
  }
  if (pages)
    for (const name of ['inbox', 'orders', 'calls', 'figures', 'timeline', 'knowledge'])
      serveClosedPage(RED, app, at(`/${name}`), { name, web, need: 'dragoman.read' });
  const linesRoot = pathUnder(RED.settings.httpNodeRoot, roots.at(-1));
  if (trying) serveCallPage(RED, app, at('/call'), web, linesRoot);
  if (pages) serveClosedPage(RED, app, at('/setup'), { name: 'setup', web, need: 'dragoman.manage' });
  if (webhooks)
    serveLines(
      RED as unknown as Red,
      roots.map((root) => pathUnder(RED.settings.httpNodeRoot, root)),
    );
  if (alone) {
    // A flow, but what is ordered there makes us write: nobody else shall do that, nor see what was ordered.
    app.use(DEMO_SHOP, ownFramesOnly, simulatorDoor(RED), tellTesting);
    serveFront(RED, app, pages);
    // What browsers ask for by themselves, whatever page they are on.
    app.get('/favicon.ico', (_request, response) => response.type('svg').sendFile('icon.svg', { root: web }));
  }
  serveWidget(app, `${OWN}/widget.js`, web);
  serveUploads(app);
  serveRoutes(RED, app, `${OWN}/api/v1`, allRoutes(RED, linesRoot));
  serveNothingElse(app, `${OWN}/api/v1`);
  serveApi(RED, app, at('/metrics'), linesRoot, standing);
  serveAdmin(RED);
}

/** Who opens the server's bare address is led to where all of it is told, or what is open to him; else to the editor. A flow that answers there goes first. */
function serveFront(RED: NodeAPI, app: Router, pages: boolean): void {
  const page = RED.settings.httpAdminRoot;
  app.get('/', (request, response, next) => {
    if (isTaken(RED, '/')) next();
    else if (pages) callerOf(RED, request).then((caller) => response.redirect(frontOf(caller)), next);
    else if (typeof page === 'string') response.redirect(page);
    else next();
  });
}

/** Who is known by nobody yet is led on from where he signs in. */
function frontOf(caller: Caller | undefined): string {
  if (!caller) return '/sign-in';
  return caller.may('dragoman.manage') ? '/setup' : '/inbox';
}

/** Middleware. The shop's flow finds the accounts in test mode as `msg.req.testing`: its page says so, as all do. */
function tellTesting(request: Request, _response: Response, next: NextFunction): void {
  const current = engineOrReason();
  Object.assign(request, { testing: 'engine' in current ? testing(current.engine.registry) : [] });
  next();
}

/** The built pages lie in dist/web; this code is in dist/chunks or dist/node-red, or in node-red/server when run from source. */
const webBeside = (url: string) => (url.includes('/dist/') ? '../web' : '../../dist/web');
