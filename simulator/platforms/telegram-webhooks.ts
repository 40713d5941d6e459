/** Updates as Telegram posts them. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { Context } from './context.ts';

export const DEFAULT_TOKEN = '777000111:simulator';

/** Ids are Telegram's numbers; a private chat has its customer's. */
export interface TelegramCustomer {
  id: number;
  firstName?: string;
  lastName?: string;
  username?: string;
  /** Language of his app, e.g. `es` or `pt-br`. */
  language?: string;
}

interface Base {
  customer: TelegramCustomer;
  /** `update_id`; default: the next. */
  id?: number;
  /** When it happened, UTC milliseconds; default: now. */
  at?: number;
}

interface MessageBase extends Base {
  /** `message_id`; default: the chat's next. */
  messageId?: number;
  /** The message it replies to. */
  replyTo?: number;
  /** Said in this group (a negative id) and not in private. */
  group?: { id: number; title: string };
  /** Said to a person whose account is connected to the bot. */
  business?: { connectionId: string };
  /** Said in this topic of the chat. */
  topic?: number;
}

export type TelegramAction =
  | (MessageBase & { kind: 'text'; text: string })
  | (MessageBase & { kind: 'photo' | 'video'; caption?: string })
  | (MessageBase & { kind: 'voice' | 'sticker' | 'unsupported' })
  | (MessageBase & { kind: 'document' | 'audio'; name?: string; mime?: string; caption?: string })
  | (MessageBase & { kind: 'location'; latitude: number; longitude: number })
  | (MessageBase & { kind: 'contact'; phone: string; firstName: string })
  /** A tapped inline button, called `title`, of the bot's message `messageId`, whose words are `text`. */
  | (Base & {
      kind: 'callback';
      data: string;
      messageId: number;
      text?: string;
      title?: string;
      callbackId?: string;
      topic?: number;
    })
  | (MessageBase & { kind: 'edit'; messageId: number; text: string })
  /** `emoji` empty: taken back. `previous`: the one it replaces. */
  | (Base & { kind: 'reaction'; messageId: number; emoji: string; previous?: string })
  /** Only where an account is connected to the bot. */
  | (Base & { kind: 'delete'; messageIds: number[]; business: { connectionId: string } })
  /**
   * The owner of the connected account wrote to the customer. `by` tells who: the owner himself, his app (greeting, away message,
   * scheduled), or this bot on his behalf.
   */
  | (Base & {
      kind: 'echo';
      text: string;
      by?: 'owner' | 'away' | 'bot';
      messageId?: number;
      business: { connectionId: string; ownerId: number };
    })
  /** The customer, here the owner, connects his account to the bot or disconnects it. */
  | (Base & { kind: 'business-connection'; connectionId: string; enabled?: boolean })
  /** The customer blocked the bot, or let it in again. */
  | (Base & { kind: 'blocked' | 'unblocked' });

export interface BuiltUpdate {
  update: JsonObject;
  /** The message made or spoken of; for what is no message, the update's id. */
  id: string;
  callbackId?: string;
}

/** The bot of a token: its id is what stands before the colon. */
export function botUser(token: string): JsonObject {
  const id = Number(/^\d+/.exec(token)?.[0] ?? 777000111);
  return { id, is_bot: true, first_name: 'Simulated bot', username: `simulated_${id}_bot` };
}

/** A chat of which only the id, or `@name`, is known. */
export function chatOf(id: Json): JsonObject {
  const number = Number(id);
  if (Number.isNaN(number)) return { id: -1_000_000_000_001, type: 'channel', username: String(id).slice(1) };
  return { id: number, type: number > 0 ? 'private' : number < -1_000_000_000_000 ? 'supergroup' : 'group' };
}

function userOf(customer: TelegramCustomer): JsonObject {
  return {
    id: customer.id,
    is_bot: false,
    ...nameOf(customer),
    ...(customer.language ? { language_code: customer.language } : {}),
  };
}

function nameOf({ firstName = 'Customer', lastName, username }: TelegramCustomer): JsonObject {
  return { first_name: firstName, ...(lastName ? { last_name: lastName } : {}), ...(username ? { username } : {}) };
}

const privateChat = (customer: TelegramCustomer): JsonObject => ({
  id: customer.id,
  type: 'private',
  ...nameOf(customer),
});

const chatFor = (action: Base & { group?: { id: number; title: string } }): JsonObject =>
  action.group ? { ...chatOf(action.group.id), title: action.group.title } : privateChat(action.customer);

const topicOf = ({ topic }: { topic?: number }): JsonObject =>
  topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true };

const emojis = (emoji: string | undefined): Json => (emoji ? [{ type: 'emoji', emoji }] : []);

/** What the message holds besides its frame. */
function contentOf(action: TelegramAction, { ids }: Context): JsonObject {
  const file = (start = 'AwAC'): JsonObject => ({
    file_id: `${start}AgIAAx${ids.hex(24)}`,
    file_unique_id: `AgAD${ids.hex(12)}`,
  });
  const caption: JsonObject = 'caption' in action && action.caption ? { caption: action.caption } : {};
  switch (action.kind) {
    case 'text':
    case 'edit':
      return { text: action.text, ...commandEntities(action.text) };
    case 'photo':
      return {
        photo: [
          { ...file('AgAC'), width: 90, height: 67, file_size: 1_312 },
          { ...file('AgAC'), width: 1280, height: 960, file_size: 141_802 },
        ],
        ...caption,
      };
    case 'video':
      return { video: { ...file(), width: 1280, height: 720, duration: 8, mime_type: 'video/mp4' }, ...caption };
    case 'voice':
      return { voice: { ...file(), duration: 4, mime_type: 'audio/ogg', file_size: 18_221 } };
    case 'audio':
      return {
        audio: {
          ...file(),
          duration: 182,
          mime_type: action.mime ?? 'audio/mpeg',
          file_name: action.name ?? 'song.mp3',
        },
        ...caption,
      };
    case 'document':
      return {
        document: {
          ...file(),
          file_name: action.name ?? 'document.pdf',
          mime_type: action.mime ?? 'application/pdf',
          file_size: 48_211,
        },
        ...caption,
      };
    case 'sticker':
      return {
        sticker: {
          ...file(),
          type: 'regular',
          width: 512,
          height: 512,
          is_animated: false,
          is_video: false,
          emoji: '👋',
        },
      };
    case 'location':
      return { location: { latitude: action.latitude, longitude: action.longitude } };
    case 'contact':
      return { contact: { phone_number: action.phone, first_name: action.firstName } };
    case 'unsupported':
      return { dice: { emoji: '🎲', value: 4 } };
    default:
      return {};
  }
}

function commandEntities(text: string): JsonObject {
  const command = /^\/\w+/.exec(text)?.[0];
  return command ? { entities: [{ type: 'bot_command', offset: 0, length: command.length }] } : {};
}

/** One update, with ids that were not there before unless the action brings its own. */
export function buildUpdate(action: TelegramAction, token: string, context: Context): BuiltUpdate {
  const { now, ids } = context;
  const date = Math.floor((action.at ?? now()) / 1000);
  const updateId = action.id ?? ids.next();
  const built = (kind: string, what: JsonObject, id: string | number = updateId, more: Partial<BuiltUpdate> = {}) => ({
    update: { update_id: updateId, [kind]: what },
    id: String(id),
    ...more,
  });
  const from = userOf(action.customer);
  const chat = chatFor(action);
  const nextMessage = () => ids.chatMessage(`${token}/${chat.id}`);

  switch (action.kind) {
    case 'callback': {
      const callbackId = action.callbackId ?? `4382${ids.hex(14)}`;
      const keyboard = [[{ text: action.title ?? '', callback_data: action.data }]];
      const message = {
        message_id: action.messageId,
        from: botUser(token),
        chat,
        date,
        ...topicOf(action),
        text: action.text ?? '…',
        ...(action.title ? { reply_markup: { inline_keyboard: keyboard } } : {}),
      };
      const query = { id: callbackId, from, message, chat_instance: `-${action.customer.id}31`, data: action.data };
      return built('callback_query', query, action.messageId, { callbackId });
    }
    case 'reaction': {
      const { messageId, emoji, previous } = action;
      const old_reaction = emojis(previous ?? (emoji ? undefined : '👍'));
      const what = { chat, message_id: messageId, user: from, date, old_reaction, new_reaction: emojis(emoji) };
      return built('message_reaction', what, messageId);
    }
    case 'delete':
      return built(
        'deleted_business_messages',
        { business_connection_id: action.business.connectionId, chat, message_ids: action.messageIds },
        action.messageIds[0],
      );
    case 'echo': {
      const messageId = action.messageId ?? nextMessage();
      const owner = { id: action.business.ownerId, is_bot: false, first_name: 'Owner' };
      const message = {
        message_id: messageId,
        from: owner,
        chat,
        date,
        business_connection_id: action.business.connectionId,
        ...(action.by === 'bot' ? { sender_business_bot: botUser(token) } : {}),
        ...(action.by === 'away' ? { is_from_offline: true } : {}),
        text: action.text,
      };
      return built('business_message', message, messageId);
    }
    case 'business-connection': {
      const rights = { can_reply: true, can_read_messages: true };
      const is_enabled = action.enabled ?? true;
      const what = { id: action.connectionId, user: from, user_chat_id: action.customer.id, date, rights, is_enabled };
      return built('business_connection', what);
    }
    case 'blocked':
    case 'unblocked': {
      const user = botUser(token);
      const member = { user, status: 'member' };
      const kicked = { user, status: 'kicked', until_date: 0 };
      const [before, after] = action.kind === 'blocked' ? [member, kicked] : [kicked, member];
      return built('my_chat_member', { chat, from, date, old_chat_member: before, new_chat_member: after });
    }
    default: {
      const messageId = action.messageId ?? nextMessage();
      const edited = action.kind === 'edit';
      const message: JsonObject = {
        message_id: messageId,
        from,
        chat,
        date,
        ...(edited ? { edit_date: date } : {}),
        ...topicOf(action),
        ...(action.business ? { business_connection_id: action.business.connectionId } : {}),
        ...(action.replyTo ? { reply_to_message: { message_id: action.replyTo, chat, date, text: '…' } } : {}),
        ...contentOf(action, context),
      };
      const kind = action.business ? 'business_message' : 'message';
      return built(edited ? `edited_${kind}` : kind, message, messageId);
    }
  }
}
