/** Asking a shop's server: bounded in bytes and time, kept on its own host, and every way to fail as a sentence. Quotes nothing it is given. */
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import type { Json, OrderFault } from '../../core/model.ts';
import { orderFault } from '../../core/orders/faults.ts';
import type { Polled } from '../../core/ports.ts';
import { hintOf, refusalOf } from './refusals.ts';

/** Of one page. */
const MAX_PAGE_BYTES = 5 * 1024 * 1024;
const MAX_REDIRECTS = 3;
/** Until the whole page is there. */
const TIMEOUT_MS = 30_000;

export type Failed = Extract<Polled, { ok: false }>;

export interface Asked {
  url: URL;
  headers: Record<string, string>;
  /** Posted as JSON, and no redirect is followed; absent: a GET. */
  body?: Json;
  signal: AbortSignal;
  /** UTC milliseconds. */
  now: number;
}

export type Answer =
  | { ok: true; status: number; json: Json; headers: AxiosResponse['headers']; clockAheadMs: number }
  | (Failed & { status?: number });

/**
 * Never rejects. A redirect that was not followed and 304 are answers with `json` null, and so is any success of a POST that is no JSON.
 */
export async function ask({ url, headers, body, signal, now }: Asked): Promise<Answer> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const request: AxiosRequestConfig<string> = {
    method: body === undefined ? 'GET' : 'POST',
    url: url.href,
    data: body === undefined ? undefined : JSON.stringify(body),
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    responseType: 'text',
    transformResponse: (text: string) => text,
    validateStatus: () => true,
    maxContentLength: MAX_PAGE_BYTES,
    maxRedirects: body === undefined ? MAX_REDIRECTS : 0,
    beforeRedirect: ({ href }: { href?: string }) => staysAt(url, href),
    proxy: false,
    signal: AbortSignal.any([signal, deadline]),
  };
  let response: AxiosResponse<string>;
  try {
    // A start without orders does not load it.
    const { default: axios } = await import('axios');
    response = await axios.request(request);
  } catch (error) {
    return failed(broken(error, deadline.aborted, signal.aborted));
  }
  const { status, data } = response;
  const refusal = status === 304 || (status < 400 && body !== undefined) ? undefined : refusalOf(status);
  if (refusal) return { ...failed(refusal, hintOf(status, response.headers, now)), status };
  const json = jsonOf(data ?? '');
  if (json === undefined && status !== 304 && body === undefined) return failed(noJson());
  return {
    ok: true,
    status,
    json: json ?? null,
    headers: response.headers,
    clockAheadMs: aheadOf(response.headers, now),
  };
}

/** A page that is gone while others were there: its round cannot go on. */
const GONE = [400, 404, 410, 422];

/** @param inRound whether a page further on was asked for */
export const withRestart = ({ status, ...failure }: Failed & { status?: number }, inRound: boolean): Failed => ({
  ...failure,
  ...(inRound && GONE.includes(status ?? 0) && { restart: true }),
});

export const failed = (fault: OrderFault, retryAfterMs?: number): Failed => ({
  ok: false,
  fault,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** The address of a setting. */
export function addressOf(setting: string | undefined): URL | undefined {
  if (!setting || !URL.canParse(setting)) return undefined;
  const url = new URL(setting);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

/** A key goes with the request, so it stays where it is meant for; from http to https it may change. */
function staysAt(from: URL, href: string | undefined): void {
  const to = href && URL.canParse(href) ? new URL(href) : undefined;
  const safer = to?.protocol === 'https:' && to.hostname === from.hostname && !to.port && !from.port;
  if (to?.origin !== from.origin && !safer) throw new Error('Another host.');
}

function aheadOf(headers: AxiosResponse['headers'], now: number): number {
  const told = Date.parse(String(headers.date ?? ''));
  return Number.isNaN(told) ? 0 : told - now;
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function broken(error: unknown, late: boolean, stopped: boolean): OrderFault {
  const { code = 'UNKNOWN', message = '' } = (error ?? {}) as { code?: string; message?: string };
  const unreachable = (what: string) =>
    orderFault('SHOP_UNREACHABLE', what, "Check the shop's address and the network; it is asked again by itself.");
  if (stopped) return unreachable('The request to the shop was stopped.');
  if (late) return unreachable(`The shop did not answer within ${TIMEOUT_MS / 1_000} seconds.`);
  if (code === 'ERR_FR_REDIRECTION_FAILURE' || code === 'ERR_FR_TOO_MANY_REDIRECTS')
    return orderFault(
      'SHOP_MOVED',
      "The shop's server sends us to another host, or in a circle; that was not followed, since the key would go there too.",
      'Write the address at which the orders are into the source. A login page is a sign of an expired key or session.',
    );
  if (message.includes('maxContentLength'))
    return orderFault(
      'SHOP_TOO_MUCH',
      `A page of the shop has more than ${MAX_PAGE_BYTES / 1024 / 1024} MB and was not read to its end.`,
      'Let the shop answer in pages, some hundred orders each.',
    );
  return unreachable(`The connection to the shop broke, or could not be made (${code}).`);
}

const noJson = () =>
  orderFault(
    'SHOP_NOT_JSON',
    'The shop answered with a web page or another text instead of JSON.',
    'Open the address of the source: it is often a login or maintenance page, or the address of the site and not of its API.',
  );
