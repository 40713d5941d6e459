/**
 * Where a person is: the one list by which he is forgotten, exported, and that a test holds against the store's own tables. In the order of
 * forgetting: what tells whose the rest is goes last.
 */
import type { Identity } from '../model.ts';

export const PLACES = [
  'event',
  'receipt',
  'webhook',
  'message',
  'turn',
  'trace',
  'toolRun',
  'note',
  'upload',
  'lead',
  'notice',
  'handover',
  'vault',
  'followUp',
  'order',
  'outreach',
  'cap',
  'usage',
  'providerResponse',
  'question',
  'call',
  'conversation',
  'identity',
  'contact',
] as const;

export type Place = (typeof PLACES)[number];

/** One person, or several at once: all contacts that are he, with what leads to them. */
export interface Who {
  contacts: string[];
  identities: (Identity & { accountId: string })[];
  usernames: string[];
  conversations: string[];
}

/** Shorter ones stand in too many texts by chance. */
const SHORTEST_NEEDLE = 4;

/** How an identity is written where a column holds one. */
export const identityKey = ({ kind, value }: Identity): string => `${kind}:${value}`;

/**
 * Whether a stored text names one of these people by an identity or a username, as a whole word. Names are not looked for: others have them
 * too. Takes time by the text's length, for each identity.
 */
export function mentionsOf({
  identities,
  usernames,
}: Pick<Who, 'identities' | 'usernames'>): (text: string) => boolean {
  const needles = [...new Set([...identities.map(({ value }) => value), ...usernames])].filter(
    (needle) => needle.length >= SHORTEST_NEEDLE,
  );
  return (text) => needles.some((needle) => isIn(text, needle));
}

function isIn(text: string, needle: string): boolean {
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length))
    if (!isWord(text[at - 1]) && !isWord(text[at + needle.length])) return true;
  return false;
}

const isWord = (letter: string | undefined) => letter !== undefined && /[0-9A-Za-z]/.test(letter);
