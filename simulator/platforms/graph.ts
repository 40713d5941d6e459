/** What the two platforms behind Meta's Graph API have in common. */
import type { Json, JsonObject } from '../../core/model.ts';
import { metaJson, metaSignature } from '../signing.ts';
import type { WebhookOptions, WebhookRequest } from '../types.ts';
import type { Context } from './context.ts';
import type { Answer, ApiRequest } from './platform.ts';

export interface GraphPath {
  /** The object that is read or whose messages are sent; empty where the path is neither. */
  object: string;
  /** The object itself is asked for. */
  reads: boolean;
}

/** Reads `<version>/<object>/messages`, and `<version>/<object>` of a GET. */
export function graphPath(request: ApiRequest): GraphPath {
  const [, object = '', messages] = /^v\d+\.\d+\/([^/]+)(\/messages)?\/?$/.exec(decodeURIComponent(request.path)) ?? [];
  const reads = request.method === 'GET' && !messages;
  return { object: messages || reads ? object : '', reads };
}

export interface GraphError {
  code: number;
  message: string;
  status?: number;
  subcode?: number;
  details?: string;
  transient?: boolean;
  headers?: Record<string, string>;
}

/** @param product set for WhatsApp, which puts its details under it. */
export function graphError(error: GraphError, { ids }: Context, product?: 'whatsapp'): Answer {
  const { code, message, status = 400, subcode, details, transient, headers } = error;
  const body: JsonObject = {
    message,
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    ...(transient === undefined ? {} : { is_transient: transient }),
    ...(product && details ? { error_data: { messaging_product: product, details } } : {}),
    ...(!product && details ? { error_user_msg: details } : {}),
    fbtrace_id: `A${ids.hex(22)}`,
  };
  return { status, body: { error: body }, ...(headers ? { headers } : {}) };
}

/** Objections that come before a body is looked at. */
export function graphRefusal(request: ApiRequest, path: GraphPath): GraphError | undefined {
  if (path.object === '')
    return {
      code: 100,
      subcode: 33,
      message: `Unsupported ${request.method.toLowerCase()} request. The simulator serves POST /<version>/<id>/messages.`,
    };
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!bearer && !request.query.get('access_token'))
    return { status: 401, code: 190, message: 'Invalid OAuth access token - Cannot parse access token' };
  if (request.method !== 'POST' && !path.reads)
    return { code: 100, message: `Unsupported ${request.method.toLowerCase()} request.` };
  return undefined;
}

/** What was asked of an object: its `fields`, and nothing else. */
export function graphFields(request: ApiRequest, object: JsonObject): JsonObject {
  const wanted = (request.query.get('fields') ?? 'id').split(',');
  return Object.fromEntries(wanted.flatMap((name) => (object[name] === undefined ? [] : [[name, object[name]]])));
}

/** Signed where a secret is given. */
export function graphWebhook(payload: Json, ids: string[], options: WebhookOptions): WebhookRequest {
  const body = metaJson(payload);
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'facebookexternalua',
      ...(options.secret ? { 'x-hub-signature-256': metaSignature(body, options.secret) } : {}),
    },
    body,
    ids,
  };
}

export const TOKEN_EXPIRED: GraphError = {
  status: 401,
  code: 190,
  message: 'Error validating access token: Session has expired',
  subcode: 463,
};
