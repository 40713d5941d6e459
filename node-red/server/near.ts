/**
 * Who sits at this machine, or followed the link that the start prints. They need no password while there is nothing to lose. Since a plain proxy on
 * this machine makes the whole world look like it, everybody is asked who they are as soon as something here is real.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import type { Account } from '../../core/accounts.ts';
import { SETTINGS, setting } from '../../core/settings.ts';
import { engineOrReason } from '../current.ts';
import { nodesOfType, type Red } from '../red.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** Made anew with each start. Letters only: what masks the log must not take a part of it for a number. */
export const simulatorKey = [...randomBytes(28)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

const COOKIE = 'dragoman-simulator';
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;
const LOCAL_PEER = /^(::1|(::ffff:)?127\.)/;
/** What proxies add; one of them is enough. */
const FORWARDING =
  /^(via|forwarded|forwarded-for|x-forwarded(-.*)?|x-real-ip|x-client-ip|x-cluster-client-ip|x-original-.*|x-envoy-.*|cf-.*|cdn-loop|true-client-ip|fastly-client-ip|fly-client-ip)$/;

/**
 * Whether somebody at this machine asks, through no proxy.
 * @param real what is asked for is real, such as orders of a shop or words of callers: systems that come here may be forwarded by such a proxy
 */
export function isHere(RED: NodeAPI, request: Request, real = true): boolean {
  if (isOtherSite(request) || !isDirect(request)) return false;
  if (hasKey(request)) return true;
  return isLocalPeer(request) && !isLocked(RED) && !(real && isAsked());
}

/** Whether a request came from this machine, or from a container's host that has the key; it may be locked all the same. */
export const isNear = (request: Request): boolean => isDirect(request) && (hasKey(request) || isLocalPeer(request));

/** Whether a page of another site sent it. */
export const isOtherSite = ({ headers }: Request): boolean =>
  headers.origin !== undefined && !sameOrigin(headers.origin, headers.host);

/** Whether it brings the key, in the address or as a cookie. */
const hasKey = ({ query, headers }: Request): boolean => isKey(query.key) || isKey(cookieOf(headers));

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

/** In a time that does not tell how much of it is right. */
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

/** Who follows the start's link keeps its key, until the browser is closed or Dragoman starts anew, and goes on without it in the address. */
export function takesKey(request: Request, response: Response): boolean {
  if (request.method !== 'GET' || !isKey(request.query.key) || !isNear(request) || isOtherSite(request)) return false;
  response.setHeader('set-cookie', `${COOKIE}=${simulatorKey}; Path=/; HttpOnly; SameSite=Strict`);
  response.redirect(303, request.originalUrl.split('?', 1)[0]!);
  return true;
}
