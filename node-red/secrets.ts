/** The two secrets that a deployment cannot do without: the editor's password and the key of the stored credentials. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import bcrypt from 'bcryptjs';
import { DragomanError } from '../core/errors.ts';
import { type Environment, setting } from '../core/settings.ts';

export interface Secrets {
  /** bcrypt hash of the editor's password. */
  adminHash: string;
  /** Node-RED's `credentialSecret`. */
  credentialSecret: string;
  /** Only in the start that made the password: to be shown once, kept nowhere. */
  newPassword?: string;
}

/** What `secrets.json` holds; only what was generated. */
interface Kept {
  adminHash?: string;
  credentialSecret?: string;
}

const FILE = 'secrets.json';
/** Node-RED's own number. The generated password has 96 bits, and the hash of ADMIN_PASSWORD is made at each start and stored nowhere. */
const HASH_ROUNDS = 8;

const hash = (password: string): string => bcrypt.hashSync(password, HASH_ROUNDS);

function read(file: string): Kept {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new DragomanError(
      'SETTING_INVALID',
      `The file ${file} cannot be read.`,
      'Restore it from a backup. Without it, delete it: there will be a new password, and the secrets typed into the editor must be typed in again.',
      { cause },
    );
  }
}

function write(file: string, kept: Kept): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(`${file}.tmp`, 'w', 0o600);
  writeSync(handle, `${JSON.stringify(kept, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.tmp`, file);
}

/**
 * `ADMIN_PASSWORD` and `CREDENTIAL_SECRET` win at each start and are stored nowhere. What is not given is made once and kept in
 * `secrets.json` (0600), the password as its hash only. Synchronous, for settings files.
 * @param folder the data folder; made when missing
 * @param keeps whether what is made is kept; if not, nobody knows a password that was not given, and `credentialSecret` must be
 * @throws DragomanError SETTING_INVALID for an unreadable `secrets.json`
 */
export function loadSecrets(folder: string, environment: Environment = process.env, keeps = true): Secrets {
  const file = path.join(folder, FILE);
  const kept = read(file);
  const password = setting('adminPassword', environment);
  const key = setting('credentialSecret', environment);
  const newPassword = password || kept.adminHash ? undefined : randomBytes(12).toString('base64url');
  const made: Kept = {
    ...(newPassword && { adminHash: hash(newPassword) }),
    ...(!key && !kept.credentialSecret && { credentialSecret: randomBytes(32).toString('hex') }),
  };
  const all = { ...kept, ...made };
  if (keeps && Object.keys(made).length) write(file, all);
  return {
    adminHash: password ? hash(password) : all.adminHash!,
    credentialSecret: key || all.credentialSecret!,
    newPassword: keeps ? newPassword : undefined,
  };
}
