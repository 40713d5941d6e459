/**
 * Who may use the simulator, the demo shop and the pages of orders and of calls. It answers this machine; from a peer that is not (a container's host comes from a bridge) it wants the key. Since a plain proxy on this machine makes the whole world look like it, it asks
 * who is there as soon as there is something to lose: for the key in the link that the start prints, or the editor's login.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import type { Account } from '../../core/accounts.ts';
import { SETTINGS, setting } from '../../core/settings.ts';
import { engineOrReason } from '../current.ts';
import { nodesOfType, type Red } from '../red.ts';
import { shutDoor } from './door-page.ts';
import { checksLogin } from './login.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** Made anew with each start. Letters only: what masks the log must not take a part of it for a number. */
export const simulatorKey = [...randomBytes(28)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

const COOKIE = 'dragoman-simulator';
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;
const LOCAL_PEER = /^(::1|(::ffff:)?127\.)/;
/** What proxies add; one of them is enough. */
const FORWARDING =
  /^(via|forwarded|forwarded-for|x-forwarded(-.*)?|x-real-ip|x-client-ip|x-cluster-client-ip|x-original-.*|x-envoy-.*|cf-.*|cdn-loop|true-client-ip|fastly-client-ip|fly-client-ip)$/;
/** Wrong logins in a minute, of all callers together: there is one person who may. */
const MOST_WRONG = 10;
const MINUTE_MS = 60_000;

/**
 * Middleware in front of a page and its interface.
 * @param real it shows what is real, such as orders of a shop or words of callers: `open` opens it to nobody who did not prove who they are
 */
export function simulatorDoor(RED: NodeAPI, real = false) {
  const login = checksLogin(RED);
  let wrong: number[] = [];

  /** Whether the caller proved who they are. */
  async function isKnown({ headers }: Request): Promise<boolean> {
    if (isKey(cookieOf(headers))) return true;
    const basic = /^Basic ([\w+/=]+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!basic) return false;
    wrong = wrong.filter((at) => at > Date.now() - MINUTE_MS);
    if (wrong.length >= MOST_WRONG) return false;
    const [, user, password] = /^([^:]*):([\s\S]*)$/.exec(Buffer.from(basic, 'base64').toString()) ?? [];
    if (user !== undefined && password !== undefined && (await login(user, password))) return true;
    wrong.push(Date.now());
    return false;
  }

  return (request: Request, response: Response, next: NextFunction): void => {
    const { headers } = request;
    const open = setting('simulator') === 'open';
    const hasKey = isKey(request.query.key) || isKey(cookieOf(headers));
    const isNear = isDirect(request) && (hasKey || isLocalPeer(request));
    // A page of another site may not post into it either.
    if (isOtherSite(request) || (!open && !isNear)) {
      shutDoor(RED, request, response, 'far');
      return;
    }
    if (request.method === 'GET' && isKey(request.query.key)) {
      keep(response);
      response.redirect(303, request.originalUrl.split('?', 1)[0]!);
      return;
    }
    if (real ? isNear && !isLocked(RED) && !isAsked() : open || !isLocked(RED)) {
      next();
      return;
    }
    isKnown(request).then((known) => {
      if (known) {
        keep(response);
        next();
        return;
      }
      response.setHeader('www-authenticate', 'Basic realm="Dragoman: the login of the editor", charset="UTF-8"');
      shutDoor(RED, request, response, 'locked');
    }, next);
  };
}

/** Whether anything here is real: an account of a platform, or the key of an LLM, of embeddings or of speech, which cost money. */
export function isLocked(RED: NodeAPI): boolean {
  const current = engineOrReason();
  // A call, and a chat on one's own site, reach nobody but who asked for it.
  const isReal = ({ simulated, channel }: Account) => !simulated && !channel.live && !channel.chat;
  if ('engine' in current && current.engine.registry.accounts().some(isReal)) return true;
  // An account's prefix may stand before it.
  const keys = [SETTINGS.openaiKey, SETTINGS.embeddingKey, SETTINGS.sttKey, SETTINGS.ttsKey].map(({ env }) => env);
  if (Object.entries(process.env).some(([name, value]) => value && keys.some((key) => name.endsWith(key)))) return true;
  return nodesOfType(RED as unknown as Red, 'dragoman-provider').some(
    ({ id }) => (RED.nodes.getCredentials(id) as { apiKey?: string } | undefined)?.apiKey,
  );
}

/** Whether others come here: a shop that is asked, or signs its calls (the demo shop does neither), or systems with a token that somebody chose. */
function isAsked(): boolean {
  if (setting('apiToken')) return true;
  const current = engineOrReason();
  const sources = 'engine' in current ? current.engine.registry.starters().map(({ source }) => source?.()) : [];
  return sources.some((source) => source?.asks || source?.signs);
}

/** Whether somebody at this machine asks, while nothing here is real or asked by others; or who has the start's link. Never through a proxy. */
export function isHere(RED: NodeAPI, request: Request): boolean {
  if (isOtherSite(request) || !isDirect(request)) return false;
  if (isKey(cookieOf(request.headers))) return true;
  return isLocalPeer(request) && !isLocked(RED) && !isAsked();
}

/** Middleware of a page: the link that the start prints lets in, from then on by a cookie, and the key leaves the address. */
export function takeKey(request: Request, response: Response, next: NextFunction): void {
  if (request.method !== 'GET' || !isKey(request.query.key) || isOtherSite(request) || !isDirect(request)) {
    next();
    return;
  }
  keep(response);
  response.redirect(303, request.originalUrl.split('?', 1)[0]!);
}

/** Whether a page of another site sent it. */
export const isOtherSite = ({ headers }: Request): boolean =>
  headers.origin !== undefined && !sameOrigin(headers.origin, headers.host);

const isLocalPeer = ({ socket }: Request): boolean => LOCAL_PEER.test(socket.remoteAddress ?? '');

/** By forwarding header and by host name (against rebinding of names): the browser that asks is on this machine, or on a container's host. */
function isDirect({ headers }: Request): boolean {
  const forwarded = Object.keys(headers).some((name) => FORWARDING.test(name));
  return !forwarded && LOCAL_HOST.test(headers.host ?? '');
}

function sameOrigin(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

function isKey(given: unknown): boolean {
  if (typeof given !== 'string' || given.length !== simulatorKey.length) return false;
  const [one, other] = [Buffer.from(given), Buffer.from(simulatorKey)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const cookieOf = ({ cookie = '' }: IncomingHttpHeaders) =>
  cookie
    .split(/; ?/)
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);

/** Until the browser is closed, or Dragoman starts anew. */
function keep(response: Response): void {
  response.setHeader('set-cookie', `${COOKIE}=${simulatorKey}; Path=/; HttpOnly; SameSite=Strict`);
}
