/** Where Telegram delivers a bot's updates. Both calls may be repeated without harm. */
import { DragomanError, HttpError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { ChannelSettings, Http, HttpResponse, Identified, WebhookSetup } from '../../core/ports.ts';
import { instant, list, number, object, parseJson, text } from '../shared/json.ts';
import { hidden } from '../shared/send.ts';
import { methodUrl } from './send.ts';

/** All that `parse` reads. Listed, because Telegram's own default leaves reactions out, and no list keeps the one before. */
export const UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'message_reaction',
  'my_chat_member',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
];

/** Telegram puts the secret of the webhook into it. */
export const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

const TIMEOUT_MS = 20_000;

export const webhook: WebhookSetup = {
  async set(url, settings, http) {
    if (!isHttps(url))
      throw new DragomanError(
        'BAD_REQUEST',
        `Telegram delivers to https addresses only, and "${url}" is none.`,
        'Give the public https address of the webhook, with its whole path.',
      );
    const secret: JsonObject = settings.secretToken ? { secret_token: settings.secretToken } : {};
    await call(http, settings, 'setWebhook', { url, ...secret, allowed_updates: UPDATES });
  },
  async info(settings, http) {
    const told = object(await call(http, settings, 'getWebhookInfo', {})) ?? {};
    return {
      url: text(told.url) ?? '',
      pending: number(told.pending_update_count) ?? 0,
      lastError: text(told.last_error_message),
      lastErrorAt: instant(told.last_error_date),
      updates: told.allowed_updates === undefined ? undefined : list(told.allowed_updates).map(String),
    };
  },
};

/** `getMe`. */
export async function identify(settings: ChannelSettings, http: Http): Promise<Identified> {
  const me = object(await call(http, settings, 'getMe', {})) ?? {};
  const username = text(me.username);
  return { name: username ? `@${username}` : (text(me.first_name) ?? ''), id: text(me.id) ?? '' };
}

/** What Telegram gives, or the answer by which it refuses. Rejects as `http` does. */
export async function ask(
  http: Http,
  settings: ChannelSettings,
  method: string,
  body: JsonObject,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<{ result: Json } | { status: number; headers: HttpResponse['headers']; answer: JsonObject | undefined }> {
  const { status, headers, text } = await http({
    method: 'POST',
    url: methodUrl(settings, method),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    timeoutMs,
    signal,
  });
  const answer = object(parseJson(text));
  return status === 200 && answer?.ok === true ? { result: answer.result ?? null } : { status, headers, answer };
}

async function call(http: Http, settings: ChannelSettings, method: string, body: JsonObject): Promise<Json> {
  const answered = await ask(http, settings, method, body, TIMEOUT_MS).catch((cause: unknown) => {
    const why = cause instanceof HttpError ? ` ${cause.message}` : '';
    throw new DragomanError(
      'SEND_FAILED',
      `Telegram did not answer.${why}`,
      'Check the network and the API address of the account, then try again.',
      { cause, retryable: true },
    );
  });
  if ('result' in answered) return answered.result;
  const { status, answer } = answered;
  if (status === 401 || status === 404)
    throw new DragomanError(
      'ACCOUNT_NOT_CONFIGURED',
      'Telegram does not know the bot token of this account.',
      'Copy the token from @BotFather into the account, or into TELEGRAM_BOT_TOKEN, and try again.',
    );
  const words = hidden(text(answer?.description) ?? `HTTP ${status}`, [settings.botToken, settings.secretToken]);
  throw new DragomanError(
    'SEND_FAILED',
    `Telegram refused ${method}: ${words}.`,
    status === 429 || status >= 500 ? 'Try again in a minute.' : 'Mend what Telegram names, then try again.',
    { retryable: status === 429 || status >= 500 },
  );
}

function isHttps(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}
