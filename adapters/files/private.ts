/**
 * Folders and files that are nobody's but this user's: customers' words, tokens, sessions. Whatever the umask, and also where they were made
 * by an earlier version or by Node-RED.
 */
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What Node-RED and we make in a data folder. Others' folders are left alone, should somebody have made their home the data folder. */
const OURS = new Set(['context', 'dragoman', 'flows', 'knowledge', 'lib', 'projects', 'recordings', 'tools']);
const FOLDER = 0o700;
const FILE = 0o600;

/**
 * Makes the folder where it is missing, and takes everybody else's rights from it, from its files and from the folders in it that are known.
 * What cannot be changed, as on volumes that belong to another user, stays as it is.
 * @param files made empty where they are missing, so that whoever opens them makes no others.
 */
export function keepPrivate(folder: string, files: string[] = []): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER });
  for (const file of files) closeSync(openSync(path.join(folder, file), 'a', FILE));
  restrict(folder, (name, isFolder) => !isFolder || OURS.has(name));
}

function restrict(place: string, enters: (name: string, isFolder: boolean) => boolean): void {
  const entry = attempt(() => lstatSync(place));
  // A link is not followed: what it leads to may be shared on purpose.
  if (!entry || entry.isSymbolicLink()) return;
  const mode = entry.mode & 0o777;
  if ((mode & 0o077) !== 0) attempt(() => chmodSync(place, mode & 0o700));
  if (!entry.isDirectory()) return;
  for (const inner of attempt(() => readdirSync(place, { withFileTypes: true })) ?? [])
    if (enters(inner.name, inner.isDirectory()))
      restrict(path.join(place, inner.name), (name) => name !== 'node_modules');
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
