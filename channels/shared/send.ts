/** What every channel's `send` shares: posting, and telling "never left" from "perhaps done". */
import { HttpError } from '../../core/errors.ts';
import type { Json } from '../../core/model.ts';
import type { Http, HttpResponse, SendResult } from '../../core/ports.ts';
import { type Form, multipart } from './form.ts';
import { parseJson } from './json.ts';
import { shorten } from './text.ts';

const LOOK = 'Look whether the customer has it; resend it if not.';
const TIMEOUT_MS = 20_000;
/** Some MB over a slow line. */
export const FILE_TIMEOUT_MS = 90_000;
/** More of a platform's words helps nobody. */
const MESSAGE_LIMIT = 400;
/** Shorter values are not hidden: they would be found by chance in any sentence. */
const HIDE_FROM = 5;

export interface JsonAnswer {
  status: number;
  headers: HttpResponse['headers'];
  /** Undefined where the body is no JSON. */
  json: Json | undefined;
}

export interface JsonRequest {
  url: string;
  headers?: Record<string, string>;
  body: Json;
  /** Secrets and addresses: taken out of whatever the platform says. */
  hide: (Json | undefined)[];
  timeoutMs?: number;
}

export type FormRequest = Omit<JsonRequest, 'body'> & { form: Form };

/**
 * Posts and hands the answer to `judge`; a request that got none is `retry` if it never left, else `unknown`, and so is a success that
 * cannot be read.
 * @param judge reads the answer; must not throw.
 */
export const postJson = (http: Http, request: JsonRequest, judge: Judge): Promise<SendResult> =>
  judged(http, request, { type: 'application/json', body: JSON.stringify(request.body) }, judge);

/** As `postJson`, with a file. */
export const postForm = (http: Http, request: FormRequest, judge: Judge): Promise<SendResult> =>
  judged(http, { timeoutMs: FILE_TIMEOUT_MS, ...request }, multipart(request.form), judge);

type Judge = (answer: JsonAnswer) => SendResult;
type To = Pick<JsonRequest, 'url' | 'headers' | 'hide' | 'timeoutMs'>;
type Content = { type: string; body: string | Uint8Array };

async function judged(http: Http, request: To, content: Content, judge: Judge): Promise<SendResult> {
  const result = await post(http, request, content, judge);
  return result.ok
    ? result
    : { ...result, error: { ...result.error, message: hidden(result.error.message, request.hide) } };
}

async function post(
  http: Http,
  { url, headers, timeoutMs = TIMEOUT_MS }: To,
  { type, body }: Content,
  judge: Judge,
): Promise<SendResult> {
  let response: HttpResponse;
  try {
    response = await http({
      method: 'POST',
      url,
      headers: { 'content-type': type, ...headers },
      body,
      timeoutMs,
    });
  } catch (error) {
    const sent = !(error instanceof HttpError) || error.sent;
    const message = error instanceof Error ? error.message : 'No answer.';
    return sent
      ? {
          ok: false,
          failure: 'unknown',
          error: { code: 'NO_ANSWER', message, action: LOOK },
        }
      : {
          ok: false,
          failure: 'retry',
          error: { code: 'UNREACHABLE', message, action: 'Check the network and the API address of the account.' },
        };
  }
  const json = parseJson(response.text);
  if (json === undefined && response.status >= 200 && response.status < 300)
    return {
      ok: false,
      failure: 'unknown',
      error: { code: 'UNREADABLE', message: 'The answer is not JSON.', action: LOOK },
    };
  return judge({ status: response.status, headers: response.headers, json });
}

/** A platform's words without the values of `hide`, at most 400 characters. */
export function hidden(message: string, hide: JsonRequest['hide']): string {
  let out = message;
  for (const value of hide) {
    if (typeof value !== 'string' || value.length < HIDE_FROM) continue;
    out = out.replaceAll(value, '…').replaceAll(encodeURIComponent(value), '…');
  }
  return shorten(out, MESSAGE_LIMIT, 'utf16', '…');
}

/** `Retry-After` in milliseconds; a date counts from the answer's own `Date`, since clocks differ. Undefined where there is none. */
export function retryAfterMs(headers: HttpResponse['headers']): number | undefined {
  const value = headers['retry-after'];
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const ms = Date.parse(value) - Date.parse(headers.date ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
