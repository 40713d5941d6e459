/** What a flow says → parts of a chat. Words are told with their marks beside them, never as markup: nothing in them can be taken for a program. */
import { isObject } from '../../core/model/json.ts';
import type { Json } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { choices, optionsOf } from '../shared/buttons.ts';
import { parseMarkdown } from '../shared/markdown.ts';
import { cut, plainRun, type Run, spellLinks, textOf } from '../shared/runs.ts';
import { shorten } from '../shared/text.ts';

/** Of one part. */
export const TEXT_LIMIT = 4_000;
const BUTTONS = 30;
const BUTTON_LIMITS = { title: 80, id: 200 };
const NAME_LIMIT = 200;
/** What a page may lead to. */
const LINKS = /^(?:https?|mailto|tel):/i;

export interface WebMedium {
  kind: 'image' | 'document';
  /** https */
  url: string;
  name?: string;
}

export interface WebPart {
  /** As it is read. */
  text: string;
  /** The same words with their marks; absent where they have none. */
  runs?: Run[];
  buttons?: { id: string; title: string }[];
  media?: WebMedium[];
}

/** A part as it is stored. */
export const partOf = (part: Json): WebPart =>
  isObject(part) && typeof part.text === 'string' ? (part as unknown as WebPart) : { text: '' };

export function render(content: Outgoing): Json[] {
  const parts = (content.media ?? []).flatMap(mediumParts);
  parts.push(...cut(runsOf(content.text), TEXT_LIMIT).map(textPart));
  const buttons = choices(optionsOf(content.buttons).slice(0, BUTTONS), BUTTON_LIMITS);
  if (buttons.length > 0) {
    // Buttons need something to hang on.
    if (parts.length === 0) parts.push({ text: '' });
    parts.at(-1)!.buttons = buttons.map(({ id, title }) => ({ id, title }));
  }
  return parts as unknown as Json[];
}

const runsOf = (markdown: string) => spellLinks(parseMarkdown(markdown), (url) => LINKS.test(url));

function textPart(runs: Run[]): WebPart {
  const text = textOf(runs);
  const isPlain = runs.every(({ marks, url }) => marks.length === 0 && url === undefined);
  return isPlain
    ? { text }
    : { text, runs: runs.map(({ text, marks, url }) => ({ text, marks, ...(url && { url }) })) };
}

/** The medium with its caption; what a page cannot show by itself is a link. */
function mediumParts({ kind, url, caption, name }: NonNullable<Outgoing['media']>[number]): WebPart[] {
  const words = runsOf(caption ?? '');
  if ((kind !== 'image' && kind !== 'document') || !isHttps(url)) {
    const link: Run[] = LINKS.test(url) ? [{ text: url, marks: ['address'] }] : [];
    const said = words.length > 0 ? words : runsOf(name ?? '');
    const between = said.length > 0 && link.length > 0 ? [plainRun('\n')] : [];
    return cut([...said, ...between, ...link], TEXT_LIMIT).map(textPart);
  }
  const [first = { text: '' }, ...rest] = cut(words, TEXT_LIMIT).map(textPart);
  const medium: WebMedium = { kind, url, ...(name?.trim() && { name: shorten(name.trim(), NAME_LIMIT) }) };
  return [{ ...first, media: [medium] }, ...rest];
}

const isHttps = (url: string) => URL.canParse(url) && new URL(url).protocol === 'https:';
