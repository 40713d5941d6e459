/** Stand-in of WAHA: its API below `api/`, and sessions whose state can be changed. */
import { createHmac } from 'node:crypto';
import type { Json, JsonObject } from '../../core/model.ts';
import { isOggOpus } from '../form.ts';
import { check } from '../schema.ts';
import type { CallMedia, Fault, RefusalKind, WebhookOptions, WebhookRequest } from '../types.ts';
import { type Context, object, remember, text } from './context.ts';
import { fileAnswer } from './files.ts';
import type { Answer, ApiCall, ApiRequest, Platform } from './platform.ts';
import { buildWaha, ME, type WahaAction, type WahaSent, type WahaState } from './waha-webhooks.ts';

/** What is posted below `api/`, with its schema. */
const REQUESTS: Record<string, string> = {
  sendText: 'MessageTextRequest',
  sendImage: 'MessageImageRequest',
  sendFile: 'MessageFileRequest',
  sendVoice: 'MessageVoiceRequest',
  sendVideo: 'MessageVideoRequest',
  sendSeen: 'SendSeenRequest',
  startTyping: 'ChatRequest',
  stopTyping: 'ChatRequest',
  reaction: 'MessageReactionRequest',
};
const MEDIA: Record<string, CallMedia['kind']> = {
  sendImage: 'image',
  sendFile: 'document',
  sendVoice: 'voice',
  sendVideo: 'video',
};
const CHAT = /^(?:\d{5,20}@(?:c\.us|lid)|[\d-]{5,40}@g\.us)$/;

const refusal = (status: number, body: JsonObject, headers?: Record<string, string>): Answer => ({
  status,
  body: { ...body, statusCode: status },
  ...(headers ? { headers } : {}),
});
/** An engine's own failure, as WAHA hands it on. */
const failure = (message: string) => refusal(500, { exception: { message, name: 'Error' } });
const UNAUTHORIZED = refusal(401, { message: 'Unauthorized' });

const refuses = (kind: RefusalKind, fault: Fault, thread: string | null): Answer | null => {
  switch (kind) {
    case 'rate-limit': {
      const seconds = fault.kind === 'rate-limit' ? fault.retryAfter : undefined;
      return refusal(
        429,
        { message: 'ThrottlerException: Too Many Requests' },
        seconds === undefined ? undefined : { 'retry-after': String(seconds) },
      );
    }
    case 'server-error':
      return failure('Evaluation failed: Error: Something went wrong');
    case 'blocked':
      return failure(`2 UNKNOWN: no LID found for ${thread}@s.whatsapp.net from server`);
    case 'window-closed':
      return null;
    case 'bad-token':
      return UNAUTHORIZED;
  }
};

interface Route {
  session: string;
  method: string;
  /** Schema of the body. */
  schema?: string;
  /** What a GET asks for: a file's name, a message's whole id. */
  name?: string;
}

/** Undefined for a path that is not served here. */
function routeOf({ method, path, body }: ApiRequest): Route | undefined {
  const [api, first = '', second = '', third = '', ...rest] = path.split('/').map(decodeURIComponent);
  if (api !== 'api') return undefined;
  const verb = first === 'reaction' ? 'PUT' : 'POST';
  if (method === verb && REQUESTS[first] && !second)
    return { session: text(object(body).session) ?? '', method: first, schema: REQUESTS[first] };
  if (first === 'sessions' && second && !third && (method === 'GET' || method === 'PUT'))
    return {
      session: second,
      method: method === 'GET' ? 'session' : 'updateSession',
      schema: method === 'PUT' ? 'SessionUpdateRequest' : undefined,
    };
  if (method !== 'GET') return undefined;
  if (first === 'files') return { session: second, method: 'file', name: third };
  if (second === 'new-message-id') return { session: first, method: 'newMessageId' };
  if (second === 'chats' && rest[0] === 'messages') return { session: first, method: 'message', name: rest[1] ?? '' };
  return undefined;
}

/** A voice note that WhatsApp would show as one that cannot be played. */
function fileProblems(method: string, { file, convert }: JsonObject): string[] {
  const data = text(object(file).data);
  if (data === undefined) return [];
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== data) return ['/file/data is no base64'];
  return method === 'sendVoice' && convert !== true && !isOggOpus(bytes) ? ['/file/data is no Opus in Ogg'] : [];
}

/** A journal of thousands of calls keeps no files. */
function withoutData(body: Json): Json {
  const { file } = object(body);
  const data = text(object(file).data);
  if (data === undefined) return body;
  return { ...object(body), file: { ...object(file), data: `${Buffer.from(data, 'base64').length} bytes` } };
}

export function createWaha(context: Context): Platform<'waha'> {
  const { ids, files } = context;
  /** Hidden id → phone in digits, as told by webhooks. */
  const phones = new Map<string, string>();
  const sent = new Map<string, WahaSent>();
  const states = new Map<string, WahaState>();
  const configs = new Map<string, Json>();

  const newId = () => `3EB0${ids.hex(18).toUpperCase()}`;
  const stateOf = (session: string): WahaState => states.get(session) ?? 'WORKING';

  const thread = (name: string): string => {
    const [user = '', server] = name.split('@');
    if (server === 'lid') return phones.get(user) ?? name;
    if (server === 'g.us') return name;
    return user.replace(/[\s().+-]/g, '');
  };

  const accept = ({ session, method, name = '' }: Route, body: JsonObject): Answer => {
    const done = (said: JsonObject): Answer => ({ status: 201, body: said });
    switch (method) {
      case 'session':
      case 'updateSession': {
        if (method === 'updateSession') configs.set(session, body.config ?? {});
        const state = stateOf(session);
        const config = configs.get(session) ?? {};
        const me = state === 'WORKING' ? ME : null;
        return { status: 200, body: { name: session, status: state, config, me, presence: {}, timestamps: {} } };
      }
      case 'newMessageId':
        return { status: 200, body: { id: newId() } };
      case 'message': {
        const file = [...files.keys()].find((one) => one.startsWith(`${name.split('_')[2]}.`));
        const media = file ? { url: `http://localhost:3000/api/files/${session}/${file}` } : null;
        return { status: 200, body: { id: name, hasMedia: Boolean(file), media } };
      }
      case 'file':
        return fileAnswer(files.get(name)!);
      case 'sendSeen':
      case 'startTyping':
      case 'stopTyping':
      case 'reaction':
        return done({ result: true });
      default: {
        const id = text(body.id) ?? newId();
        const chat = text(body.chatId) ?? '';
        const words = text(body.text) ?? text(body.caption) ?? '';
        remember(sent, id, { chat, text: words, ...(method === 'sendVoice' && { voice: true }) });
        const message = {
          timestamp: Math.floor(context.now() / 1_000),
          from: ME.id,
          to: chat,
          fromMe: true,
          source: 'api',
        };
        const more = {
          body: words,
          hasMedia: method !== 'sendText',
          media: null,
          ack: 0,
          ackName: 'PENDING',
          _data: {},
        };
        return { ...done({ id: `true_${chat}_${id}`, ...message, ...more }), messageId: id };
      }
    }
  };

  /** What WAHA objects to before it does anything. */
  const objection = (request: ApiRequest, route: Route | undefined, schemaErrors: string[]): Answer | undefined => {
    if (!route) return refusal(404, { message: `Cannot ${request.method} /${request.path}`, error: 'Not Found' });
    if (!request.headers['x-api-key']) return UNAUTHORIZED;
    if (schemaErrors.length > 0) return refusal(400, { message: schemaErrors, error: 'Bad Request' });
    if (route.method === 'file')
      return files.has(route.name ?? '') ? undefined : refusal(404, { message: 'Not Found' });
    const status = stateOf(route.session);
    if (status === 'WORKING' || route.method === 'session' || route.method === 'updateSession') return undefined;
    const message = 'Session status is not as expected. Try again later or restart the session';
    return refusal(422, {
      message,
      error: 'Unprocessable Entity',
      session: route.session,
      status,
      expected: ['WORKING'],
    });
  };

  return {
    id: 'waha',
    thread,
    read(request): ApiCall {
      const route = routeOf(request);
      const body = object(request.body);
      const chat = text(body.chatId);
      const schemaErrors =
        route?.schema === undefined
          ? []
          : request.bodyError
            ? [request.bodyError]
            : [
                ...check(`waha-out#/$defs/${route.schema}`, request.body ?? {}),
                ...(chat === undefined || CHAT.test(chat) ? [] : ['/chatId is no chat']),
                ...fileProblems(route.method, body),
              ];
      const kind = MEDIA[route?.method ?? ''];
      const words = text(body.text) ?? text(body.caption);
      return {
        account: route?.session ?? '',
        method: route?.method ?? 'unknown',
        thread: chat === undefined ? null : thread(chat),
        send: /^send(?!Seen)/.test(route?.method ?? ''),
        body: route?.schema ? withoutData(request.body ?? null) : null,
        ...(words === undefined ? {} : { text: words }),
        ...(kind ? { media: [{ kind, url: text(object(body.file).url) }] } : {}),
        schemaErrors,
        refusal: objection(request, route, schemaErrors),
        accept: () => accept(route!, body),
      };
    },
    refuse: (call, kind, fault) => refuses(kind, fault, call.thread),
    webhook(actions, options): WebhookRequest {
      const [action, ...more] = actions;
      if (!action || more.length > 0) throw new TypeError('WAHA posts one event at a time.');
      return post(action, options);
    },
    reset() {
      for (const map of [phones, sent, states, configs]) map.clear();
    },
  };

  function post(action: WahaAction, options: WebhookOptions): WebhookRequest {
    const { lid, phone } = action.customer ?? {};
    if (lid && phone) remember(phones, lid.replace(/\D/g, ''), phone.replace(/\D/g, ''));
    const { payload, session, about } = buildWaha(action, options, context, (id) => sent.get(id));
    if (action.kind === 'session') states.set(session, action.status);
    const body = JSON.stringify(payload);
    const hmac = options.secret && createHmac('sha512', options.secret).update(body, 'utf8').digest('hex');
    return {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-webhook-request-id': ids.hex(26),
        'x-webhook-timestamp': String(context.now()),
        ...(hmac ? { 'x-webhook-hmac': hmac, 'x-webhook-hmac-algorithm': 'sha512' } : {}),
      },
      body,
      ids: [about],
    };
  }
}
