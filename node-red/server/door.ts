/**
 * Who asks: one door for pages, their interface and other systems. A machine brings the token, a person a session; and whoever sits at this
 * machine needs neither while there is nothing to lose (see `near.ts`).
 */
import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { signedInUser } from '../../app/door.ts';
import { grants, type Permission } from '../../core/door/permissions.ts';
import { LONGEST_SESSION_MS } from '../../core/door/sessions.ts';
import { DragomanError } from '../../core/errors.ts';
import { engineOrReason } from '../current.ts';
import { isSecure } from './address.ts';
import { bringsToken } from './api-token.ts';
import { userNamed } from './login.ts';
import { isHere, isOtherSite } from './near.ts';

/** Who asks: a user of adminAuth, a machine's token, or whoever sits at this machine while nothing real is set up. */
export interface Caller {
  /** Of a user, the name to sign in with. */
  name: string;
  kind: 'user' | 'token' | 'local' | 'nobody';
  may(permission: Permission): boolean;
}

/**
 * What our pages send with all that they ask; no page of another site can, without asking us first. `1` while somebody does something there,
 * `idle` where the page asks by itself.
 */
export const INTENT_HEADER = 'x-dragoman';

const COOKIE = 'dragoman-session';

const everything = () => true;
export const NOBODY: Caller = { name: '', kind: 'nobody', may: () => false };

/** Undefined: nobody that is known. */
export async function callerOf(RED: NodeAPI, request: Request): Promise<Caller | undefined> {
  if (bringsToken(request.headers)) return { name: 'token', kind: 'token', may: everything };
  if (request.headers.authorization || isOtherSite(request)) return undefined;
  const user = await userOf(RED, request);
  if (user) return user;
  if (isHere(RED, request)) return { name: 'local', kind: 'local', may: everything };
  return undefined;
}

async function userOf(RED: NodeAPI, request: Request): Promise<Caller | undefined> {
  const secret = sessionIn(request);
  const current = engineOrReason();
  if (!secret || !('engine' in current)) return undefined;
  const isActive = request.headers[INTENT_HEADER] === '1' || request.headers['sec-fetch-dest'] === 'document';
  const user = await signedInUser(current.engine, secret, isActive, (name) => userNamed(RED, name));
  return user && { name: user.name, kind: 'user', may: (permission) => grants(user.permissions, permission) };
}

/** What the browser holds; undefined: nothing. */
export const sessionIn = ({ headers }: Request): string | undefined =>
  headers.cookie
    ?.split(/; ?/)
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);

/** @param secret empty: takes it away */
export function keepSession(request: Request, response: Response, secret: string): void {
  const age = secret ? Math.floor(LONGEST_SESSION_MS / 1_000) : 0;
  const secure = isSecure(request.headers, request.socket) ? '; Secure' : '';
  response.append('set-cookie', `${COOKIE}=${secret}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`);
}

/** What a page of another site asks with a browser's cookies is not answered. @throws DragomanError FORBIDDEN */
export function refuseOtherSites(request: Request, { kind }: Caller): void {
  if (kind !== 'token' && isOtherSite(request))
    throw new DragomanError('FORBIDDEN', 'A page of another site sent this.', 'Let its server ask, with the token.');
}

/**
 * That a page of ours sent what a browser could be made to send.
 * @throws DragomanError FORBIDDEN
 */
export function proveIntent({ headers }: Request, { kind }: Caller): void {
  if (kind === 'token' || headers[INTENT_HEADER] !== undefined) return;
  throw new DragomanError(
    'FORBIDDEN',
    'It is not sure that a page of Dragoman sent this.',
    `Send the header "${INTENT_HEADER}: 1", or the token.`,
  );
}
