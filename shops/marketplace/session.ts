/** The session at a marketplace that knows its sellers by cookie: taken with a login, kept in memory, and taken anew when it has expired. */
import { orderFault } from '../../core/orders/faults.ts';
import type { OrderSettings } from '../../core/ports.ts';
import { addressOf, ask, type Failed, failed } from '../shared/ask.ts';
import { NEEDS_A_PERSON_MS } from '../shared/refusals.ts';

const LONGEST_COOKIE = 8_192;

/** By login. A restart logs in again. */
const sessions = new Map<string, string>();
const keyOf = ({ loginUrl = '', user = '', password = '' }: OrderSettings) =>
  JSON.stringify([loginUrl, user, password]);

export const canLogIn = ({ loginUrl, user, password }: OrderSettings): boolean => Boolean(loginUrl && user && password);

/** The cookie to ask with; undefined where none is known. */
export const sessionOf = (settings: OrderSettings): string | undefined =>
  sessions.get(keyOf(settings)) ?? (settings.cookie || undefined);

/** Logs in with `{user, password}`; whatever cookies that sets are the session. */
export async function logIn(settings: OrderSettings, signal: AbortSignal, now: number): Promise<{ ok: true } | Failed> {
  const { user = '', password = '' } = settings;
  const url = addressOf(settings.loginUrl);
  if (!url) return refused('The address of the login is neither http nor https.');
  const answer = await ask({ url, headers: {}, body: { user, password }, signal, now });
  if (!answer.ok) return failed(answer.fault, answer.retryAfterMs);
  const set = [answer.headers['set-cookie'] ?? []].flat() as string[];
  const cookie = set.map((each) => each.split(';', 1)[0]!.trim()).join('; ');
  if (!cookie || cookie.length > LONGEST_COOKIE) return refused('The login of the marketplace gave no session.');
  sessions.set(keyOf(settings), cookie);
  return { ok: true };
}

const refused = (what: string) =>
  failed(
    orderFault('SHOP_REFUSED', what, 'Look at the address, the user and the password of the login in the source.'),
    NEEDS_A_PERSON_MS,
  );
