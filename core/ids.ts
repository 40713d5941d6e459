import { randomUUID } from 'node:crypto';

/**
 * UUIDv7: sortable by the time it was made. RFC 9562 §5.7; 48 bits of milliseconds, the rest random.
 * @param now UTC milliseconds, so that virtual time gives virtual ids.
 */
export function newId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  // A version 4 has its random bits where version 7 has them, and Node makes it from a pool: ten times as fast as asking for bytes.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** An anonymous session key: random, holds nothing of the contact. */
export function newSession(): string {
  return `s_${randomUUID().replaceAll('-', '')}`;
}

/** Ids that this product and Node-RED write, wherever they stand in a text: UUIDs, session keys, ids of nodes. They name nobody. */
export const OWN_IDS =
  /(?<![\p{L}\p{N}+])(?:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|s_[\da-f]{32}|(?=\d{0,15}[a-f])[\da-f]{16})(?![\p{L}\p{N}])/gu;
/** Of them those that only `newId` makes: no key of somebody's service. */
export const NEW_IDS =
  /(?<![\p{L}\p{N}+-])0[1-3][\da-f]{6}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}(?![\p{L}\p{N}-])/gu;
