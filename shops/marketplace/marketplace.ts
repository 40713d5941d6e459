/** A shop on a marketplace whose API has pages of JSON:API resources, as Kaspi's has. Only asked; it calls nobody. */
import { isObject } from '../../core/model/json.ts';
import { orderFault } from '../../core/orders/faults.ts';
import type { OrderSettings, OrderSource, PollPlace } from '../../core/ports.ts';
import { type Answer, addressOf, ask, type Failed, failed, withRestart } from '../shared/ask.ts';
import { list, object } from '../shared/json.ts';
import { readAll } from '../shared/read.ts';
import { fields } from './fields.ts';
import { orderOf, WORDS } from './orders.ts';
import { canLogIn, logIn, sessionOf } from './session.ts';

const PAGE_SIZE = 100;
/** The marketplace gives no orders from longer ago than that in one list. */
const WINDOW_MS = 14 * 24 * 3_600_000;
const MEDIA_TYPE = 'application/vnd.api+json';

/** All pages of a round look at the same days, or orders would slip from one to another. */
interface Round {
  page: number;
  until: number;
}

export const marketplace: OrderSource = {
  id: 'marketplace',
  fields,
  async poll(place, settings, desk, signal) {
    const url = addressOf(settings.url);
    if (!url || !(settings.token || settings.cookie || canLogIn(settings))) return failed(notConfigured());
    const round = roundOf(place) ?? { page: 0, until: desk.now() };
    const query = {
      'page[number]': round.page,
      'page[size]': PAGE_SIZE,
      'filter[orders][creationDate][$ge]': round.until - WINDOW_MS,
      'filter[orders][creationDate][$le]': round.until,
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const answer = await askIn(url, settings, signal, desk.now());
    if (!answer.ok) return withRestart(answer, round.page > 0);
    const { json, clockAheadMs } = answer;
    if (!isObject(json) || !Array.isArray(json.data)) return failed(unreadable());
    const told = list(json.data);
    const orders = await readAll(told, (resource) => desk.read(orderOf(resource), WORDS));
    const pages = object(json.meta).pageCount;
    const isLast = typeof pages === 'number' ? round.page + 1 >= pages : told.length < PAGE_SIZE;
    const cursor = isLast || told.length === 0 ? null : `${round.page + 1}/${round.until}`;
    return { ok: true, orders, place: { cursor, mark: place.mark }, clockAheadMs };
  },
};

/** Of a place that we gave; undefined: a round begins. */
function roundOf({ cursor }: PollPlace): Round | undefined {
  const [, page, until] = /^(\d{1,6})\/(\d{1,15})$/.exec(cursor ?? '') ?? [];
  return page === undefined ? undefined : { page: Number(page), until: Number(until) };
}

/** A session that has expired is taken anew once. */
async function askIn(url: URL, settings: OrderSettings, signal: AbortSignal, now: number): Promise<Answer | Failed> {
  const once = () => {
    const cookie = settings.token ? undefined : sessionOf(settings);
    const headers = {
      ...{ accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE },
      ...(settings.token && { 'x-auth-token': settings.token }),
      ...(cookie && { cookie }),
    };
    return ask({ url, headers, signal, now });
  };
  const hasSession = settings.token || sessionOf(settings);
  const first = hasSession ? await once() : undefined;
  const expired = !first || (!first.ok && first.status === 401);
  if (first && (!expired || settings.token || !canLogIn(settings))) return first;
  const entered = await logIn(settings, signal, now);
  return entered.ok ? once() : entered;
}

const notConfigured = () =>
  orderFault(
    'SHOP_NOT_CONFIGURED',
    'The source has no way into the marketplace.',
    'Write a token into the source, or a session cookie, or the address, user and password of a login.',
  );

const unreadable = () =>
  orderFault(
    'SHOP_UNREADABLE',
    'The answer of the marketplace is JSON, but has no list "data" of orders.',
    "Compare the address in the source with the marketplace's documentation.",
  );
