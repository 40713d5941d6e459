/** A built page that is for people who are signed in; what it shows comes from the interface (`routes.ts`). */
import type { Request, RequestHandler, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { callerOf } from './door.ts';
import { shutDoor, signInBeside } from './door-page.ts';
import { ownFramesOnly } from './framing.ts';
import { takesKey } from './near.ts';
import { isTaken, policies, servePage, unkept } from './page.ts';
import type { Permission } from './routes.ts';

export interface ClosedPage {
  /** The folder of `web/pages` that it is made of. */
  name: string;
  /** Where built pages are. */
  web: string;
  need: Permission;
}

/** By the object that Node-RED gave us. */
const served = new WeakMap<object, { name: string; need: Permission }[]>();

/** Notes that there is a page, so that others lead to it. */
export function noteServed(RED: NodeAPI, name: string, need: Permission): void {
  served.set(RED, [...(served.get(RED) ?? []), { name, need }]);
}

/** The pages for people that this process serves. */
export const servedPages = (RED: NodeAPI): readonly { name: string; need: Permission }[] => served.get(RED) ?? [];

/** @param pages the page's paths, without a slash at the end; one at which a flow answers is left to it */
export function serveClosedPage(RED: NodeAPI, app: Router, pages: string[], { name, web, need }: ClosedPage): void {
  noteServed(RED, name, need);
  const door = [unlessTaken(RED, pages), ownFramesOnly, policies, unkept, signedIn(RED, need)];
  servePage(app, pages, name, web, ...door);
}

/** Middleware: leaves a page's path to the flow that answers there. */
export const unlessTaken =
  (RED: NodeAPI, pages: string[]): RequestHandler =>
  ({ path }, _response, next) =>
    next(pages.includes(path) && isTaken(RED, path) ? 'route' : undefined);

/** Middleware: who is not signed in is led to where one does, and back from there. */
function signedIn(RED: NodeAPI, need: Permission): RequestHandler {
  return (request, response, next) => {
    if (takesKey(request, response)) return;
    callerOf(RED, request).then((caller) => {
      if (caller?.may(need)) next();
      else if (caller) shutDoor(RED, request, response, 'forbidden');
      else toSignIn(RED, request, response);
    }, next);
  };
}

/** Leads a browser to where one signs in; a program is told in words. */
export function toSignIn(RED: NodeAPI, request: Request, response: Response): void {
  const isBrowser = request.method === 'GET' && request.accepts(['text/plain', 'text/html']) === 'text/html';
  if (isBrowser) response.redirect(303, signInBeside(request));
  else shutDoor(RED, request, response, 'locked');
}
