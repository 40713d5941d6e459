/** The users who may sign in beside the editor's own, as a file holds them. Pure. */
import { DragomanError } from '../errors.ts';
import { isObject } from '../model/json.ts';
import { PERMISSIONS } from './permissions.ts';

/** In the data folder, where the environment names no other. */
export const USERS_FILE = 'users.json';
/** The user whom the deployment itself has. */
export const ADMIN = 'admin';

/** As Node-RED's `adminAuth` has its users, with one field more. */
export interface StoredUser {
  username: string;
  /** A bcrypt hash. */
  password: string;
  permissions: string | string[];
  /** When the password was set, UTC milliseconds: who signed in before signs in anew. */
  since: number;
}

/** What `dragoman user add` grants, by its word. */
export const GRANTS = { read: PERMISSIONS[0], reply: PERMISSIONS[1], manage: PERMISSIONS[2], everything: '*' } as const;

/** @param text of the file; empty where there is none. @throws DragomanError SETTING_INVALID */
export function usersIn(text: string, file: string): StoredUser[] {
  const list = text.trim() ? parsed(text) : [];
  if (Array.isArray(list) && list.every(isUser)) return list as unknown as StoredUser[];
  throw new DragomanError(
    'SETTING_INVALID',
    `The file ${file} is no list of users.`,
    'Restore it from a backup, or delete it and add the users again with "dragoman user add".',
  );
}

const isUser = (one: unknown) => isObject(one) && typeof one.username === 'string' && typeof one.password === 'string';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws DragomanError BAD_REQUEST where nobody can be called so */
export function checkName(name: string): void {
  if (name === ADMIN)
    throw new DragomanError(
      'BAD_REQUEST',
      `"${ADMIN}" is the user of the deployment itself.`,
      'Its password is ADMIN_PASSWORD, or the one that the first start printed.',
    );
  // Node-RED looks names up in an object, where these are found and are no users.
  if (/^[\w.@+-]{1,64}$/.test(name) && !(name in {})) return;
  throw new DragomanError(
    'BAD_REQUEST',
    'That is no name for a user.',
    'Take 1 to 64 letters, digits, dots, dashes or @, such as an address of e-mail.',
  );
}
