import { randomBytes } from 'node:crypto';

/**
 * UUIDv7: sortable by the time it was made. RFC 9562 §5.7; 48 bits of milliseconds, the rest random.
 * @param now UTC milliseconds, so that virtual time gives virtual ids.
 */
export function newId(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** An anonymous session key: random, holds nothing of the contact. */
export function newSession(): string {
  return `s_${randomBytes(12).toString('base64url')}`;
}
