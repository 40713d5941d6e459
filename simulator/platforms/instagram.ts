/** Stand-in of the Instagram API with Instagram Login: `<version>/<IG_ID>/messages`. */
import type { JsonObject } from '../../core/model.ts';
import { check } from '../schema.ts';
import type { CallButton, CallMedia, Fault, RefusalKind } from '../types.ts';
import { type Context, list, object, remember, text } from './context.ts';
import {
  type GraphError,
  graphError,
  graphFields,
  graphPath,
  graphRefusal,
  graphWebhook,
  TOKEN_EXPIRED,
} from './graph.ts';
import { buildInstagram, DEFAULT_ACCOUNT_ID, type InstagramSent } from './instagram-webhooks.ts';
import type { Answer, ApiCall, Platform } from './platform.ts';

const TEXT_BYTES = 1000;
const MEDIA_KINDS: Record<string, CallMedia['kind']> = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  file: 'document',
};

const refuses = (kind: RefusalKind, fault: Fault): GraphError => {
  switch (kind) {
    case 'rate-limit': {
      const seconds = fault.kind === 'rate-limit' ? fault.retryAfter : undefined;
      return {
        status: 429,
        code: 613,
        message: 'Calls to this api have exceeded the rate limit.',
        ...(seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }),
      };
    }
    case 'server-error':
      return {
        status: 500,
        code: 2,
        transient: true,
        message: 'An unexpected error has occurred. Please retry your request later.',
      };
    case 'blocked':
      return { code: 551, subcode: 1545041, message: "(#551) This person isn't available right now." };
    case 'window-closed':
      return { code: 10, subcode: 2534022, message: '(#10) This message is sent outside of allowed window.' };
    case 'bad-token':
      return TOKEN_EXPIRED;
  }
};

function attachmentsOf(message: JsonObject): JsonObject[] {
  return [...(message.attachment === undefined ? [] : [message.attachment]), ...list(message.attachments)].map(object);
}

function mediaOf(message: JsonObject): CallMedia[] {
  return attachmentsOf(message).flatMap(({ type, payload }) => {
    const kind = MEDIA_KINDS[text(type) ?? ''];
    const { url, attachment_id } = object(payload);
    return kind ? [{ kind, url: text(url), id: text(attachment_id) }] : [];
  });
}

function buttonsOf(message: JsonObject): CallButton[] {
  const templates = attachmentsOf(message).map(({ payload }) => object(payload));
  const cards = templates.flatMap((template) => [template, ...list(template.elements).map(object)]);
  return [...list(message.quick_replies), ...cards.flatMap((card) => list(card.buttons))].map((button) => {
    const { title, payload, url } = object(button);
    return { title: text(title) ?? '', id: text(payload), url: text(url) };
  });
}

function wordsOf(message: JsonObject): string | undefined {
  const template = object(attachmentsOf(message)[0]?.payload);
  const cards = list(template.elements).map((element) => text(object(element).title) ?? '');
  return text(message.text) ?? text(template.text) ?? (cards.length > 0 ? cards.join('\n') : undefined);
}

export function createInstagram(context: Context): Platform<'instagram'> {
  /** What was sent, by message id: for its echo. */
  const sent = new Map<string, InstagramSent>();

  const accept = (account: string, body: JsonObject): Answer => {
    const recipient = object(body.recipient);
    const to = text(recipient.id) ?? text(recipient.comment_id) ?? '';
    if (body.sender_action !== undefined) return { status: 200, body: { recipient_id: to } };
    const messageId = context.ids.mid(account);
    remember(sent, messageId, { account, to, message: object(body.message) });
    return { status: 200, body: { recipient_id: to, message_id: messageId }, messageId };
  };

  return {
    id: 'instagram',
    thread: (name) => name,
    read(request): ApiCall {
      const path = graphPath(request);
      const body = object(request.body);
      const message = object(body.message);
      const early = graphRefusal(request, path);
      if (path.reads) {
        const id = path.object === 'me' ? DEFAULT_ACCOUNT_ID : path.object;
        return {
          account: path.object,
          method: 'read',
          thread: null,
          send: false,
          body: null,
          schemaErrors: [],
          refusal: early && graphError(early, context),
          accept: () => ({
            status: 200,
            body: graphFields(request, { id, user_id: id, username: 'simulated_account' }),
          }),
        };
      }
      const schemaErrors = request.bodyError
        ? [request.bodyError]
        : path.object === ''
          ? []
          : check('ig-out', request.body ?? {});
      const bytes = Buffer.byteLength(text(message.text) ?? '');
      const tooLong = bytes > TEXT_BYTES;
      if (tooLong) schemaErrors.push(`/message/text has ${bytes} bytes, more than ${TEXT_BYTES}`);
      const refused: GraphError | undefined =
        early ??
        (tooLong
          ? { code: 100, message: `(#100) Length of param message[text] must be less than or equal to ${TEXT_BYTES}` }
          : schemaErrors.length > 0
            ? { code: 100, message: `(#100) Invalid parameter: ${schemaErrors.join('; ')}` }
            : undefined);
      const action = text(body.sender_action);
      const words = wordsOf(message);
      const media = mediaOf(message);
      const buttons = buttonsOf(message);
      const recipient = object(body.recipient);
      return {
        account: path.object,
        method: `messages.${action ?? text(attachmentsOf(message)[0]?.type) ?? 'text'}`,
        thread: text(recipient.id) ?? text(recipient.comment_id) ?? null,
        send: action === undefined,
        body: request.body ?? null,
        ...(words === undefined ? {} : { text: words }),
        ...(buttons.length > 0 ? { buttons } : {}),
        ...(media.length > 0 ? { media } : {}),
        schemaErrors,
        refusal: refused && graphError(refused, context),
        accept: () => accept(path.object, body),
      };
    },
    refuse(call, kind, fault) {
      // What a person writes under this tag may come for seven days.
      if (kind === 'window-closed' && object(call.body).tag === 'HUMAN_AGENT') return null;
      return graphError(refuses(kind, fault), context);
    },
    webhook(actions, options) {
      const { payload, messageIds } = buildInstagram(actions, options, context, (id) => sent.get(id));
      return graphWebhook(payload, messageIds, options);
    },
    reset() {
      sent.clear();
    },
  };
}
