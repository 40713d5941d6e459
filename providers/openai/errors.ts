/**
 * What went wrong with an endpoint, as a sentence that says what to do. An endpoint's own words are never repeated: they may quote
 * the customer, the prompt or the key.
 */
import type { ProviderError } from '../../core/answering/answering.ts';
import { DragomanError } from '../../core/errors.ts';
import { isTooLong, type Refusal } from './dialects.ts';
import { LLM, type Names } from './names.ts';

export interface Asked {
  host: string;
  model: string;
  timeoutMs: number;
  /** The time limit, and the caller's own signal. */
  deadline: AbortSignal;
  signal: AbortSignal | undefined;
  /** Default: an LLM's. */
  names?: Names;
}

/** @param retryable the same call may work soon; only such failures count against an endpoint. */
export function providerFailed(
  message: string,
  action: string,
  retryable: boolean,
  retryAfterMs?: number,
): ProviderError {
  return Object.assign(
    new DragomanError('PROVIDER_FAILED', message, action, { retryable }),
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** The parts of the SDK's errors that are used; its classes all have the name `Error`, and loading them loads the SDK. */
interface SdkError {
  status?: number;
  code?: unknown;
  type?: unknown;
  param?: unknown;
  message: string;
  headers?: Headers;
}

/** Whether the server has no Responses API, as opposed to no such model. */
export function lacksResponses(error: unknown): boolean {
  const { status, code, message } = sdkError(error);
  return (status === 404 || status === 405 || status === 501) && code !== 'model_not_found' && !/model/i.test(message);
}

/**
 * Whether a request that named a response to go on from may work without it: the response is lost, expired or refused, a call in it was
 * never answered, or what the server kept is too long by now. Servers differ in their words, so every refusal counts that is not plainly
 * about something else.
 */
export function refusesHead(error: unknown): boolean {
  const { status, code } = sdkError(error);
  const other = code === 'model_not_found' || code === 'content_filter' || code === 'invalid_prompt';
  return (status === 400 || status === 404 || status === 422) && !other;
}

/** Whether the server said that it never keeps a response, or does not know the parameter. */
export function lacksState(error: unknown): boolean {
  const { code, message } = sdkError(error);
  return (
    code === 'unknown_parameter' ||
    /previous_response_id.*(not support|unsupported|unknown)|not support.*previous_response_id/i.test(message)
  );
}

/** What the server said; undefined where it was no server that refused. */
export function refusalOf(error: unknown): Refusal | undefined {
  const { status, message, code, type, param } = sdkError(error);
  if (status === undefined) return undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { status, message, code: text(code) || text(type), param: text(param) };
}

/** Any thrown thing as an error of ours. */
export function explainFailure(error: unknown, asked: Asked): DragomanError {
  const { names = LLM } = asked;
  const ours = ownError(error);
  if (ours) return ours;
  if (asked.signal?.aborted)
    return providerFailed(`The request to ${names.short} was cancelled.`, 'Nothing needs to be done.', true);
  if (asked.deadline.aborted)
    return providerFailed(
      `${asked.host} did not finish an answer within ${Math.ceil(asked.timeoutMs / 1000)} s.`,
      'See whether the endpoint is overloaded, or choose a faster model.',
      true,
    );
  const failure = sdkError(error);
  if (failure.status !== undefined) return explainStatus(failure.status, failure, asked);
  const cause = networkCode(error);
  if (cause)
    return providerFailed(
      `No connection to ${asked.host} (${cause}).`,
      'See whether the endpoint runs and the base URL is right.',
      true,
    );
  return providerFailed(
    `${asked.host} did not answer as ${names.endpoint} does.`,
    'See whether the base URL is right (most end in /v1) and no proxy answers in its place.',
    true,
  );
}

function explainStatus(status: number, failure: SdkError, { host, model, names = LLM }: Asked): ProviderError {
  const code = plainCode(failure.code) ?? plainCode(failure.type);
  const said = code ? `${status}, ${code}` : String(status);
  if (status === 401)
    return providerFailed(`${host} refused the API key (${said}).`, `Correct the key in ${names.key}.`, false);
  if (status === 403)
    return providerFailed(
      `${host} does not allow this key to use the model ${model} (${said}).`,
      'Give the key the right to it at the provider, or choose another model.',
      false,
    );
  if (status === 404 || code === 'model_not_found')
    return providerFailed(
      `${host} does not know the model ${model}, or not the address (${said}).`,
      `Correct ${names.both}; a local server may have to download the model first.`,
      false,
    );
  if (status === 429 && (failure.code === 'insufficient_quota' || failure.type === 'insufficient_quota'))
    return providerFailed(
      `The quota at ${host} is used up (${said}).`,
      'Add credit or raise the spending limit at the provider.',
      false,
    );
  if (status === 429)
    return providerFailed(
      `${host} limits the rate of requests (${said}).`,
      'If this happens often, ask the provider for a higher limit.',
      true,
      retryAfter(failure.headers),
    );
  const refusal = refusalOf(failure);
  if (refusal && isTooLong(refusal))
    return providerFailed(`${names.tooLong.message(model)} (${said}).`, names.tooLong.action, false);
  if (status === 408 || status >= 500)
    return providerFailed(`${host} has a problem of its own (${said}).`, 'It is asked again by itself.', true);
  if (status >= 300 && status < 400)
    return providerFailed(
      `${host} redirects to another address (${said}).`,
      'Set the base URL to the address that answers itself.',
      false,
    );
  return providerFailed(
    `${host} did not accept the request (${said}).`,
    'See whether model, key and base URL belong together.',
    false,
  );
}

const sdkError = (error: unknown): SdkError =>
  error instanceof Error ? (error as Error & Partial<SdkError>) : { message: '' };

/** An error of ours, also where the client that the request left by made it. */
function ownError(error: unknown): DragomanError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (DragomanError.is(at)) return at;
  return undefined;
}

/** A code like `rate_limit_exceeded`; anything longer or with spaces could be a sentence. */
const plainCode = (code: unknown) =>
  typeof code === 'string' && /^[a-z][a-z0-9_]{0,59}$/.test(code) ? code : undefined;

/** Node's or undici's code, found down the chain of causes, e.g. `ECONNREFUSED`. */
function networkCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at ? at.code : undefined;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,59}$/.test(code)) return code;
  }
  return undefined;
}

/** Milliseconds; undefined when the server did not say. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
