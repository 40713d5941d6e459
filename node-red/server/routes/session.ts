/** Who is signed in, and what surrounds the pages. */
import type { NodeAPI } from 'node-red';
import { isAlone } from '../../host.ts';
import { pathUnder } from '../announce.ts';
import { servedPages } from '../closed-page.ts';
import { editorPath, isTaken } from '../page.ts';
import type { Route } from '../routes.ts';

/** The path of the shipped shop. */
const DEMO_SHOP = '/demo-shop';

export const sessionRoutes = (RED: NodeAPI): Route[] => [
  {
    method: 'get',
    path: '/session',
    need: 'dragoman.read',
    summary: 'Who asks, what they may do, and which pages there are for them.',
    async handle({ caller }) {
      const may = (['dragoman.read', 'dragoman.reply', 'dragoman.manage'] as const).filter((one) => caller.may(one));
      const pages = servedPages(RED).filter(({ need }) => caller.may(need));
      const manages = caller.may('dragoman.manage');
      return {
        ...{ name: caller.name, kind: caller.kind, may, pages: pages.map(({ name }) => name) },
        editor: manages ? editorPath(RED) : undefined,
        demoShop:
          manages && isAlone(RED) && isTaken(RED, DEMO_SHOP)
            ? pathUnder(RED.settings.httpNodeRoot, DEMO_SHOP)
            : undefined,
      };
    },
  },
];
