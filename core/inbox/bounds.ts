/** What a platform told, at a length that everything behind can bear: whoever calls an unsigned webhook writes what they like. */
import type { Identity, Json, Media } from '../model.ts';
import type { ParsedEvent, ParsedThread } from '../ports.ts';
import { cutText, LONGEST_ID, LONGEST_MESSAGE, LONGEST_NAME } from '../text/lengths.ts';

/** Entries of a list, and names in an object, that a person's message has. */
const MOST_ENTRIES = 64;
const DEEPEST = 8;

/**
 * Texts and names are cut. Ids are not, for two that begin alike would be one person: an event with one that is too long is nobody's, and
 * comes back as `other`.
 */
export function bounded(event: ParsedEvent): ParsedEvent {
  if (idsOf(event).some((id) => id !== undefined && id.length > LONGEST_ID)) {
    const { route } = event;
    return { kind: 'other', type: 'too-long', ...(route === undefined || route.length > LONGEST_ID ? {} : { route }) };
  }
  const type = cutText(event.type, LONGEST_NAME);
  switch (event.kind) {
    case 'message':
      return {
        ...event,
        type,
        thread: thread(event.thread),
        ...said(event),
        choice: event.choice && choice(event.choice),
      };
    case 'echo':
      return { ...event, type, thread: thread(event.thread), ...said(event) };
    case 'reach':
    case 'consent':
      return { ...event, type, thread: thread(event.thread) };
    case 'status':
    case 'health':
      return { ...event, type, error: event.error && (small(event.error as unknown as Json) as never) };
    case 'edit':
    case 'delete':
    case 'reaction':
      return { ...event, type, text: event.text === undefined ? undefined : cutText(event.text, LONGEST_MESSAGE) };
    default:
      return { ...event, type };
  }
}

function idsOf(event: ParsedEvent): (string | undefined)[] {
  const own = [event.route, event.key];
  const ids = (identities: Identity[]) => identities.flatMap(({ kind, value }) => [kind, value]);
  switch (event.kind) {
    case 'message':
    case 'echo':
      return [...own, event.platformId, event.thread.key, ...ids(event.thread.identities), addressOf(event.thread)];
    case 'reach':
    case 'consent':
      return [...own, event.thread.key, ...ids(event.thread.identities), addressOf(event.thread)];
    case 'identity':
      return [...own, ...ids([event.previous, event.current])];
    case 'health':
      return [...own, event.phone];
    case 'other':
      return own;
    default:
      return [...own, event.platformId];
  }
}

/** Made of ids. */
const addressOf = ({ address }: ParsedThread) => JSON.stringify(address);

const thread = (from: ParsedThread): ParsedThread => ({
  ...from,
  name: short(from.name),
  username: short(from.username),
  locale: short(from.locale),
});

const said = ({ text, media }: { text: string; media: Media[] }) => ({
  text: cutText(text, LONGEST_MESSAGE),
  media: media.slice(0, MOST_ENTRIES).map((medium) => small(medium as unknown as Json) as unknown as Media),
});

const choice = ({ id, title }: { id: string; title: string }) => ({
  id: cutText(id, LONGEST_MESSAGE),
  title: cutText(title, LONGEST_MESSAGE),
});

const short = (text: string | undefined) => (text === undefined ? undefined : cutText(text, LONGEST_NAME));

/** Data of any shape, with no text, list or depth beyond what a message can have. */
function small(value: Json, depth = 0): Json {
  if (typeof value === 'string') return cutText(value, LONGEST_MESSAGE);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEEPEST) return null;
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map((item) => small(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST_ENTRIES)
      .map(([name, item]) => [cutText(name, LONGEST_NAME), small(item, depth + 1)]),
  );
}
