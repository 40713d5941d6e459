/** The editor's own login, as its settings say: for pages of ours that ask for it. */
import type { NodeAPI } from 'node-red';
import { insideNodeRed } from '../inside.ts';

interface AdminAuth {
  users?: unknown;
  authenticate?: (user: string, password: string) => Promise<unknown> | unknown;
}

/** @returns whether a user of this name may enter with this password; nobody may where the editor has no login with passwords. */
export function checksLogin(RED: NodeAPI): (user: string, password: string) => Promise<boolean> {
  return async (user, password) => {
    const { authenticate, users } = ((RED.settings as { adminAuth?: AdminAuth }).adminAuth ?? {}) as AdminAuth;
    if (typeof authenticate === 'function') return Boolean(await authenticate(user, password));
    const known = [users].flat() as { username?: string; password?: string }[];
    const found = known.find((one) => one?.username === user && typeof one.password === 'string');
    return found !== undefined && ((await bcrypt()?.compare(password, found.password!)) ?? false);
  };
}

/** The one that Node-RED checks with; undefined where it is not to be found from here. */
function bcrypt(): { compare(password: string, hash: string): Promise<boolean> } | undefined {
  try {
    return insideNodeRed()('bcryptjs');
  } catch {
    return undefined;
  }
}
