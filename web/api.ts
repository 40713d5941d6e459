/** How a page asks for what it shows: the interface of the server that it came from (docs/operator-api.md). */
import { ApiError } from './ask.ts';
import type { Problem } from './said.ts';

/** Where the interface is, seen from a page's path: pages stand in `/dragoman/`, and alone also at the root. Without a slash at the end. */
export function apiRoot(path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return `${folder.endsWith('/dragoman/') ? folder : `${folder}dragoman/`}api/v1`;
}

export interface ApiOptions {
  /** Default: GET, or POST where there is a body. */
  method?: string;
  /** Sent as JSON; a file or a form as it is. */
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Who is not signed in any more is led to where one signs in, and back to this page; the promise stays open then.
 * @param path under the interface's root, with its query: `/conversations?limit=20`
 * @returns undefined for an answer without a body. Rejects with an ApiError where the server refused, with a TypeError where it could not be reached
 */
export async function api<T>(path: string, options: ApiOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  if (response.status === 401) return leaveToSignIn();
  throw await refusal(response);
}

/** As `api`, but without leaving the page: undefined where nobody is signed in. */
export async function apiIfSignedIn<T>(path: string, options: ApiOptions = {}): Promise<T | undefined> {
  const response = await send(path, options);
  if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  if (response.status === 401) return undefined;
  throw await refusal(response);
}

/** When somebody last did something on this page; what the page asks by itself keeps nobody signed in. */
let touched = Date.now();
for (const deed of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])
  addEventListener(
    deed,
    () => {
      touched = Date.now();
    },
    { passive: true, capture: true },
  );
const IDLE_MS = 60_000;

/** The answer as it comes, also a refusal. @param path as of `api` */
export function send(path: string, { method, body, signal }: ApiOptions = {}): Promise<Response> {
  const isIdle = Date.now() - touched > IDLE_MS;
  const isRaw = body === undefined || body instanceof Blob || body instanceof FormData;
  return fetch(apiRoot(location.pathname) + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/json',
      'x-dragoman': isIdle ? 'idle' : '1',
      ...(!isRaw && { 'content-type': 'application/json' }),
    },
    body: isRaw ? (body as BodyInit | undefined) : JSON.stringify(body),
    signal,
  });
}

/** A refused answer as an error. */
export async function refusal(response: Response): Promise<ApiError> {
  const problem = ((await response.json().catch(() => undefined)) as { error?: Problem })?.error;
  return new ApiError(problem ?? { code: '', message: `HTTP ${response.status}`, action: '' });
}

/** Where one signs in, and comes back from to here. */
export function signInAddress({ pathname, search }: Location): string {
  const here = `${pathname.slice(pathname.lastIndexOf('/') + 1)}${search}`;
  return `sign-in?to=${encodeURIComponent(here)}`;
}

export function leaveToSignIn(): Promise<never> {
  location.assign(signInAddress(location));
  return new Promise(() => {});
}
