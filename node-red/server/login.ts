/** The users of the editor's own login, as Node-RED's settings have them: a list, or functions that somebody else's system answers. */
import type { NodeAPI } from 'node-red';

/** A user who may sign in. */
export interface User {
  name: string;
  /** As Node-RED has them: one, or a list. */
  permissions: unknown;
  /** When the password was set, UTC milliseconds, where that is known: whoever signed in before signs in anew. */
  since?: number;
}

interface Stored {
  username?: unknown;
  password?: unknown;
  permissions?: unknown;
  since?: unknown;
}

interface AdminAuth {
  type?: unknown;
  /** Of the type `strategy`. */
  strategy?: { label?: unknown; name?: string };
  users?: Stored | Stored[] | ((name: string) => Promise<Stored | null> | Stored | null);
  authenticate?: (name: string, password: string) => Promise<Stored | null> | Stored | null;
  module?: AdminAuth;
}

/** A hash of nothing that anybody knows: an unknown name takes as long as a wrong password. */
const NOBODYS = '$2b$08$abcdefghijklmnopqrstuuEVXM3HIFVCO0fV5xk7sNM6Vkw6t8yIO';

/** The editor's login as the settings have it, also where a module of somebody else's brings it. */
export function adminAuth(RED: NodeAPI): AdminAuth {
  const { adminAuth: own } = RED.settings as { adminAuth?: AdminAuth };
  return { ...own, ...own?.module };
}

async function storedUser({ users }: AdminAuth, name: string): Promise<Stored | undefined> {
  if (typeof users === 'function') return (await users(name)) ?? undefined;
  return [users].flat().find((one) => one?.username === name);
}

const toUser = (name: string, { permissions, since }: Stored): User => ({
  name,
  permissions,
  ...(typeof since === 'number' && { since }),
});

/** The user of that name as he is now; undefined where there is none, any more. */
export async function userNamed(RED: NodeAPI, name: string): Promise<User | undefined> {
  const found = await storedUser(adminAuth(RED), name);
  return found && toUser(name, found);
}

/** Users sign in with a name and a password. */
export const hasPasswords = (RED: NodeAPI): boolean => adminAuth(RED).type === 'credentials';

/**
 * Whether a user of this name may enter with this password; nobody may where the editor has no login with passwords. With a strategy
 * `authenticate` gets whom another page has proved, and would take any name's word for it.
 */
export async function isPassword(RED: NodeAPI, name: string, password: string): Promise<boolean> {
  if (!hasPasswords(RED)) return false;
  const auth = adminAuth(RED);
  if (typeof auth.authenticate === 'function') return Boolean(await auth.authenticate(name, password));
  const hash = (await storedUser(auth, name))?.password;
  const isHash = typeof hash === 'string';
  const { compare } = (await import('bcryptjs')).default;
  return (await compare(password, isHash ? hash : NOBODYS)) && isHash;
}
