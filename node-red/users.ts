/** Who may sign in: the deployment's own `admin`, and the users of a file that `dragoman user add` writes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ADMIN, type StoredUser, USERS_FILE, usersIn } from '../core/door/users.ts';
import { describe } from '../core/errors.ts';
import { setting } from '../core/settings.ts';

/**
 * For `adminAuth.users` of Node-RED's settings. The file is read at each question: a user who was added can sign in at once, and one who was removed is out.
 * @param folder the data folder
 */
export function usersOf(folder: string, adminHash: string): (name: string) => Promise<Partial<StoredUser> | null> {
  const file = setting('users') || path.join(folder, USERS_FILE);
  return async (name) => {
    if (name === ADMIN) return { username: ADMIN, password: adminHash, permissions: '*' };
    try {
      return usersIn(readIfThere(file), file).find(({ username }) => username === name) ?? null;
    } catch (error) {
      process.stderr.write(`${describe(error)}\n`);
      return null;
    }
  };
}

/** @throws where it is there and may not be read */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
