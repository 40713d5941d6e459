/** Files of customers, from the platform's own hosts and from nowhere else: an address in a webhook is not to be trusted. */
import { DragomanError, HttpError } from '../../core/errors.ts';
import type { Json } from '../../core/model.ts';
import type { Http, HttpResponse } from '../../core/ports.ts';
import { parseJson } from './json.ts';

const TIMEOUT_MS = 10_000;

/** Never names an address: a platform's may hold the token. */
export const unavailable = (why: string, retryable = false) =>
  new DragomanError(
    'MEDIA_UNAVAILABLE',
    `A customer's file could not be fetched: ${why}`,
    'Nothing needs to be done; the customer is told, or asked to write. If it stays, check the credentials of the account.',
    { retryable },
  );

export interface FileRequest {
  url: string;
  headers?: Record<string, string>;
  /** Bytes. */
  limit: number;
  /** Host names that may be asked by https, with all that end in them after a dot. */
  hosts: readonly string[];
  /** The account's API address: its host may be asked as it is. */
  apiBase: string;
}

/** @throws DragomanError MEDIA_UNAVAILABLE */
export async function fetchFile(http: Http, { url, headers, limit, hosts, apiBase }: FileRequest): Promise<Uint8Array> {
  if (!mayBeAsked(url, hosts, apiBase)) throw unavailable('its address is none of the platform.');
  const { bytes } = await get(http, { url, headers, limit });
  if (!bytes?.length) throw unavailable('it is empty.');
  return bytes;
}

/** @throws DragomanError MEDIA_UNAVAILABLE */
export async function fetchJson(http: Http, url: string, headers?: Record<string, string>): Promise<Json | undefined> {
  return parseJson((await get(http, { url, headers })).text);
}

/** Whether this address is the platform's. */
function mayBeAsked(url: string, hosts: readonly string[], apiBase: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, origin, username, password } = new URL(url);
  if (username || password) return false;
  if (URL.canParse(apiBase) && new URL(apiBase).origin === origin) return true;
  return protocol === 'https:' && !port && hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

async function get(http: Http, request: { url: string; headers?: Record<string, string>; limit?: number }) {
  let response: HttpResponse;
  try {
    response = await http({ method: 'GET', ...request, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw unavailable(error instanceof HttpError ? error.message : 'no answer came.', true);
  }
  // A redirect leads to an address that nobody looked at.
  if (response.status !== 200) throw unavailable(`the platform answered ${response.status}.`, response.status >= 500);
  return response;
}
