/** What the Bot API objects to beyond the shape of a request, in its own words. */
import type { JsonObject } from '../../core/model.ts';
import type { CallMedia } from '../types.ts';
import { list, object, text } from './context.ts';
import { type Parsed, parseHtml, parsePlain } from './telegram-html.ts';

const TEXT_LIMIT = 4096;
const CAPTION_LIMIT = 1024;
const BUTTON_DATA_BYTES = 64;

/** Which key of a method holds the medium. */
export const MEDIA: Record<string, { key: string; kind: CallMedia['kind'] }> = {
  sendPhoto: { key: 'photo', kind: 'image' },
  sendVoice: { key: 'voice', kind: 'voice' },
  sendDocument: { key: 'document', kind: 'document' },
  sendVideo: { key: 'video', kind: 'video' },
  sendAudio: { key: 'audio', kind: 'audio' },
};

const ACTIONS =
  /^(?:typing|upload_photo|record_video|upload_video|record_voice|upload_voice|upload_document|choose_sticker|find_location|record_video_note|upload_video_note)$/;

function buttonProblem(markup: JsonObject): string | undefined {
  for (const button of list(markup.inline_keyboard).flatMap(list).map(object)) {
    const kinds = Object.keys(button).filter((key) => !['text', 'icon_custom_emoji_id', 'style'].includes(key));
    if (kinds.length === 0)
      return "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard";
    const data = text(button.callback_data);
    if (data !== undefined && (data === '' || Buffer.byteLength(data) > BUTTON_DATA_BYTES))
      return 'BUTTON_DATA_INVALID';
  }
  return undefined;
}

/** The words of a text or caption under its `parse_mode`. Markdown cannot be checked and is refused. */
export function parseMarkup(source: string, mode: string | undefined): Parsed {
  if (!mode) return parsePlain(source);
  if (mode.toLowerCase() === 'html') return parseHtml(source);
  if (/^markdown(?:v2)?$/i.test(mode)) return { ok: false, error: `the simulator cannot check ${mode}, use HTML` };
  return { ok: false, error: `unsupported parse_mode ${mode}` };
}

function textProblem(parsed: Parsed, method: string): string | undefined {
  if (!parsed.ok) return `can't parse entities: ${parsed.error}`;
  if (MEDIA[method]) return parsed.text.length > CAPTION_LIMIT ? 'message caption is too long' : undefined;
  if (parsed.text === '') return 'message text is empty';
  return parsed.text.length > TEXT_LIMIT ? 'message is too long' : undefined;
}

function webhookProblem(body: JsonObject): string | undefined {
  const url = text(body.url) ?? '';
  if (url === '') return undefined;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    return 'bad webhook: An HTTPS URL must be provided for webhook';
  if (!['', '443', '80', '88', '8443'].includes(new URL(url).port))
    return 'bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443';
  const secret = text(body.secret_token);
  if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(secret))
    return 'secret token contains unallowed characters';
  return undefined;
}

/**
 * What the platform would object to beyond the schema, in its own words.
 * @param uploaded the medium, where it came along as a file
 */
export function limitProblem(
  method: string,
  body: JsonObject,
  parsed: Parsed | undefined,
  uploaded?: Buffer,
): string | undefined {
  if ('chat_id' in body && !/^(?:-?[1-9]\d*|@[A-Za-z]\w{3,})$/.test(text(body.chat_id) ?? '')) return 'chat not found';
  const media = MEDIA[method];
  if (uploaded?.length === 0) return 'file must be non-empty';
  if (media && !uploaded && !/^(?:https?:\/\/[^\s/]|[\w-]{10,}$)/.test(text(body[media.key]) ?? ''))
    return 'wrong file identifier/HTTP URL specified';
  if (method === 'sendChatAction' && !ACTIONS.test(text(body.action) ?? '')) return 'wrong parameter action in request';
  if (method === 'setWebhook') return webhookProblem(body);
  return (parsed && textProblem(parsed, method)) ?? buttonProblem(object(body.reply_markup));
}
