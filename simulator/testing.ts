/** What the simulator's own tests share: real HTTP against a running simulator. */
import type { Json, JsonObject } from '../core/model.ts';

export interface Reply {
  status: number;
  headers: Headers;
  body: JsonObject;
}

/** Posts JSON and reads the JSON answer. Rejects where the connection breaks. */
export async function post(url: string, body: Json, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject };
}

/** Walks into JSON: `dig(body, 'error', 'code')`, `dig(body, 'entry', 0, 'id')`. */
export function dig(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined),
    value,
  );
}
