/** The word that opens the HTTP API, /metrics and the figures of orders: `DRAGOMAN_API_TOKEN`, or one made anew with each start. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setting } from '../../core/settings.ts';

let made: string | undefined;

export function apiToken(): string {
  const chosen = setting('apiToken');
  if (chosen) return chosen;
  made ??= randomBytes(32).toString('base64url');
  return made;
}

/** Whether a call brings it, as `Authorization: Bearer …` or as `X-API-Key`. */
export function bringsToken(headers: IncomingHttpHeaders): boolean {
  const given = headers.authorization?.replace(/^Bearer /i, '') ?? headers['x-api-key'];
  // Of equal length, so that a comparison's time tells neither the length nor the beginning.
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(apiToken()));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
