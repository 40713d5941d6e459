/** What the two platforms behind Meta's Graph API share: errors, rate headers, and how rules classify them. */

import { DragomanError, HttpError } from '../../core/errors.ts';
import type { Json, JsonObject, SendError } from '../../core/model.ts';
import type { Http, HttpResponse, SendFailure, SendResult } from '../../core/ports.ts';
import { list, number, object, parseJson, text } from './json.ts';
import { hidden, type JsonAnswer, retryAfterMs } from './send.ts';

/** Which errors are treated alike; the first rule that fits decides. */
export interface GraphRule {
  codes?: readonly number[];
  /** Inclusive. */
  range?: readonly [number, number];
  subcodes?: readonly number[];
  /** Further condition on the platform's words. */
  match?: RegExp;
  failure: SendFailure;
  /** What the operator can do. */
  action: string;
}

interface GraphError {
  code?: number;
  subcode?: number;
  message: string;
  transient: boolean;
}

/** Reads `{code, error_subcode, message, error_data.details}`, as answers and failed statuses have it. */
function read(error: JsonObject | undefined, status?: number): GraphError {
  const message =
    text(error?.message) ?? text(error?.title) ?? (status === undefined ? 'No reason told.' : `HTTP ${status}`);
  const details = text(object(error?.error_data)?.details);
  return {
    code: number(error?.code),
    subcode: number(error?.error_subcode),
    message: details && details !== message ? `${message}: ${details}` : message,
    transient: error?.is_transient === true,
  };
}

function fits(rule: GraphRule, { code, subcode, message }: GraphError): boolean {
  const named =
    (code !== undefined &&
      (rule.codes?.includes(code) || (rule.range && code >= rule.range[0] && code <= rule.range[1]))) ||
    (subcode !== undefined && rule.subcodes?.includes(subcode));
  return Boolean(named) && (!rule.match || rule.match.test(message));
}

function errorOf(
  platform: string,
  { code }: GraphError,
  status: number | undefined,
  message: string,
  action: string,
): SendError {
  return { code: `${platform}_${code ?? status ?? 'ERROR'}`, message, action };
}

/** The reason inside a status that says `failed`. */
export function statusError(platform: string, rules: readonly GraphRule[], error: Json | undefined): SendError {
  const found = read(object(error));
  const rule = rules.find((candidate) => fits(candidate, found));
  return errorOf(
    platform,
    found,
    undefined,
    found.message,
    rule?.action ?? 'Look at the message; resend it if it is right.',
  );
}

/** A refusal of the Graph API. Decided by its code, because HTTP statuses are not reliable here. */
export function graphFailure(platform: string, rules: readonly GraphRule[], answer: JsonAnswer): SendResult {
  const { status, headers, json } = answer;
  const found = read(object(object(json)?.error), status);
  const rule = found.transient ? undefined : rules.find((candidate) => fits(candidate, found));
  const { failure, action } = rule ?? byStatus(status, found.transient);
  const error = errorOf(platform, found, status, found.message, action);
  if (failure !== 'retry') return { ok: false, failure, error };
  return { ok: false, failure, error, retryAfterMs: retryAfterMs(headers) ?? regainMs(headers) };
}

function byStatus(status: number, transient: boolean): { failure: SendFailure; action: string } {
  if (transient || status === 429 || status >= 500)
    return { failure: 'retry', action: 'The platform had a passing problem.' };
  if (status === 401 || status === 403)
    return { failure: 'account', action: 'Check the access token of the account and its permissions.' };
  return { failure: 'request', action: 'The platform refuses this message; look at its text, buttons and media.' };
}

/** `X-Business-Use-Case-Usage` tells minutes until an exhausted quota is open again. */
function regainMs(headers: HttpResponse['headers']): number | undefined {
  const usage = object(parseJson(headers['x-business-use-case-usage'] ?? ''));
  const minutes = Object.values(usage ?? {})
    .flatMap((entries) => list(entries))
    .map((entry) => number(object(entry)?.estimated_time_to_regain_access) ?? 0);
  const most = Math.max(0, ...minutes);
  return most > 0 ? most * 60_000 : undefined;
}

/**
 * Reads an object of the Graph API.
 * @param platform its name for people, `WhatsApp`
 * @throws DragomanError ACCOUNT_NOT_CONFIGURED where the token is refused or the object is not its own, else SEND_FAILED
 */
export async function graphRead(
  http: Http,
  platform: string,
  { url, token }: { url: string; token: string },
): Promise<JsonObject> {
  const request = { method: 'GET', url, headers: { authorization: `Bearer ${token || 'simulator'}` } };
  const { status, text: answered } = await http(request).catch((cause: unknown) => {
    const why = cause instanceof HttpError ? ` ${cause.message}` : '';
    throw new DragomanError(
      'SEND_FAILED',
      `${platform} did not answer.${why}`,
      'Check the network and the API address of the account, then try again.',
      { cause, retryable: true },
    );
  });
  const answer = object(parseJson(answered));
  if (status === 200 && answer && answer.error === undefined) return answer;
  const { code, message, transient } = read(object(answer?.error), status);
  const words = hidden(message, [token]);
  if (transient || status === 429 || status >= 500)
    throw new DragomanError('SEND_FAILED', `${platform} says: ${words}`, 'Try again in a minute.', { retryable: true });
  const refused = status === 401 || code === 190 || code === 10 || code === 200;
  throw new DragomanError(
    'ACCOUNT_NOT_CONFIGURED',
    `${platform} says: ${words}`,
    refused
      ? 'Check the access token: of this app, not expired, with the permissions of messaging.'
      : 'Check the id of the account, and that the token may read it.',
  );
}
