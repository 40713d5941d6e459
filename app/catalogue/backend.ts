/** The backend of the pharmacies, as a seller of medicines has one: where it is, and what lets one in. */
import { DragomanError } from '../../core/errors.ts';
import { type Environment, SETTINGS, setting } from '../../core/settings.ts';

export interface Backend {
  /** Without a slash at the end. */
  url: string;
  /** Of `X-API-Key`; empty: none. */
  key: string;
  /** It is the demo pharmacy of this server. */
  isOwn: boolean;
}

/**
 * What `DJANGO_API_URL` names, with `DJANGO_API_KEY`; where that is unset the demo pharmacy of this server, with its own key.
 * @param own where this server answers
 * @throws DragomanError SETTING_INVALID, CATALOGUE_FAILED where this server does not listen yet
 */
export function backendOf(own: string | undefined, environment: Environment = process.env): Backend {
  const url = setting('backendUrl', environment).replace(/\/+$/, '');
  if (url) {
    if (/^https?:\/\/[^/]/i.test(url) && URL.canParse(url))
      return { url, key: setting('backendKey', environment), isOwn: false };
    throw new DragomanError(
      'SETTING_INVALID',
      `${SETTINGS.backendUrl.env} is no address of a server.`,
      'Set it to one that begins with http:// or https://, or leave it unset for the demo pharmacy.',
    );
  }
  if (own === undefined)
    throw new DragomanError('CATALOGUE_FAILED', 'This server does not listen yet.', 'Try it again in a moment.', {
      retryable: true,
    });
  return { url: own, key: setting('marketKey', environment), isOwn: true };
}
