/**
 * Who asks: one door for pages, their interface and other systems. A machine brings the token, a person a session; and whoever sits at this
 * machine needs neither while there is nothing to lose (see `simulator-door.ts`).
 */
import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import { DragomanError } from '../../core/errors.ts';
import { bringsToken } from './api-token.ts';
import type { Caller } from './routes.ts';
import { isHere, isOtherSite } from './simulator-door.ts';

/** What our pages send with all that acts; no page of another site can, without asking us first. */
export const INTENT_HEADER = 'x-dragoman';

const everything = () => true;
export const NOBODY: Caller = { name: '', kind: 'nobody', may: () => false };

/** Undefined: nobody that is known. */
export async function callerOf(RED: NodeAPI, request: Request): Promise<Caller | undefined> {
  if (bringsToken(request.headers)) return { name: 'token', kind: 'token', may: everything };
  if (request.headers.authorization) return undefined;
  if (isHere(RED, request)) return { name: 'local', kind: 'local', may: everything };
  return undefined;
}

/**
 * That a page of ours sent what a browser brings by itself.
 * @throws DragomanError FORBIDDEN
 */
export function proveIntent(request: Request, { kind }: Caller): void {
  if (kind === 'token') return;
  if (request.headers[INTENT_HEADER] !== undefined && !isOtherSite(request)) return;
  throw new DragomanError(
    'FORBIDDEN',
    'It is not sure that a page of Dragoman sent this.',
    `Send the header "${INTENT_HEADER}: 1" from a page of this server, or a token.`,
  );
}
