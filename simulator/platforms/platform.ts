/** The one shape of a stand-in platform. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Actions } from '../actions.ts';
import type { FormFile } from '../form.ts';
import type { Call, Fault, PlatformId, RefusalKind, WebhookOptions, WebhookRequest } from '../types.ts';

/** A request to the platform's API. */
export interface ApiRequest {
  method: string;
  /** What follows the platform's name, without query; still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Undefined where it could not be read; `bodyError` says why. */
  body: Json | undefined;
  bodyError?: string;
  /** Of a form, by the name of their field; its other fields are the body. */
  files?: Record<string, FormFile>;
  /** The body is a form or the query, where every value is text. */
  form: boolean;
}

export interface Answer {
  status: number;
  body: JsonObject;
  headers?: Record<string, string>;
  /** Of a file; `body` is not written then. */
  bytes?: Uint8Array;
  messageId?: string;
}

/** A request understood: what is recorded of it, and the platform's objection if it has one. Nothing happened yet. */
export interface ApiCall
  extends Pick<Call, 'account' | 'method' | 'thread' | 'send' | 'body' | 'text' | 'buttons' | 'media'> {
  schemaErrors: string[];
  refusal?: Answer;
  /** Does what was asked; only called without a refusal. */
  accept(): Answer | Promise<Answer>;
}

export interface Platform<P extends PlatformId = PlatformId> {
  id: P;
  read(request: ApiRequest): ApiCall;
  /** The platform's answer under a fault; null where such a call is not met by it. */
  refuse(call: ApiCall, kind: RefusalKind, fault: Fault): Answer | null;
  /** One POST with all these actions. */
  webhook(actions: Actions[P][], options: WebhookOptions): WebhookRequest;
  /** Keeps what happened for whoever asks for it, where the platform knows such a thing. @returns as `ids` of a webhook. */
  keep?(action: Actions[P], options: WebhookOptions): string;
  /** The one name of a thread, whichever way it was written. */
  thread(name: string): string;
  reset(): void;
}
