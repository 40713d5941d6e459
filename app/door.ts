/** Signing in to the pages, and out. */
import { createHash, randomBytes } from 'node:crypto';
import { brakesOf, isNews, isSignedIn } from '../core/door/sessions.ts';
import { DragomanError } from '../core/errors.ts';
import { resolve, SETTINGS } from '../core/settings.ts';
import type { Engine } from './engine.ts';

type Parts = Pick<Engine, 'store' | 'clock'>;

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const MINUTE_MS = 60_000;

/** @throws DragomanError SETTING_INVALID */
function idleMs(): number {
  const { value, env } = resolve(SETTINGS.sessionIdle, process.env);
  const minutes = Number(value);
  if (Number.isInteger(minutes) && minutes >= 1) return minutes * MINUTE_MS;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${value}" is no number of minutes from 1.`,
    `Correct ${env} and restart.`,
  );
}

export interface Try {
  name: string;
  /** Of who asks, as far as it is known. */
  address: string;
  /** Whether name and password are right. */
  check(): Promise<boolean>;
}

/** `secret`: what the browser is to bring from now on; it is stored nowhere. `waitMs`: there were too many wrong passwords; how long it takes till the next try. */
export type SignedIn = { secret: string } | { waitMs: number };

/** @throws DragomanError UNAUTHORIZED */
export async function signIn({ store, clock }: Parts, { name, address, check }: Try): Promise<SignedIn> {
  const now = clock.now();
  const { caps, until } = brakesOf(name, address, now, digest);
  const taken: string[] = [];
  const giveBack = async () => {
    for (const cap of taken) await store.release(cap);
  };
  // Counted before it is known whether it was wrong: many at once are as many.
  for (const { cap, limit } of caps) {
    if (await store.reserve(cap, limit, now)) {
      taken.push(cap);
      continue;
    }
    await giveBack();
    return { waitMs: until - now };
  }
  if (!(await check()))
    throw new DragomanError(
      'UNAUTHORIZED',
      'The name or the password is wrong.',
      'Try again, or ask who keeps the users.',
    );
  await giveBack();
  return { secret: await openSession({ store, clock }, name) };
}

/** For a user who has proved to be one. @returns what the browser is to bring from now on */
export async function openSession({ store, clock }: Parts, user: string): Promise<string> {
  const now = clock.now();
  const secret = randomBytes(32).toString('base64url');
  await store.addSession({ id: digest(secret), user, begunAt: now, seenAt: now }, now - idleMs());
  return secret;
}

/**
 * The user who is signed in; undefined: nobody is any more.
 * @param active somebody did something, and no page by itself
 * @param since of a user, UTC milliseconds: what was signed in before is over
 */
export async function signedInUser<User extends { since?: number }>(
  { store, clock }: Parts,
  secret: string,
  active: boolean,
  userOf: (name: string) => Promise<User | undefined>,
): Promise<User | undefined> {
  const id = digest(secret);
  const session = await store.session(id);
  const now = clock.now();
  if (!session || !isSignedIn(session, now, idleMs())) return undefined;
  const user = await userOf(session.user);
  if (!user || !isSignedIn(session, now, idleMs(), user.since)) return undefined;
  if (active && isNews(session, now)) await store.seeSession(id, now);
  return user;
}

/** This browser only. */
export const signOut = ({ store }: Parts, secret: string): Promise<number> =>
  store.dropSessions({ id: digest(secret) });

/** Wherever this user is signed in. @returns where that was */
export const signOutEverywhere = ({ store }: Parts, user: string): Promise<number> => store.dropSessions({ user });
