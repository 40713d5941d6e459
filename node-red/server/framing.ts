/** Pages that a person is logged in to are shown in no frame of another site: what seems to be that site's button would be ours. */
import type { NextFunction, Request, Response } from 'express';

export const FRAME_ANCESTORS = "frame-ancestors 'self'";

/** Middleware. A page with a policy of its own repeats ours in it. */
export function ownFramesOnly(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('content-security-policy', FRAME_ANCESTORS);
  response.setHeader('x-frame-options', 'SAMEORIGIN');
  next();
}
