/** Links in texts with tokens: what of them is personal, and how they come back. */

/** A link that is made of a number, up to the number. */
export const NUMBER_LINK = /(?:(wa\.me\/|[?&]phone=)|tel:|sms:|callto:)\+?$/i;
export const IN_URL = /(?:https?:\/\/|www\.)\S*$/i;
/** What the link itself calls a number of a person. */
const PERSONAL_LINK =
  /[?&#/](?:tel\w*|mobile?|m[oó]vil|cell\w*|msisdn|whatsapp|phone\w*|sms|call|to|contact)[=/](?:\+|%2b)?$/i;
/** A whole link, tokens in it included. */
export const LINK = /(?:https?:\/\/|www\.)(?:\[\w+\]|[^\s<>"'()[\]{}])+/gi;
/** Enough of what stands before a token to tell whether it is part of a link. */
export const LINK_LENGTH = 2_000;

/** Whether a number that begins there is part of a link that does not say it is a person's. */
export function isIdInLink(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - LINK_LENGTH), start);
  const personal =
    PERSONAL_LINK.test(before) || NUMBER_LINK.test(before) || /%2b$/i.test(before) || text[start] === '+';
  return IN_URL.test(before) && !personal;
}

/** Whole links only: one that goes on behind the masked part is another link. */
export function withLinks(text: string, links: ReadonlyMap<string, string>): string {
  if (links.size === 0) return text;
  return text.replace(LINK, (found) => {
    const known = links.get(found);
    // The sentence's own end is no part of it.
    const [, link = '', end = ''] = /^(.*?)([.,;:!?]*)$/.exec(found) ?? [];
    return known ?? (links.get(link) ?? link) + end;
  });
}
