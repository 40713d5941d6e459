/** Credentials as Node-RED stores them: one text that its `credentialSecret` opens. */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

export type Credentials = Record<string, unknown>;

const ALGORITHM = 'aes-256-ctr';
/** In hexadecimal letters, before the rest in base64. */
const START_LETTERS = 32;

const keyOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/**
 * No credentials, as Node-RED would have stored them: where nobody has typed one yet it warns otherwise at each start that the encrypted ones
 * were not found, which reads as if something were lost. Always the same text for a secret, so that it is no news to anybody.
 * @param start 16 bytes
 */
export function sealedNothing(secret: string, start = Buffer.alloc(START_LETTERS / 2)): Credentials {
  const cipher = createCipheriv(ALGORITHM, keyOf(secret), start);
  return { $: start.toString('hex') + cipher.update('{}', 'utf8', 'base64') + cipher.final('base64') };
}

/** Whether Node-RED can read them with this secret: it empties what it has before it says that it cannot. */
export function opens(credentials: Credentials, secret: string): boolean {
  const { $: sealed } = credentials;
  if (typeof sealed !== 'string') return Object.keys(credentials).length === 0;
  try {
    const start = Buffer.from(sealed.slice(0, START_LETTERS), 'hex');
    const decipher = createDecipheriv(ALGORITHM, keyOf(secret), start);
    const text = decipher.update(sealed.slice(START_LETTERS), 'base64', 'utf8') + decipher.final('utf8');
    const opened: unknown = JSON.parse(text);
    return typeof opened === 'object' && opened !== null;
  } catch {
    return false;
  }
}
