/** The page of orders and its interface: what was written about them without being asked, what was not and why, and the switch for all of it. */
import type { Router } from 'express';
import type { NodeAPI } from 'node-red';
import { boardOf, testing } from '../../app/orders/board.ts';
import { setting } from '../../core/settings.ts';
import { engine } from '../current.ts';
import { pathUnder } from './announce.ts';
import { serveClosedPage } from './closed-page.ts';
import { pageOf } from './operator.ts';
import { switchOutreach } from './orders.ts';
import { editorPath, isTaken, unkept } from './page.ts';
import { answerJson, textField } from './respond.ts';

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
  const { under, door } = serveClosedPage(RED, app, pages, { name: 'orders', web, real: true });

  app.get(
    under('/board'),
    ...door,
    unkept,
    answerJson(async (request) => ({
      orders: await boardOf(engine(), textField(request.query, 'show') || 'all', pageOf(request)),
    })),
  );
  app.get(
    under('/state'),
    ...door,
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
    ...door,
    answerJson((request) => switchOutreach(request)),
  );
}
