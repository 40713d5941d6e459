/** The page of orders and its interface: what was written about them without being asked, what was not and why, and the switch for all of it. */
import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { boardOf, testing } from '../../app/orders/board.ts';
import { setting } from '../../core/settings.ts';
import { engine } from '../current.ts';
import { pathUnder } from './announce.ts';
import { ownFramesOnly } from './framing.ts';
import { pageOf } from './operator.ts';
import { switchOutreach } from './orders.ts';
import { editorPath, isTaken, policies, servePage } from './page.ts';
import { answerJson, textField } from './respond.ts';
import { simulatorDoor } from './simulator-door.ts';

/**
 * @param pages the page's paths, without a slash at the end; one at which a flow answers is left to it
 * @param demoShop the path of the shipped shop
 */
export function serveOrdersPage(
  RED: NodeAPI,
  app: Router,
  pages: string[],
  { web, demoShop }: { web: string; demoShop: string },
): void {
  const under = (path: string) => pages.map((page) => `${page}/api${path}`);
  const unlessTaken = ({ path }: Request, _response: Response, next: NextFunction) =>
    next(pages.includes(path) && isTaken(RED, path) ? 'route' : undefined);
  const first: RequestHandler[] = [unlessTaken, ownFramesOnly, policies, simulatorDoor(RED, true)];
  servePage(app, pages, 'orders', web, ...first);
  const unkept = (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('cache-control', 'no-store');
    next();
  };

  app.get(
    under('/board'),
    ...first,
    unkept,
    answerJson(async (request) => ({
      orders: await boardOf(engine(), textField(request.query, 'show') || 'all', pageOf(request)),
    })),
  );
  app.get(
    under('/state'),
    ...first,
    unkept,
    answerJson(async () => ({
      figures: await engine().desk.counts(),
      testing: testing(engine().registry),
      editor: editorPath(RED),
      simulator: setting('simulator') !== 'off',
      demoShop: isTaken(RED, demoShop) ? pathUnder(RED.settings.httpNodeRoot, demoShop) : undefined,
    })),
  );
  app.post(
    under('/switch'),
    ...first,
    answerJson((request) => switchOutreach(request)),
  );
}
