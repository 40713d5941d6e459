/** A built page and its interface, both behind the simulator's door. */
import type { RequestHandler, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { ownFramesOnly } from './framing.ts';
import { isTaken, policies, servePage } from './page.ts';
import { simulatorDoor } from './simulator-door.ts';

export interface ClosedPage {
  /** The folder of `web/pages` that it is made of. */
  name: string;
  /** Where built pages are. */
  web: string;
  /** See `simulatorDoor`. */
  real?: boolean;
}

/**
 * @param pages the page's paths, without a slash at the end; one at which a flow answers is left to it
 * @returns the paths of its interface, and what a request passes before
 */
export function serveClosedPage(
  RED: NodeAPI,
  app: Router,
  pages: string[],
  { name, web, real }: ClosedPage,
): { under(path: string): string[]; door: RequestHandler[] } {
  const unlessTaken: RequestHandler = ({ path }, _response, next) =>
    next(pages.includes(path) && isTaken(RED, path) ? 'route' : undefined);
  const door = [unlessTaken, ownFramesOnly, policies, simulatorDoor(RED, real)];
  servePage(app, pages, name, web, ...door);
  return { under: (path) => pages.map((page) => `${page}/api${path}`), door };
}
