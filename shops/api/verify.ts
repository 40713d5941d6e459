/** The signature of a shop's calls: HMAC SHA-256 of the raw body, in constant time, closed once a secret is set. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { OrderSource } from '../../core/ports.ts';

export const SIGNATURE_HEADER = 'x-orders-signature';

export const verify: NonNullable<OrderSource['verify']> = ({ headers, body }, { webhookSecret }) => {
  if (!webhookSecret) return { ok: true, signed: false };
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(headers[SIGNATURE_HEADER] ?? '')?.[1];
  if (!hex) return { ok: false, status: 401, reason: 'The header X-Orders-Signature is missing or malformed.' };
  const own = createHmac('sha256', webhookSecret).update(body).digest();
  return timingSafeEqual(Buffer.from(hex, 'hex'), own)
    ? { ok: true, signed: true }
    : { ok: false, status: 401, reason: 'The signature does not match the configured webhook secret.' };
};
