/** Webhook bodies as Instagram posts them. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { WebhookOptions } from '../types.ts';
import { type Context, list, object } from './context.ts';

export const DEFAULT_ACCOUNT_ID = '17841400000000000';
const CDN = 'https://lookaside.fbsbx.com/ig_messaging_cdn/';

interface Base {
  /** `id`: the IGSID, digits. */
  customer: { id: string };
  /** Id of the message that the action makes (`mid`); default: a new one. */
  id?: string;
  /** When it happened, UTC milliseconds; default: now. */
  at?: number;
  /** Instagram account id; default: that of the whole POST. */
  account?: string;
}

export type InstagramAction =
  /** `replyTo`: a message's id. `story`: the story of ours that it answers. */
  | (Base & { kind: 'text'; text: string; replyTo?: string; story?: { id: string; url: string } })
  | (Base & { kind: 'quick-reply'; title: string; payload: string })
  /** A tapped button of a template, or an ice-breaker. */
  | (Base & { kind: 'postback'; title: string; payload: string })
  | (Base & { kind: 'photo' | 'video'; text?: string })
  /** `share`: a post; `story-mention`: the customer's story that names us. A sticker comes as a photo. */
  | (Base & { kind: 'voice' | 'document' | 'sticker' | 'share' | 'story-mention' | 'unsupported' })
  /** `emoji` empty: taken back. */
  | (Base & { kind: 'reaction'; messageId: string; emoji: string })
  | (Base & { kind: 'edit'; messageId: string; text: string; count?: number })
  | (Base & { kind: 'delete'; messageId: string })
  | (Base & { kind: 'read'; messageId: string })
  | (Base & { kind: 'referral'; ref: string })
  /** Written in the Instagram app, by a person or by its automation: the platform does not tell which. */
  | (Base & { kind: 'echo'; text: string })
  /** What was sent through the API comes back. The customer may be left out for a message that was sent through this simulator. */
  | (Omit<Base, 'customer' | 'id'> & { kind: 'own-echo'; messageId: string; customer?: { id: string }; text?: string });

/** A message of ours. */
export interface InstagramSent {
  account: string;
  to: string;
  message: JsonObject;
}

interface Item {
  account: string;
  entry: JsonObject;
  id: string;
}

function attachment(type: string, { ids }: Context): JsonObject {
  return { type, payload: { url: `${CDN}?asset_id=${ids.next()}&signature=${ids.hex(16)}` } };
}

function sharedPost(context: Context): JsonObject {
  const { payload } = attachment('ig_post', context);
  const more = { ig_post_media_id: `179${context.ids.next()}`, title: 'A post' };
  return { type: 'ig_post', payload: { ...more, ...object(payload) } };
}

/** What comes back of what we sent. */
function echoed({ message }: InstagramSent): JsonObject {
  const files = [...(message.attachment === undefined ? [] : [message.attachment]), ...list(message.attachments)];
  return {
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(files.length > 0 ? { attachments: files } : {}),
  };
}

/** The key of the event and what lies under it. */
function contentOf(action: Exclude<InstagramAction, { kind: 'own-echo' }>, mid: string, context: Context): JsonObject {
  const files = (...attachments: Json[]): JsonObject => ({ message: { mid, attachments } });
  switch (action.kind) {
    case 'text': {
      const reply: JsonObject | undefined = action.replyTo
        ? { mid: action.replyTo }
        : action.story && { story: action.story };
      return { message: { mid, text: action.text, ...(reply ? { reply_to: reply } : {}) } };
    }
    case 'quick-reply':
      return { message: { mid, text: action.title, quick_reply: { payload: action.payload } } };
    case 'postback':
      return { postback: { mid, title: action.title, payload: action.payload } };
    case 'photo':
    case 'video': {
      const type = action.kind === 'photo' ? 'image' : 'video';
      const text: JsonObject = action.text ? { text: action.text } : {};
      return { message: { mid, ...text, attachments: [attachment(type, context)] } };
    }
    case 'voice':
      return files(attachment('audio', context));
    case 'document':
      return files(attachment('file', context));
    case 'sticker':
      return files(attachment('image', context));
    case 'share':
      return files(sharedPost(context));
    case 'story-mention':
      return files(attachment('story_mention', context));
    case 'unsupported':
      return { message: { mid, is_unsupported: true } };
    case 'reaction': {
      const { messageId, emoji } = action;
      return {
        reaction: emoji
          ? { mid: messageId, action: 'react', reaction: 'other', emoji }
          : { mid: messageId, action: 'unreact' },
      };
    }
    case 'edit':
      return { message_edit: { mid: action.messageId, text: action.text, num_edit: action.count ?? 1 } };
    case 'delete':
      return { message: { mid: action.messageId, is_deleted: true } };
    case 'read':
      return { read: { mid: action.messageId } };
    case 'referral':
      return { referral: { ref: action.ref, source: 'IGME-SOURCE-LINK', type: 'OPEN_THREAD' } };
    case 'echo':
      return { message: { mid, text: action.text, is_echo: true } };
  }
}

function itemOf(
  action: InstagramAction,
  options: WebhookOptions,
  context: Context,
  sent: (messageId: string) => InstagramSent | undefined,
): Item {
  const timestamp = action.at ?? context.now();
  const known = action.kind === 'own-echo' ? sent(action.messageId) : undefined;
  // Sends go to `me` as well; a webhook always names the account itself.
  const sentFrom = known?.account === 'me' ? undefined : known?.account;
  const account = action.account ?? options.account ?? sentFrom ?? DEFAULT_ACCOUNT_ID;
  const customer = action.customer?.id ?? known?.to;
  if (customer === undefined)
    throw new TypeError('Whose echo it is must be said: the simulator did not send that message.');
  const ours = action.kind === 'echo' || action.kind === 'own-echo';
  const [sender, recipient] = ours ? [account, customer] : [customer, account];
  const base = { sender: { id: sender }, recipient: { id: recipient }, timestamp };
  if (action.kind === 'own-echo') {
    const content = action.text === undefined && known ? echoed(known) : { text: action.text ?? '' };
    const message = { mid: action.messageId, ...content, is_echo: true };
    return { account, entry: { ...base, message }, id: action.messageId };
  }
  const id = 'messageId' in action ? action.messageId : (action.id ?? context.ids.mid(account));
  return { account, entry: { ...base, ...contentOf(action, id, context) }, id };
}

/** All actions as items of one POST, one entry an account. @throws TypeError for an echo whose customer is not known. */
export function buildInstagram(
  actions: InstagramAction[],
  options: WebhookOptions,
  context: Context,
  sent: (messageId: string) => InstagramSent | undefined,
): { payload: JsonObject; messageIds: string[] } {
  const items = actions.map((action) => itemOf(action, options, context, sent));
  const entries = [...Map.groupBy(items, (item) => item.account)].map(([id, own]) => ({
    id,
    time: context.now(),
    messaging: own.map(({ entry }) => entry),
  }));
  return { payload: { object: 'instagram', entry: entries }, messageIds: items.map(({ id }) => id) };
}
