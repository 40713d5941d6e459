/** Checks of webhook signatures: constant time, over the raw bytes, closed once a secret is set. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { because } from '../../core/policy/reasons.ts';

export type Verdict = { ok: true; signed: boolean } | { ok: false; status: 401 | 403; reason: string };

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A secret that the platform sends as it is (Telegram). */
export function verifyToken(sent: string | undefined, secret: string, header: string): Verdict {
  if (!secret) return { ok: true, signed: false };
  if (sent === undefined) return { ok: false, status: 401, reason: because('header.missing', { header }) };
  return same(Buffer.from(sent), Buffer.from(secret))
    ? { ok: true, signed: true }
    : { ok: false, status: 401, reason: because('header.other', { header }) };
}

/** `sha256=<hex>` of the raw body (Meta). `secrets` holds one or several, separated by commas. */
export function verifyMeta(body: Uint8Array, sent: string | undefined, secrets: string): Verdict {
  const list = secrets
    .split(',')
    .map((secret) => secret.trim())
    .filter(Boolean);
  if (list.length === 0) return { ok: true, signed: false };
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(sent ?? '')?.[1];
  if (!hex) return { ok: false, status: 401, reason: because('header.malformed', { header: 'X-Hub-Signature-256' }) };
  const given = Buffer.from(hex, 'hex');
  // All are computed, so that the time tells nothing of which one matched.
  const matches = list.map((secret) => same(given, createHmac('sha256', secret).update(body).digest()));
  return matches.includes(true)
    ? { ok: true, signed: true }
    : { ok: false, status: 401, reason: because('signature.secret') };
}

/** HMAC-SHA512 of the raw body in hexadecimal digits, without a prefix (WAHA). */
export function verifyHmac(body: Uint8Array, sent: string | undefined, secret: string, header: string): Verdict {
  if (!secret) return { ok: true, signed: false };
  if (!/^[0-9a-f]{128}$/i.test(sent ?? ''))
    return { ok: false, status: 401, reason: because('header.malformed', { header }) };
  return same(Buffer.from(sent!, 'hex'), createHmac('sha512', secret).update(body).digest())
    ? { ok: true, signed: true }
    : { ok: false, status: 401, reason: because('signature.key') };
}

/** Meta's GET that proves who owns the URL. */
export function metaHandshake(query: Record<string, string>, verifyToken: string): { status: number; body: string } {
  const right =
    query['hub.mode'] === 'subscribe' &&
    verifyToken !== '' &&
    same(Buffer.from(query['hub.verify_token'] ?? ''), Buffer.from(verifyToken));
  return right
    ? { status: 200, body: query['hub.challenge'] ?? '' }
    : { status: 403, body: 'The verify token does not match.' };
}

/** That GET as Meta sends it, with a challenge of its own each time. */
export function metaProof(verifyToken: string): { query: Record<string, string>; answer: string } | undefined {
  if (!verifyToken) return undefined;
  const answer = randomBytes(12).toString('hex');
  return { query: { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': answer }, answer };
}
