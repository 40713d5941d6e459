/**
 * Posts to a CRM what customers did after a message that nobody asked for: signed, with its id, bounded, and never to another address than the
 * configured one, for no redirect is followed. Whether and when it is tried again is the notice's business.
 */
import { createHmac } from 'node:crypto';
import { DragomanError, describe, HttpError } from '../core/errors.ts';
import type { Clock, Http, Logger } from '../core/ports.ts';
import { type Environment, SETTINGS, setting } from '../core/settings.ts';
import type { NotTaken, TellCrm } from './notices.ts';

/** A stop waits for it. */
const TIMEOUT_MS = 5_000;
/** After a failure others are not tried for so long, so that a CRM that hangs holds up no other notice. */
const PAUSE_MS = 5_000;
/** Answers that say "later", whatever their class. */
const LATER = [408, 425, 429];

/**
 * What is signed: the time in seconds, a point, and the body's bytes; so a call that somebody kept is known by its age.
 * @returns as the header has it
 */
export const signatureOf = (secret: string, seconds: number, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

/**
 * @returns undefined where no address is set
 * @throws DragomanError SETTING_INVALID, which quotes no address: it may hold a password
 */
export function crmOf(
  { http, clock, log }: { http: Http; clock: Clock; log: Pick<Logger, 'warn'> },
  environment: Environment = process.env,
): TellCrm | undefined {
  const address = setting('crmUrl', environment);
  if (!address) return undefined;
  const url = urlOf(address);
  const login = url.username || url.password ? `${decoded(url.username)}:${decoded(url.password)}` : '';
  url.username = '';
  url.password = '';
  const secret = setting('crmSecret', environment);
  if (!secret) log.warn(`${SETTINGS.crmSecret.env} is not set: the CRM cannot tell our calls from anybody else's.`);
  let pausedUntil = 0;

  const wait = (error: string): NotTaken => {
    pausedUntil = clock.now() + PAUSE_MS;
    return { error };
  };

  return async ({ view, text }) => {
    if (clock.now() < pausedUntil) return { error: 'The CRM failed a moment ago.' };
    const body = JSON.stringify({ ...view, text });
    const seconds = Math.floor(clock.now() / 1_000);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Dragoman',
      'idempotency-key': view.id,
      'x-dragoman-timestamp': String(seconds),
      ...(secret && { 'x-dragoman-signature': signatureOf(secret, seconds, body) }),
      ...(login && { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
    };
    try {
      const { status } = await http({ method: 'POST', url: url.href, headers, body, timeoutMs: TIMEOUT_MS });
      if (status >= 200 && status < 300) return undefined;
      const error = `The CRM answered ${status}.`;
      return status >= 400 && status < 500 && !LATER.includes(status) ? { error, forGood: true } : wait(error);
    } catch (error) {
      // Whatever else is wrong with a request may quote its address.
      return wait(`The CRM: ${error instanceof HttpError ? describe(error) : 'the request could not be made.'}`);
    }
  };
}

function urlOf(address: string): URL {
  const url = URL.parse(address);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  const { env } = SETTINGS.crmUrl;
  throw new DragomanError(
    'SETTING_INVALID',
    `${env} is neither an http nor an https address.`,
    `Correct ${env} and restart.`,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
