/** Stand-in of the WhatsApp Cloud API: `<version>/<PHONE_NUMBER_ID>/messages`. */
import type { JsonObject } from '../../core/model.ts';
import { check } from '../schema.ts';
import type { CallButton, CallMedia, Fault, RefusalKind } from '../types.ts';
import { type Context, list, object, remember, text } from './context.ts';
import { fileAnswer } from './files.ts';
import {
  type GraphError,
  graphError,
  graphFields,
  graphPath,
  graphRefusal,
  graphWebhook,
  TOKEN_EXPIRED,
} from './graph.ts';
import type { Answer, ApiCall, ApiRequest, Platform } from './platform.ts';
import { templateProblems, templateRefusal, templateText } from './whatsapp-templates.ts';
import { createUploads } from './whatsapp-uploads.ts';
import { buildWhatsapp, type SentTo } from './whatsapp-webhooks.ts';

const LIST_ROWS = 10;
const MEDIA_KINDS = ['image', 'audio', 'video', 'document', 'sticker'] as const;

const digits = (phone: string): string => phone.replace(/[\s().+-]/g, '');
const isPhone = (name: string): boolean => /^\+?[\d\s().-]{5,24}$/.test(name);

const refuses = (kind: RefusalKind, fault: Fault): GraphError => {
  switch (kind) {
    case 'rate-limit': {
      const seconds = fault.kind === 'rate-limit' ? fault.retryAfter : undefined;
      return {
        status: 429,
        code: 130429,
        message: '(#130429) Rate limit hit',
        details:
          'Message failed to send because there were too many messages sent from this phone number in a short period of time',
        ...(seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }),
      };
    }
    case 'server-error':
      return {
        status: 500,
        code: 131000,
        message: '(#131000) Something went wrong',
        details: 'Message failed to send due to an unknown error.',
      };
    case 'blocked':
      return { code: 131026, message: '(#131026) Message undeliverable', details: 'Message Undeliverable.' };
    case 'window-closed':
      return {
        code: 131047,
        message: '(#131047) Re-engagement message',
        details:
          'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
      };
    case 'bad-token':
      return TOKEN_EXPIRED;
  }
};

function interactiveOf(body: JsonObject): { text?: string; buttons: CallButton[]; header: JsonObject } {
  const interactive = object(body.interactive);
  const action = object(interactive.action);
  const rows = list(action.sections).flatMap((section) => list(object(section).rows));
  const named = [...list(action.buttons).map((button) => object(object(button).reply)), ...rows.map(object)];
  const link = object(action.parameters);
  const buttons: CallButton[] = named.map(({ id, title }) => ({ id: text(id), title: text(title) ?? '' }));
  if (text(link.url)) buttons.push({ title: text(link.display_text) ?? '', url: text(link.url) });
  return { text: text(object(interactive.body).text), buttons, header: object(interactive.header) };
}

function mediaOf(body: JsonObject, header: JsonObject): CallMedia[] {
  return [body, header].flatMap((place) =>
    MEDIA_KINDS.filter((kind) => place.type === kind && place[kind] !== undefined).map((kind) => {
      const { link, id, voice } = object(place[kind]);
      return { kind: voice === true ? ('voice' as const) : kind, url: text(link), id: text(id) };
    }),
  );
}

/** Limits that the schema cannot say. */
function limitProblems(body: JsonObject): string[] {
  const problems: string[] = [];
  const to = text(body.to);
  if (to !== undefined && body.recipient_type !== 'group' && !isPhone(to)) problems.push('/to is no phone number');
  const { buttons } = interactiveOf(body);
  const rows = object(body.interactive).type === 'list';
  if (rows && buttons.length > LIST_ROWS) problems.push(`/interactive/action has more than ${LIST_ROWS} rows in all`);
  const ids = buttons.map((button) => button.id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) problems.push('/interactive/action has the same id twice');
  const titles = buttons.map((button) => button.title);
  if (!rows && new Set(titles).size < titles.length) problems.push('/interactive/action has the same title twice');
  return problems;
}

/** `GET <version>/<id>` says where a file lies, which is here; both want the token. */
function fileCall({ method, path, headers }: ApiRequest, context: Context): ApiCall | undefined {
  const [, kind, id = ''] = /^(v\d+\.\d+|file)\/(\d+)$/.exec(path) ?? [];
  const mime = context.files.get(id);
  if (method !== 'GET' || !kind || !mime) return undefined;
  const url = `http://${headers.host}/whatsapp/file/${id}`;
  const told = { url, mime_type: mime, file_size: 18_221, id, messaging_product: 'whatsapp' };
  const allowed = /^Bearer\s+\S+$/i.test(headers.authorization ?? '');
  return {
    account: id,
    method: kind === 'file' ? 'file' : 'media',
    thread: null,
    send: false,
    body: null,
    schemaErrors: [],
    ...(allowed ? {} : { refusal: graphError(TOKEN_EXPIRED, context, 'whatsapp') }),
    accept: () => (kind === 'file' ? fileAnswer(mime) : { status: 200, body: told }),
  };
}

export function createWhatsapp(context: Context): Platform<'whatsapp'> {
  const { ids } = context;
  const uploads = createUploads(context);
  /** BSUID → phone in digits, as told by webhooks. */
  const phones = new Map<string, string>();
  /** What was sent to whom, by message id: for statuses. */
  const sent = new Map<string, SentTo>();

  const thread = (name: string): string => phones.get(name) ?? (isPhone(name) ? digits(name) : name);

  const accept = (account: string, body: JsonObject): Answer => {
    if (body.status === 'read') return { status: 200, body: { success: true } };
    const to = text(body.to);
    const recipient = text(body.recipient);
    const group = body.recipient_type === 'group';
    const phone = to === undefined || group ? undefined : digits(to);
    const messageId = ids.wamid(phone ?? to ?? recipient ?? '', 'out');
    const data = text(body.biz_opaque_callback_data);
    remember(sent, messageId, {
      account,
      phone,
      userId: to === undefined ? recipient : undefined,
      group: group ? to : undefined,
      data,
    });
    const contact: JsonObject = phone
      ? { input: to ?? '', wa_id: phone }
      : to
        ? { input: to }
        : { input: recipient ?? '', user_id: recipient ?? '' };
    const message: JsonObject = { id: messageId, ...(body.type === 'template' ? { message_status: 'accepted' } : {}) };
    return {
      status: 200,
      body: { messaging_product: 'whatsapp', contacts: [contact], messages: [message] },
      messageId,
    };
  };

  return {
    id: 'whatsapp',
    thread,
    read(request): ApiCall {
      const asked = fileCall(request, context) ?? uploads.read(request);
      if (asked) return asked;
      const path = graphPath(request);
      const body = object(request.body);
      const reading = 'status' in body;
      const early = graphRefusal(request, path);
      if (path.reads) {
        const number = { id: path.object, display_phone_number: '+1 555-0100', verified_name: 'Simulated number' };
        return {
          account: path.object,
          method: 'read',
          thread: null,
          send: false,
          body: null,
          schemaErrors: [],
          refusal: early && graphError(early, context, 'whatsapp'),
          accept: () => ({ status: 200, body: graphFields(request, number) }),
        };
      }
      const schemaErrors = request.bodyError
        ? [request.bodyError]
        : path.object === ''
          ? []
          : [
              ...check(`wa-out#/$defs/${reading ? 'read' : 'message'}`, request.body ?? {}),
              ...limitProblems(body),
              ...templateProblems(body),
            ];
      const refused: GraphError | undefined =
        early ??
        (schemaErrors.length > 0
          ? { code: 100, message: '(#100) Invalid parameter', details: schemaErrors.join('; ') }
          : (templateRefusal(body, context) ?? uploads.refusal(path.object, body)));
      const type = text(body.type) ?? '';
      const interactive = interactiveOf(body);
      const content = object(body[type]);
      const words =
        templateText(body, context) ??
        interactive.text ??
        text(content.body) ??
        text(content.caption) ??
        text(content.emoji);
      const media = mediaOf(body, interactive.header);
      const addressee = text(body.to) ?? text(body.recipient);
      return {
        account: path.object,
        method: `messages.${reading ? (body.typing_indicator ? 'typing' : 'read') : type}`,
        thread: addressee === undefined ? null : thread(addressee),
        send: !reading,
        body: request.body ?? null,
        ...(words === undefined ? {} : { text: words }),
        ...(interactive.buttons.length > 0 ? { buttons: interactive.buttons } : {}),
        ...(media.length > 0 ? { media } : {}),
        schemaErrors,
        refusal: refused && graphError(refused, context, 'whatsapp'),
        accept: () => accept(path.object, body),
      };
    },
    refuse(call, kind, fault) {
      // A template is what may still be sent when the window is closed.
      if (kind === 'window-closed' && call.method === 'messages.template') return null;
      if ((kind === 'window-closed' || kind === 'blocked') && call.method === 'media.upload') return null;
      return graphError(refuses(kind, fault), context, 'whatsapp');
    },
    webhook(actions, options) {
      for (const { customer } of actions)
        if (customer?.userId && customer.phone) remember(phones, customer.userId, digits(customer.phone));
      const { payload, messageIds } = buildWhatsapp(actions, options, context, (id) => sent.get(id));
      return graphWebhook(payload, messageIds, options);
    },
    reset() {
      phones.clear();
      uploads.reset();
      sent.clear();
    },
  };
}
