/** How a page asks its server: JSON both ways, the server's own words where it refuses. */
import type { Problem, Said } from './said.ts';

/** An answer with a 4xx or 5xx, in the server's own words. */
export class ApiError extends Error implements Problem {
  readonly code: string;
  readonly action: string;
  constructor({ code, message, action }: Problem) {
    super(message);
    this.code = code;
    this.action = action;
  }
}

/** What is said where it failed: the server's refusal in the page's language, or that nobody answered. */
export const wordsOf = (error: unknown, said: Said, t: (key: 'error.offline' | 'error.offlineAction') => string) =>
  error instanceof ApiError ? said.problem(error) : { text: t('error.offline'), action: t('error.offlineAction') };

/** Rejects with an ApiError where the server refused, with a TypeError where it could not be reached. */
export type Ask = <T>(path: string, method?: string, body?: unknown) => Promise<T>;

/** @param root of the page's interface, relative to the page, which may hang under any root itself */
export function createAsk(root: string): Ask {
  return async <T>(path: string, method = 'GET', body?: unknown): Promise<T> => {
    const response = await fetch(new URL(root + path, document.baseURI), {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
    const problem = ((await response.json().catch(() => undefined)) as { error?: Problem })?.error;
    throw new ApiError(problem ?? { code: '', message: `HTTP ${response.status}`, action: '' });
  };
}
