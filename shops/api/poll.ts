/** Asking a shop that answers in our JSON, page by page. */

import { createHash } from 'node:crypto';
import { isObject } from '../../core/model/json.ts';
import type { Json } from '../../core/model.ts';
import { orderFault } from '../../core/orders/faults.ts';
import type { OrderSettings, OrderSource, PollPlace, ReadOrder } from '../../core/ports.ts';
import { addressOf, ask, failed, withRestart } from '../shared/ask.ts';
import { list, object, text } from '../shared/json.ts';
import { readAll } from '../shared/read.ts';

const LONGEST_NEXT = 2_000;
const LONGEST_MARK = 500;

/** Where a round is. The mark of its first page counts for the list only if all pages have it: many servers make one of each answer's bytes. */
interface Round {
  next: string;
  mark: string | null;
}

export const poll: NonNullable<OrderSource['poll']> = async (place, settings, desk, signal) => {
  const start = addressOf(settings.url);
  if (!start) return failed(noAddress());
  const round = roundOf(place);
  const url = round ? nextUrl(round.next, start) : start;
  // The source's address was changed meanwhile.
  if (!url) return { ...failed(elsewhere()), restart: true };
  const reading = readingOf(settings);
  const known = !round && place.mark?.startsWith(reading) ? place.mark.slice(reading.length) : undefined;
  const answer = await ask({
    url,
    headers: {
      ...(settings.apiKey && { authorization: `Bearer ${settings.apiKey}`, 'x-api-key': settings.apiKey }),
      ...(known && { 'if-none-match': known }),
    },
    signal,
    now: desk.now(),
  });
  if (!answer.ok) return withRestart(answer, round !== undefined);
  const { status, json, headers, clockAheadMs } = answer;
  if (status === 304 && known) return { ok: true, orders: [], place: { cursor: null, mark: place.mark }, clockAheadMs };
  if (!hasOrders(json)) return failed(unreadable('The answer of the shop is JSON, but has no list of orders.'));
  const next = nextOf(json);
  const after = next && nextUrl(next, start);
  if (next && !after) return failed(elsewhere());
  if (after && after.href === url.href) return failed(unreadable('The pages of the shop go in a circle.'));
  const orders = await readAll(Array.isArray(json) ? json : list(object(json).orders), (told) => desk.read(told));
  const etag = orders.some(healsAlone) ? undefined : text(String(headers.etag ?? ''), LONGEST_MARK);
  const own = etag ? reading + etag : null;
  const mark = !round || round.mark === own ? own : null;
  const cursor = next ? JSON.stringify({ next, mark } satisfies Round) : null;
  return { ok: true, orders, place: { cursor, mark: cursor ? place.mark : mark }, clockAheadMs };
};

/** A mark holds for the same list, read in the same way: an order that could not be read is looked at again once its word has a meaning. */
function readingOf({ url, shop, country, currency, states }: OrderSettings): string {
  const settings = JSON.stringify([url, shop, country, currency, states]);
  return `${createHash('sha256').update(settings).digest('hex').slice(0, 12)} `;
}

/** What is wrong passes with time, and the shop would not say that the order has changed. */
const healsAlone = (read: ReadOrder) => !read.ok && read.fault.code === 'ORDER_DATE_AHEAD';

/** Of a place that we gave; undefined: a round begins. */
function roundOf({ cursor }: PollPlace): Round | undefined {
  if (cursor === null) return undefined;
  try {
    const { next, mark } = object(JSON.parse(cursor) as Json);
    return typeof next === 'string' ? { next, mark: typeof mark === 'string' ? mark : null } : undefined;
  } catch {
    return undefined;
  }
}

export const hasOrders = (json: Json): boolean => Array.isArray(json) || (isObject(json) && Array.isArray(json.orders));

/** A link, or a word to ask with. */
function nextOf(json: Json): string | undefined {
  const { next, cursor } = object(json);
  const link = text(next, LONGEST_NEXT);
  if (link && /^(https?:|\/|\?)/i.test(link)) return link;
  const word = link ?? text(cursor, LONGEST_NEXT);
  return word && `?cursor=${encodeURIComponent(word)}`;
}

/** Undefined where it leads to another host. A query is added to the source's own, a link is taken as it is. */
function nextUrl(next: string, start: URL): URL | undefined {
  if (!URL.canParse(next, start.href)) return undefined;
  const url = new URL(next, start);
  if (url.origin !== start.origin) return undefined;
  if (!next.startsWith('?')) return url;
  const whole = new URL(start);
  for (const [name, value] of url.searchParams) whole.searchParams.set(name, value);
  return whole;
}

const noAddress = () =>
  orderFault(
    'SHOP_NOT_CONFIGURED',
    'The source has no address to ask for orders, or one that is neither http nor https.',
    "Write the address of the shop's list of orders into the source, or into ORDERS_API_URL.",
  );

const elsewhere = () => unreadable('The next page of the shop is on another host than its orders.');

const unreadable = (what: string) =>
  orderFault('SHOP_UNREADABLE', what, "Compare the shop's answer with the documentation of this source.");
