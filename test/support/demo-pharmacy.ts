/** The shipped demo pharmacy, as an agent's tools call it. */
import type { Dragoman } from './dragoman.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of an API are looked at as they come
  body: any;
}

export function demoPharmacy(bot: Dragoman) {
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${bot.runtime.url}/market/ai${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: isJson && text ? JSON.parse(text) : text } as Answer;
  };
  const get = (path: string, headers?: Record<string, string>) => call('GET', path, undefined, headers);
  return {
    get,
    call,
    post: (path: string, body: unknown, headers?: Record<string, string>) => call('POST', path, body, headers),
    search: (q: string, limit = 10) => get(`/drugs/search/?${new URLSearchParams({ q, limit: String(limit) })}`),
    order: (items: unknown, more: object = {}, headers?: Record<string, string>) =>
      call('POST', '/orders/create/', { pharmacy_id: 1, items, ...more }, headers),
    /** Resolves once it has read its catalogue. */
    ready: () => bot.until(async () => (await get('/catalogue/')).status === 200),
  };
}
