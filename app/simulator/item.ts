/** One bubble of the simulator page, as the platform would show it. */
import type { SendState } from '../../core/model.ts';
import type { Call } from '../../simulator/index.ts';

export interface Item {
  /** The platform's id of the message as our store has it, so that what is told live and what is read back is the same bubble. */
  id: string;
  from: 'customer' | 'bot' | 'human';
  text: string;
  format: 'html' | 'whatsapp' | 'plain';
  at: number;
  /** `draft`: words that are still being written. */
  state?: SendState;
  error?: string;
  buttons?: { id: string; title: string }[];
  /** The buttons are rows of a list. */
  list?: boolean;
  media?: { kind: string; url?: string }[];
  /** What the customer tapped. */
  choice?: { id: string; title: string };
  raw?: unknown;
  schemaErrors?: string[];
}

const FORMATS: Record<string, Item['format']> = { telegram: 'html', whatsapp: 'whatsapp', waha: 'whatsapp' };

/**
 * What a customer sees of a request, as the stand-in of the platform reads it.
 * @param said the message's words: a request by template names the template and brings what is filled in, no more; a voice note has none
 */
export function shown(
  platform: string,
  call: Pick<Call, 'body' | 'text' | 'buttons' | 'media' | 'schemaErrors'>,
  said?: string,
): Pick<Item, 'text' | 'format' | 'buttons' | 'list' | 'media' | 'raw' | 'schemaErrors'> {
  const markup = platform === 'telegram' ? telegramMarkup(call) : undefined;
  const isSaid = call.media?.some(({ kind, url }) => kind === 'voice' && !url) === true;
  const words = markup ?? (isSaid || isTemplate(call.body) ? said : undefined);
  return {
    text: words ?? call.text ?? '',
    format: isSaid || (platform === 'telegram' && markup === undefined) ? 'plain' : (FORMATS[platform] ?? 'plain'),
    buttons: call.buttons?.flatMap(({ id, title }) => (id === undefined ? [] : [{ id, title }])),
    list: isList(call.body) || undefined,
    media: call.media,
    raw: call.body,
    schemaErrors: call.schemaErrors,
  };
}

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** The markup as it was sent; the journal's `text` has it removed. */
function telegramMarkup({ body }: Pick<Call, 'body'>): string | undefined {
  const { parse_mode, text, caption } = fields(body);
  const words = text ?? caption;
  return parse_mode === 'HTML' && typeof words === 'string' ? words : undefined;
}

const isTemplate = (body: unknown) => fields(body).type === 'template';
const isList = (body: unknown) => fields(fields(body).interactive).type === 'list';
