/** How the platforms prove that a webhook call is theirs. */
import { createHmac } from 'node:crypto';
import type { Json } from '../core/model.ts';

/** JSON as Meta writes it: ASCII only and slashes escaped, so that whoever signs over re-serialised JSON gets another signature. */
export function metaJson(value: Json): string {
  return JSON.stringify(value)
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/');
}

/** Value of `X-Hub-Signature-256` over the body's UTF-8 bytes. */
export function metaSignature(body: string, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body, 'utf8').digest('hex')}`;
}

/**
 * The GET with which Meta asks a webhook to prove whose it is. The right answer is 200 with the bare `challenge`.
 * @param callback the webhook's address, absolute.
 */
export function verifyHandshake(callback: string, verifyToken: string, challenge = '1158201444'): string {
  const url = new URL(callback);
  url.searchParams.set('hub.mode', 'subscribe');
  url.searchParams.set('hub.challenge', challenge);
  url.searchParams.set('hub.verify_token', verifyToken);
  return url.href;
}
