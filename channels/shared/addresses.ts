/** Addresses in a text: what a person can tap or copy, and where one ends. */
import { shownAddress } from './runs.ts';

const SCHEMES = /^(?:https?|tg|whatsapp|mailto|tel|sms|geo|maps|ftp):/i;

/** Marks and the sentence's punctuation at the end of an address are not its own. */
const TAIL = new Set('.,;:!?*_~\'"`»”’…|');

/** What apps turn into something to tap. Its parts are no longer than names on the net may be, so that looking for one stays linear. */
export const ADDRESS =
  /https?:\/\/[^\s<>]+|www\.[^\s<>]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\w.@-])[a-z\d](?:[\w-]{0,63}\.){1,9}[a-z]{2,63}(?:[/?#][^\s<>]*)?/gi;

/** A link's target as an address that leads somewhere from a chat; undefined for a page's own paths, and for scripts. */
export function addressOf(href: string): string | undefined {
  const url = href.trim();
  if (/^(?:tel|sms):/i.test(url)) return url.replace(/\s+/g, '');
  if (SCHEMES.test(url)) return withoutBlanks(url);
  if (url.startsWith('//')) return `https:${withoutBlanks(url)}`;
  if (/^[^\s/@:]+@[\w-]+(?:\.[\w-]+)+$/.test(url)) return `mailto:${url}`;
  if (/^\+\d[\d ()-]{5,}$/.test(url)) return `tel:${url}`;
  return /^[\p{L}\d-]+(?:\.[\p{L}\d-]+)+(?::\d+)?(?:[/?#]|$)/u.test(url) ? `https://${withoutBlanks(url)}` : undefined;
}

const withoutBlanks = (url: string) => url.replace(/\s/g, '%20');

/** Without what the sentence put behind it; a bracket stays where the address opened it. */
export function withoutTail(address: string): string {
  let end = address.length;
  const open = { ')': count(address, '('), ']': count(address, '[') };
  const closed = { ')': count(address, ')'), ']': count(address, ']') };
  for (; end > 0; end--) {
    const last = address[end - 1]!;
    if (last === ')' || last === ']') {
      if (closed[last] <= open[last]) break;
      closed[last]--;
    } else if (!TAIL.has(last)) break;
  }
  return address.slice(0, end);
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

/** `[fibra.example](https://fibra.example/)`: the label says all. */
export function isOwnLabel(label: string, url: string): boolean {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/^(?:https?:\/\/)?(?:www\.)?/, '')
      .replace(/\/$/, '');
  const digits = (text: string) => text.replace(/[^\d+]/g, '');
  const shown = shownAddress(url);
  return bare(label) === bare(shown) || (/^tel:/i.test(url) && digits(label) !== '' && digits(label) === digits(shown));
}
