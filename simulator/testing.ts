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

/** Posts a form; a `File` among its values is a file. */
export async function postForm(
  url: string,
  values: Record<string, string | File>,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  const response = await fetch(url, { method: 'POST', headers, body: form });
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject };
}

/** The first page of Opus in an Ogg file: as much as a platform looks at. */
export const OGG_OPUS = `OggS${'\0'.repeat(24)}OpusHead${'\0'.repeat(11)}`;
export const voiceFile = (content = OGG_OPUS, type = 'audio/ogg') => new File([content], 'voice.ogg', { type });

/** Walks into JSON: `dig(body, 'error', 'code')`, `dig(body, 'entry', 0, 'id')`. */
export function dig(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined),
    value,
  );
}
