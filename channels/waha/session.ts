/** The session behind an account: whose phone it is, and where its events go. */
import { DragomanError, HttpError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { ChannelSettings, Http, Identified, WebhookSetup } from '../../core/ports.ts';
import { list, object, parseJson, text } from '../shared/json.ts';
import { hidden } from '../shared/send.ts';
import { wordsOf } from './errors.ts';
import { healthOf } from './health.ts';
import { personOf } from './ids.ts';
import { apiUrl, keyOf } from './send.ts';

/** All that `parse` reads, and not plain `message`: it would tell everything of `message.any` twice. */
export const EVENTS = [
  'message.any',
  'message.ack',
  'message.reaction',
  'message.edited',
  'message.revoked',
  'poll.vote',
  'session.status',
];
/** WAHA keeps what it could not deliver in memory only: two hours and a half, with ever longer waits. */
const RETRIES = { policy: 'exponential', delaySeconds: 2, attempts: 12 };
const TIMEOUT_MS = 20_000;

export const webhook: WebhookSetup = {
  async set(url, settings, http) {
    if (!/^https?:/.test(URL.canParse(url) ? new URL(url).protocol : ''))
      throw new DragomanError(
        'BAD_REQUEST',
        `"${url}" is no address that WAHA could call.`,
        'Give the whole http or https address of the webhook, as it is called from where WAHA runs.',
      );
    const session = await ask(http, settings, 'GET');
    const config = object(session.config) ?? {};
    const others = list(config.webhooks).filter((one) => object(one)?.url !== url);
    const own = { url, events: EVENTS, ...(settings.hmacKey && { hmac: { key: settings.hmacKey } }), retries: RETRIES };
    const apps: JsonObject = Array.isArray(session.apps) ? { apps: session.apps } : {};
    await ask(http, settings, 'PUT', { ...apps, config: { ...config, webhooks: [...others, own] } });
  },
  async info(settings, http) {
    const { config } = await ask(http, settings, 'GET');
    const all = list(object(config)?.webhooks).map((one) => object(one) ?? {});
    const hooks = all.filter(({ events }) => list(events).some((event) => event === 'message.any' || event === '*'));
    const own = hooks.find(({ hmac }) => settings.hmacKey && object(hmac)?.key === settings.hmacKey) ?? hooks.at(-1);
    return {
      url: text(own?.url) ?? '',
      pending: 0,
      updates: own && list(own.events).flatMap((event) => text(event) ?? []),
    };
  },
};

/** The phone that is linked, and the name on it. */
export async function identify(settings: ChannelSettings, http: Http): Promise<Identified> {
  const session = await ask(http, settings, 'GET');
  const { error } = healthOf(text(session.status) ?? '', settings.sessionId ?? '') ?? {};
  if (error) throw new DragomanError('SEND_FAILED', error.message, error.action ?? '', { retryable: true });
  const me = object(session.me);
  const number = personOf(me?.id)?.value;
  const name = text(me?.pushName);
  return { name: `${number ? `+${number}` : ''}${name ? ` (${name})` : ''}`.trim(), id: text(me?.id) ?? '' };
}

/** Asks for the session, or changes it. */
async function ask(
  http: Http,
  settings: ChannelSettings,
  method: 'GET' | 'PUT',
  body?: JsonObject,
): Promise<JsonObject> {
  const { sessionId = '', apiKey, hmacKey } = settings;
  const { status, text: answered } = await http({
    method,
    url: apiUrl(settings, `sessions/${encodeURIComponent(sessionId)}`),
    headers: { ...keyOf(settings), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    timeoutMs: TIMEOUT_MS,
  }).catch((cause: unknown) => {
    const why = cause instanceof HttpError ? ` ${cause.message}` : '';
    throw new DragomanError(
      'SEND_FAILED',
      `WAHA did not answer.${why}`,
      'Check that it runs, and the API address of the account; then try again.',
      { cause, retryable: true },
    );
  });
  const answer: Json | undefined = parseJson(answered);
  const said = object(answer);
  if (status >= 200 && status <= 299 && said) return said;
  const words = hidden(wordsOf(said) || `HTTP ${status}`, [apiKey, hmacKey]);
  if (status === 401 || status === 403)
    throw new DragomanError(
      'ACCOUNT_NOT_CONFIGURED',
      `WAHA refuses the API key of this account: ${words}.`,
      'Copy the key from WAHA’s configuration (WAHA_API_KEY) into the account, and try again.',
    );
  if (status === 404)
    throw new DragomanError(
      'ACCOUNT_NOT_CONFIGURED',
      `WAHA has no session "${sessionId}".`,
      'Make the session in WAHA’s dashboard, or correct the session id of the account.',
    );
  throw new DragomanError(
    'SEND_FAILED',
    `WAHA refused: ${words}.`,
    status === 429 || status >= 500 ? 'Try again in a minute.' : 'Mend what WAHA names, then try again.',
    { retryable: status === 429 || status >= 500 },
  );
}
