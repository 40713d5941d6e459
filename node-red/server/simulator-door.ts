/**
 * Who may use the simulator, the page to call on, and the demo shop. They answer this machine; from a peer that is not (a container's host comes from a
 * bridge) they want the key, in the link that the start prints; and so they do here once something is real. Who is signed in and manages needs none.
 */
import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { setting } from '../../core/settings.ts';
import { toSignIn } from './closed-page.ts';
import { callerOf } from './door.ts';
import { shutDoor } from './door-page.ts';
import { isHere, isNear, isOtherSite, takesKey } from './near.ts';

/** Middleware in front of a page and its interface. */
export function simulatorDoor(RED: NodeAPI) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (isOtherSite(request)) {
      shutDoor(RED, request, response, 'far');
      return;
    }
    if (takesKey(request, response)) return;
    const open = setting('simulator') === 'open';
    if (open || isHere(RED, request, false)) {
      next();
      return;
    }
    callerOf(RED, request).then((caller) => {
      if (caller?.may('dragoman.manage')) next();
      else if (caller) shutDoor(RED, request, response, 'forbidden');
      else if (isNear(request)) toSignIn(RED, request, response);
      else shutDoor(RED, request, response, 'far');
    }, next);
  };
}
