/**
 * Errors that a person can act on: a code, a sentence, and what to do. Never holds a secret, an address or a customer's words.
 */

export type ErrorCode =
  | 'ACCOUNT_MISSING'
  | 'ACCOUNT_DISABLED'
  | 'ACCOUNT_NOT_CONFIGURED'
  | 'ACCOUNT_TWICE'
  | 'ANSWERED'
  | 'BAD_REQUEST'
  | 'CATALOGUE_FAILED'
  | 'CHANNEL_MISSING'
  | 'DATA_INCOMPLETE'
  | 'DATA_IN_USE'
  | 'DATA_NEWER'
  | 'DATA_OLDER'
  | 'FLOW_FILE_BROKEN'
  | 'FORBIDDEN'
  | 'KNOWLEDGE_MISSING'
  | 'KNOWLEDGE_UNREADABLE'
  | 'KNOWLEDGE_UNWRITABLE'
  | 'MEDIA_UNAVAILABLE'
  | 'NOT_FOUND'
  | 'ORDER_MISSING'
  | 'ORDER_SOURCE_MISSING'
  | 'PROVIDER_FAILED'
  | 'PROVIDER_MISSING'
  | 'RAW_BODY_MISSING'
  | 'SEND_FAILED'
  | 'SETTING_INVALID'
  | 'SPEECH_MISSING'
  | 'STORE_UNAVAILABLE'
  | 'TOO_LARGE'
  | 'TOOL_CHANGED'
  | 'TOOL_FAILED'
  | 'TOOL_INVALID'
  | 'TOOL_SERVER_AWAY'
  | 'TOOL_TWICE'
  | 'TOO_MANY_TRIES'
  | 'TURN_FAILED'
  | 'TURN_LOST'
  | 'UNAUTHORIZED';

export class DragomanError extends Error {
  readonly code: ErrorCode;
  /** What the reader can do about it. */
  readonly action: string;
  /** True where the same call may work later. */
  readonly retryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    action: string,
    options: { cause?: unknown; retryable?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DragomanError';
    this.code = code;
    this.action = action;
    this.retryable = options.retryable ?? false;
  }

  /** Works across two copies of this package in one process, where `instanceof` does not. */
  static is(error: unknown): error is DragomanError {
    return error instanceof Error && error.name === 'DragomanError' && 'code' in error && 'action' in error;
  }
}

/** An outbound request that got no answer. */
export class HttpError extends Error {
  /** Whether the other side may have seen the request. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'HttpError';
    this.sent = sent;
  }
}

/** Any thrown thing as one line for a log. */
export function describe(error: unknown): string {
  if (DragomanError.is(error)) return `${error.code}: ${error.message} ${error.action}`;
  return error instanceof Error ? error.message : String(error);
}
