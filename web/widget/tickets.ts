/** Tickets come from the site's own server, which knows its visitor. What is kept in this browser is one word, of a visitor whom nobody knows. */
import type { Ticket as CallTicket } from '../call/frames.ts';
import type { Ticket as ChatTicket } from '../chat/frames.ts';
import { load, save } from '../storage.ts';
import type { Options } from './options.ts';

const KEY = 'guest';

/** Where storage is refused it is kept as long as the page is there. */
let kept: string | undefined;

/** A guest was here before. */
export const isBack = (): boolean => guest() !== undefined;

function guest(): string | undefined {
  const word = load(KEY);
  return typeof word === 'string' ? word : kept;
}

export async function chatTicket(options: Options): Promise<ChatTicket> {
  const resume = guest();
  const ticket = await ask<ChatTicket>(options, {
    what: 'chat',
    language: languageOf(options),
    page: location.href,
    ...(resume && { resume }),
  });
  if (ticket.guest && ticket.resume !== resume) {
    kept = ticket.resume;
    save(KEY, kept);
  }
  return ticket;
}

export const callTicket = (options: Options): Promise<CallTicket> =>
  ask<CallTicket>(options, { what: 'call', language: languageOf(options) });

/** The visitor's, which need not be one of the widget's. */
const languageOf = ({ language }: Options): string | undefined =>
  /^[a-z]{2}(?![a-z])/.exec((language || navigator.language).toLowerCase())?.[0];

/** Rejects where the site gives none. The site's own cookies go along: by them it knows its visitor. */
async function ask<T extends { websocket_url: string; ticket: string }>(
  { ticket, base }: Options,
  body: object,
): Promise<T> {
  const response = await fetch(ticket, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const given = response.ok ? ((await response.json()) as T) : undefined;
  if (typeof given?.websocket_url !== 'string' || typeof given.ticket !== 'string')
    throw new Error(`No ticket: HTTP ${response.status}.`);
  // The site's server may reach ours by another name than the world does; the script came from where the world does.
  const { pathname, search } = new URL(given.websocket_url, base);
  return { ...given, websocket_url: pathname + search };
}
