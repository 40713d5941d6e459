/**
 * Signing in by another page (OAuth, OpenID, SAML), where Node-RED's `adminAuth` is of the type `strategy`. The way there and back is Node-RED's
 * own, `/auth/strategy` under the editor's root, and ends in the editor. Whoever set out from our page, which a cookie says, is led back to it
 * with a session of ours: who they are, Node-RED has found out by then. Its own token is never asked for, and expires.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { openSession } from '../../app/door.ts';
import { describe } from '../../core/errors.ts';
import { engine } from '../current.ts';
import { type Red, useFirst } from '../red.ts';
import { isSecure } from './address.ts';
import { pathUnder } from './announce.ts';
import { keepSession } from './door.ts';
import { adminAuth, userNamed } from './login.ts';

const COOKIE = 'dragoman-return';
/** For passwords, second factors and what else the other page asks; seconds. */
const PATIENCE = 15 * 60;
/** Of this server, whatever the cookie holds: no second slash at the start leads elsewhere. */
const OWN_PATH = /^(\/[\w.~-]+)*\/sign-in$/;
/** The page to go on to, beside the one where one signs in; it is checked there again. */
const BESIDE = /^[\w-]+(\?[^#\\]*)?$/;

interface Strategy {
  /** On the button. */
  label: string;
  /** Where it begins; undefined: not in this process, which has no editor. */
  path: string | undefined;
}

/** Undefined where users sign in with passwords, or not at all. */
export function strategyOf(RED: NodeAPI): Strategy | undefined {
  const { type, strategy } = adminAuth(RED);
  if (type !== 'strategy' || !strategy) return undefined;
  const { httpAdminRoot } = RED.settings as { httpAdminRoot?: unknown };
  const label = typeof strategy.label === 'string' ? strategy.label : (strategy.name ?? '');
  return { label, path: typeof httpAdminRoot === 'string' ? pathUnder(httpAdminRoot, 'auth/strategy') : undefined };
}

/** @param pages the paths of the page where one signs in */
export function serveStrategy(RED: NodeAPI, app: Router, pages: string[]): void {
  const found = strategyOf(RED);
  if (!found?.path) return;
  const begin = found.path;
  app.get(
    pages.map((page) => `${page}/strategy`),
    (request: Request, response: Response) => {
      const { to } = request.query;
      const page = request.originalUrl.split('?', 1)[0]!.replace(/\/strategy\/?$/, '');
      const onward = typeof to === 'string' && BESIDE.test(to) ? `?to=${encodeURIComponent(to)}` : '';
      keepReturn(request, response, encodeURIComponent(page + onward));
      response.setHeader('cache-control', 'no-store');
      response.redirect(303, begin);
    },
  );
  useFirst(RED as unknown as Red, (request, response, next) => {
    const path = (request.url ?? '').split('?', 1)[0];
    const way = path === begin || path === `${begin}/callback` ? returnIn(request) : undefined;
    if (way) leadBack(RED, request, response, way);
    next();
  });
}

/** What Node-RED would answer with a redirect into the editor, leads to `way`. */
function leadBack(RED: NodeAPI, request: IncomingMessage, response: ServerResponse, way: URL): void {
  const editor = pathUnder(RED.settings.httpAdminRoot);
  const redirect = (...args: unknown[]) =>
    Reflect.get(Object.getPrototypeOf(response), 'redirect').apply(response, args);
  const answer = (...args: unknown[]) => {
    const target = URL.parse(String(args.at(-1)), 'http://here');
    const isEnd = target?.host === 'here' && pathUnder(target.pathname) === editor;
    if (!isEnd || !(target.searchParams.has('code') || target.searchParams.has('session_message')))
      return redirect(...args);
    // Express has made both of them its own by now.
    const [asked, answered] = [request as Request, response as Response];
    keepReturn(asked, answered, '');
    answered.setHeader('cache-control', 'no-store');
    signedIn(RED, asked, answered, target.searchParams.has('code'))
      .catch((error: unknown) => {
        RED.log.warn(`[dragoman] Somebody could not be signed in: ${describe(error)}`);
        return false;
      })
      .then((isIn) => {
        way.searchParams.set('came', isIn ? 'in' : 'refused');
        redirect(303, way.pathname + way.search);
      });
  };
  Object.assign(response, { redirect: answer });
}

/** Whom Node-RED let in is signed in here too, if it is one of its users: their permissions hold. */
async function signedIn(RED: NodeAPI, request: Request, response: Response, isIn: boolean): Promise<boolean> {
  const { username } = (request as { user?: { username?: unknown } }).user ?? {};
  if (!isIn || typeof username !== 'string' || !(await userNamed(RED, username))) return false;
  keepSession(request, response, await openSession(engine(), username));
  return true;
}

/**
 * The other page may come back by a form that it sends (SAML), with which a browser brings no cookie that is for this site only. It grants nothing:
 * it says where to go on, on this server. @param page encoded; empty takes it away
 */
function keepReturn(request: Request, response: Response, page: string): void {
  const site = isSecure(request.headers, request.socket) ? '; SameSite=None; Secure' : '';
  response.append('set-cookie', `${COOKIE}=${page}; Path=/; Max-Age=${page ? PATIENCE : 0}; HttpOnly${site}`);
}

/** Undefined where nobody set out from our page, or where what is there leads anywhere else than to it. */
function returnIn({ headers }: IncomingMessage): URL | undefined {
  const kept = headers.cookie?.split(/; ?/).find((pair) => pair.startsWith(`${COOKIE}=`));
  const way = kept && decoded(kept.slice(COOKIE.length + 1));
  const [page = '', query = ''] = (way || '').split('?', 2);
  if (!OWN_PATH.test(page)) return undefined;
  const to = new URLSearchParams(query).get('to') ?? '';
  const back = new URL(page, 'http://here');
  if (BESIDE.test(to)) back.searchParams.set('to', to);
  return back;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
