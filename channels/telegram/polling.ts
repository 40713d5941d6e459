/** Asking Telegram for a bot's updates (`getUpdates`): for a server that Telegram cannot reach. */
import { HttpError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { ChannelSettings, Http, InboundRequest, PollFailure, Polling } from '../../core/ports.ts';
import { list, number, object, text } from '../shared/json.ts';
import { hidden, retryAfterMs } from '../shared/send.ts';
import { methodUrl } from './send.ts';
import { ask, SECRET_HEADER, UPDATES } from './webhook.ts';

/** Telegram answers after so many seconds where nothing came. */
const WAIT_SECONDS = 25;
const TIMEOUT_MS = (WAIT_SECONDS + 10) * 1_000;
/** Updates in one answer, so that the longest fit into what the client reads. */
const MOST = 20;

const encoder = new TextEncoder();

export const polling: Polling = {
  on: ({ receive }) => receive === 'polling',
  source: (settings) => methodUrl(settings, ''),
  async open(settings, http, signal) {
    const answer = await call(http, settings, 'deleteWebhook', {}, signal);
    return 'ok' in answer ? answer : { ok: true };
  },
  async next(cursor, settings, http, signal) {
    const offset: JsonObject = cursor === undefined ? {} : { offset: Number(cursor) };
    const asked = { ...offset, timeout: WAIT_SECONDS, limit: MOST, allowed_updates: UPDATES };
    const answer = await call(http, settings, 'getUpdates', asked, signal);
    if ('ok' in answer) return answer;
    const updates = list(answer.result);
    const ids = updates.flatMap((update) => number(object(update)?.update_id) ?? []);
    return {
      ok: true,
      requests: updates.map((update) => requestOf(update, settings)),
      cursor: ids.length > 0 ? String(Math.max(...ids) + 1) : cursor,
    };
  },
};

/** As Telegram would have posted it, with the account's secret: it passes the same door. */
function requestOf(update: Json, { secretToken }: ChannelSettings): InboundRequest {
  return {
    method: 'POST',
    path: 'getUpdates',
    query: {},
    headers: { 'content-type': 'application/json', ...(secretToken && { [SECRET_HEADER]: secretToken }) },
    body: encoder.encode(JSON.stringify(update)),
  };
}

async function call(
  http: Http,
  settings: ChannelSettings,
  method: string,
  body: JsonObject,
  signal: AbortSignal,
): Promise<{ result: Json } | PollFailure> {
  const answered = await ask(http, settings, method, body, TIMEOUT_MS, signal).catch((cause: unknown) => ({
    message: cause instanceof HttpError ? cause.message : 'No answer.',
  }));
  if ('message' in answered)
    return failure('passing', 'NO_ANSWER', `Telegram did not answer. ${answered.message}`, 'Check the network.');
  if ('result' in answered) return answered;
  return refusal(method, answered.status, answered.answer, retryAfterMs(answered.headers), settings);
}

function refusal(
  method: string,
  status: number,
  answer: JsonObject | undefined,
  headerMs: number | undefined,
  settings: ChannelSettings,
): PollFailure {
  const words = hidden(text(answer?.description) ?? `HTTP ${status}`, [settings.botToken, settings.secretToken]);
  const code = `TELEGRAM_${status}`;
  if (status === 409 && /webhook/i.test(words))
    return failure(
      'conflict',
      code,
      'A webhook was set for this bot elsewhere, so Telegram gives its updates there.',
      'Stop the other program, or let this account receive by webhook; then deploy again.',
    );
  if (status === 409)
    return failure(
      'conflict',
      code,
      'Another program asks for the updates of this bot, so each gets only some of them.',
      'Stop the other program, or make a bot of its own for it with @BotFather.',
    );
  if (status === 401 || status === 404)
    return failure(
      'account',
      code,
      'Telegram does not know the bot token of this account.',
      'Copy the token from @BotFather into the account, or into TELEGRAM_BOT_TOKEN.',
    );
  const seconds = number(object(answer?.parameters)?.retry_after);
  const retryAfter = seconds === undefined ? headerMs : seconds * 1_000;
  return {
    ...failure('passing', code, `Telegram refused ${method}: ${words}.`, 'It is asked again by itself.'),
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
  };
}

const failure = (why: PollFailure['why'], code: string, message: string, action: string): PollFailure => ({
  ok: false,
  why,
  error: { code, message, action },
});
