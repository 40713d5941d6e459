/** A shop as one order-in has it: its settings, the calls that it makes, and the asking for what it has. */
import { createHash } from 'node:crypto';
import type { Account } from '../../core/accounts.ts';
import { DragomanError } from '../../core/errors.ts';
import type { Json } from '../../core/model.ts';
import { orderDesk } from '../../core/orders/read.ts';
import type { InboundRequest, OrderSettings, OrderSource, PhoneBook, Polled, ReadOrder } from '../../core/ports.ts';
import { type Environment, resolve, SETTINGS } from '../../core/settings.ts';
import { cutText, LONGEST_ID, LONGEST_LINE } from '../../core/text/lengths.ts';
import { credentialKey } from '../account/config.ts';
import type { Engine } from '../engine.ts';
import { fieldValue } from '../fields.ts';
import type { Answer } from '../receive.ts';
import { MOST_EVENTS, tooMuch } from '../webhook-body.ts';
import { LIMIT_MS, type PollState, startPolling } from './poll.ts';

/** An order-in as it is saved in flows. Secrets are credentials, never in here. */
export interface OrderInConfig {
  account: string;
  /** The word of the source: `api`. */
  source: string;
  /** The source's own fields; empty ones come from the environment. */
  settings: Record<string, string>;
  /** Between two rounds. Empty: from the environment. */
  pollSeconds: number | '';
}

export interface ShopOptions {
  source: OrderSource;
  config: Pick<OrderInConfig, 'settings' | 'pollSeconds'>;
  /** The secrets typed into the node, by `credentialKey`. */
  credentials: Record<string, string | undefined>;
  account: Account;
  nodeId: string;
  environment?: Environment;
}

export interface Shop {
  /** The shop's word in ids of orders. */
  name: string;
  /** It is to be asked. */
  asks: boolean;
  /** Anybody's call would be taken. */
  open: boolean;
  /** Only signed calls are taken. */
  signs: boolean;
  /** The variables of its address, and of the secret that its calls are signed with; empty where it has none. */
  variables: { address: string; secret: string };
  /**
   * A call of the shop. What is wrong with single orders is in the answer.
   * @throws DragomanError STORE_UNAVAILABLE: the shop shall call again
   */
  receive(request: InboundRequest): Promise<Answer & { type: string }>;
  /**
   * Orders that a flow has, in the source's own shape: one, or a list. What is wrong with single ones never stops the others.
   * @throws DragomanError BAD_REQUEST: the first fault, when all is stored; STORE_UNAVAILABLE
   */
  take(told: Json): Promise<void>;
  /** Asks for one page, of which nothing is taken in. Absent where it is not to be asked. */
  ask?: () => Promise<Polled>;
  /** Asks from now on. @returns ends it; resolves when nothing of it goes on */
  follow(onState: (state: PollState) => void): () => Promise<void>;
}

/** So many of what is wrong are told in the answer to a call. */
const MOST_FAULTS = 100;
const LONGEST_ROUND_S = 86_400;
const utf8 = new TextDecoder('utf-8', { fatal: true });

type Parts = Pick<Engine, 'store' | 'clock' | 'log' | 'intake' | 'phoneBook' | 'refusals' | 'fleet'>;

/** @throws DragomanError SETTING_INVALID, where a setting or the account cannot be used */
export function shopOf(
  { store, clock, log, intake, phoneBook, refusals, fleet }: Parts,
  { source, config, credentials, account, nodeId, environment = process.env }: ShopOptions,
): Shop {
  const { channel, timezone, id: accountId } = account;
  if (!channel.threadOf)
    throw new DragomanError(
      'SETTING_INVALID',
      `Nobody can be written to by his phone number on ${channel.id}.`,
      'Choose an account of a channel with phone numbers, such as WhatsApp.',
    );
  const settings: OrderSettings = {};
  for (const [name, field] of Object.entries(source.fields)) {
    const own = field.secret ? credentials[credentialKey(source.id, name)] : config.settings[name];
    settings[name] = fieldValue(field, environment, own);
  }
  const everyMs = roundOf(String(config.pollSeconds), environment);
  const shop = settings.shop || source.id;
  settings.shop = shop;
  let book: PhoneBook | undefined;
  const desk = orderDesk(settings, { now: clock.now, readPhone: (...asked) => book!.readPhone(...asked) });
  const ready = async () => {
    book ??= await phoneBook();
  };

  /** What a call without a signature meets; undefined where the shop makes none. */
  const unsigned = source.verify?.(NOTHING, settings);

  async function refused(request: InboundRequest, status: number, error: string): Promise<Answer & { type: string }> {
    const call = { channel: 'orders', accountId, path: cutText(request.path, LONGEST_ID), eventType: 'refused' };
    const line = `A call of the shop "${shop}" was refused: ${error}`;
    await refusals.note({ ...call, status, error: cutText(error, LONGEST_LINE), payload: '' }, line);
    return json(status, { error });
  }

  async function read(body: Json, parse: NonNullable<OrderSource['parse']>): Promise<ReadOrder[]> {
    await ready();
    return parse(body, settings, desk);
  }

  async function taken(orders: ReadOrder[]) {
    await intake(orders, { shop, accountId, nodeId, timezone, clockAheadMs: 0, since: null });
    return told(orders);
  }

  const asks = source.poll !== undefined && (source.polls?.(settings) ?? true);
  const { url, ...others } = source.fields;
  const secret = Object.values(others).find(({ secret, made }) => secret && made);

  return {
    name: shop,
    asks,
    open: unsigned?.ok === true,
    signs: unsigned?.ok === false,
    variables: { address: url?.env ?? '', secret: secret?.env ?? '' },
    ...(asks && {
      async ask() {
        await ready();
        return source.poll!({ cursor: null, mark: null }, settings, desk, AbortSignal.timeout(LIMIT_MS));
      },
    }),
    async receive(request) {
      if (!source.parse || !source.verify) return refused(request, 404, 'This shop is asked, and takes no calls.');
      if (request.method !== 'POST') return refused(request, 405, 'Orders are posted.');
      const verdict = source.verify(request, settings);
      if (!verdict.ok) return refused(request, verdict.status, verdict.reason);
      const much = verdict.signed ? undefined : tooMuch(request.body);
      if (much) return refused(request, 413, much);
      const body = readJson(request.body);
      if (body === undefined) return refused(request, 400, 'The body is not JSON.');
      const orders = await read(body, source.parse);
      if (!verdict.signed && orders.length > MOST_EVENTS)
        return refused(request, 413, `The body holds more than ${MOST_EVENTS} orders.`);
      return json(200, await taken(orders));
    },
    async take(body) {
      if (!source.parse)
        throw new DragomanError(
          'BAD_REQUEST',
          'This shop is asked, and takes no orders of a flow.',
          'Choose another source.',
        );
      const [fault] = (await taken(await read(body, source.parse))).faults;
      if (fault)
        throw new DragomanError(
          'BAD_REQUEST',
          `Order ${cutText(fault.number, LONGEST_ID)}: ${fault.message}`,
          fault.action,
        );
    },
    follow(onState) {
      const place = placeOf(nodeId, source, settings);
      return fleet.duty(`shop ${place}`, () =>
        startPolling({
          ...{ store, clock, log, intake, settings, desk, shop, accountId, timezone, nodeId, everyMs, onState, place },
          source: {
            ...source,
            async poll(...asked) {
              await ready();
              return source.poll!(...asked);
            },
          },
        }),
      );
    },
  };
}

const NOTHING: InboundRequest = { method: 'POST', path: '/', query: {}, headers: {}, body: new Uint8Array() };

/** Another address, or another word for the shop, is another shop: what it has already is old there too. */
function placeOf(nodeId: string, { id }: OrderSource, { shop = '', url = '' }: OrderSettings): string {
  const which = createHash('sha256')
    .update(JSON.stringify([id, shop, url]))
    .digest('base64url');
  return `${nodeId}/${which.slice(0, 16)}`;
}

/** @returns milliseconds */
function roundOf(own: string, environment: Environment): number {
  const { value, env } = resolve(SETTINGS.ordersPoll, environment, own);
  const seconds = Number(value);
  if (seconds >= 1 && seconds <= LONGEST_ROUND_S) return seconds * 1_000;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${value.slice(0, 40)}" is no number of seconds from 1 to ${LONGEST_ROUND_S}.`,
    `Correct it in the node or in ${env}.`,
  );
}

/** What a shop hears of its call: how many orders were taken, and what to do about the others and about what was left out. */
function told(orders: ReadOrder[]) {
  const faults = orders.flatMap((read) =>
    read.ok
      ? (read.omitted ?? []).map((fault) => ({ number: read.order.number, ...fault }))
      : [{ number: read.number, ...read.fault }],
  );
  const taken = orders.filter(({ ok }) => ok).length;
  return { told: orders.length, taken, faulty: orders.length - taken, faults: faults.slice(0, MOST_FAULTS) };
}

const json = (status: number, body: object) => ({ status, body: JSON.stringify(body), type: 'application/json' });

function readJson(body: Uint8Array): Json | undefined {
  try {
    return JSON.parse(utf8.decode(body)) as Json;
  } catch {
    return undefined;
  }
}
