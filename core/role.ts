/** What a process is for, where several share one store: one has the editor, the others take and answer messages. */
import { DragomanError } from './errors.ts';
import type { Role } from './ports.ts';
import { type Environment, SETTINGS, setting } from './settings.ts';

export interface Duties {
  role: Role;
  /** People edit the flows here; each deploy is handed out to the processes that have no editor. */
  editor: boolean;
  /** Pages for people of the business: orders; where turns run as well, those on which a flow is tried out. */
  pages: boolean;
  /** Platforms deliver here, and pages of customers hold their lines here. */
  webhooks: boolean;
  /** Conversations are answered here. */
  turns: boolean;
  /** Asks platforms and shops, writes about orders, prunes: whatever one process at a time does for all. */
  duties: boolean;
}

const ROLES: Record<Role, Omit<Duties, 'role'>> = {
  all: { editor: true, pages: true, webhooks: true, turns: true, duties: true },
  editor: { editor: true, pages: true, webhooks: false, turns: false, duties: false },
  worker: { editor: false, pages: false, webhooks: true, turns: true, duties: true },
  web: { editor: false, pages: true, webhooks: true, turns: false, duties: false },
};

/** What processes of a shared store must have in common. */
const SHARED = [
  ['mongoUrl', 'All processes of one deployment share that store'],
  ['credentialSecret', 'They read with it the secrets that were typed into the editor'],
] as const;

/** @throws DragomanError SETTING_INVALID for no role, and for one of several processes without what they share */
export function roleOf(environment: Environment = process.env): Duties {
  const role = setting('role', environment) as Role;
  if (!Object.hasOwn(ROLES, role))
    throw new DragomanError(
      'SETTING_INVALID',
      `${SETTINGS.role.env} is "${role.slice(0, 40)}", which is no role.`,
      `Set it to one of ${Object.keys(ROLES).join(', ')}.`,
    );
  for (const [needed, why] of role === 'all' ? [] : SHARED) {
    if (setting(needed, environment)) continue;
    const { env } = SETTINGS[needed];
    throw new DragomanError(
      'SETTING_INVALID',
      `${SETTINGS.role.env} is "${role}", and ${env} is not set.`,
      `${why}: set the same ${env} for each of them, or leave ${SETTINGS.role.env} out where there is one process only.`,
    );
  }
  return { role, ...ROLES[role] };
}
