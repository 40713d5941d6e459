/**
 * The contract test that every source of orders must pass, built in or not. It brings no test runner: hand it vitest's (or a like-minded one's)
 * `describe`, `it` and `expect`.
 */

import type { Json, OrderFault } from '../core/model.ts';
import { orderFault } from '../core/orders/faults.ts';
import { orderDesk } from '../core/orders/read.ts';
import type {
  InboundRequest,
  OrderDesk,
  OrderSettings,
  OrderSource,
  Polled,
  PollPlace,
  ReadOrder,
} from '../core/ports.ts';
import { isPlain, mutants, secretsIn } from './channel-tools.ts';
import { serve } from './server.ts';

// For authors of sources, who have no other way to these types.
export type * from '../core/model.ts';
export type * from '../core/ports.ts';

/** The part of a test runner that is used. */
export interface OrdersKit {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
  expect(value: unknown, message?: string): { toBe(expected: unknown): void; toEqual(expected: unknown): void };
}

/** What the contract must know of the shop. */
export interface OrdersSamples {
  /** Every field that is a secret has a made-up value of at least 12 letters. */
  settings: OrderSettings;
  /** Of a source that asks. */
  polled?: {
    /** The setting with the address; the contract's server is put in. */
    url: string;
    /** The shop's answers to one round, in order. All orders in them are readable. */
    pages: Json[];
    /** The numbers of their orders, in order. */
    numbers: string[];
  };
  /** Of a source that is called. */
  called?: {
    /** Bodies of calls, by name. */
    bodies: Record<string, Json>;
    /** The setting that signatures are checked with. */
    secret: string;
    /** What the shop sends with these bytes when it signs with `settings`. */
    sign(body: Uint8Array, settings: OrderSettings): { header: string; value: string };
  };
}

const BEGINNING: PollPlace = { cursor: null, mark: null };
/** More pages than any round of a sample has. */
const MOST_PAGES = 50;

export function ordersContract(source: OrderSource, samples: OrdersSamples, kit: OrdersKit): void {
  const { polled, called } = samples;
  kit.describe(`orders contract: ${source.id}`, () => {
    kit.it('has fields with environment names of their own, and is asked or called', () => {
      const envs = Object.values(source.fields).map(({ env }) => env);
      kit.expect(new Set(envs).size).toBe(envs.length);
      for (const env of envs) kit.expect(/^[A-Z][A-Z0-9_]*$/.test(env), env).toBe(true);
      kit.expect(Boolean(source.poll)).toBe(polled !== undefined);
      kit.expect(Boolean(source.parse)).toBe(called !== undefined);
      kit.expect(Boolean(source.verify)).toBe(called !== undefined);
    });
    if (polled) asking(source, samples.settings, polled, kit);
    if (called) calling(source, samples.settings, called, kit);
  });
}

/** Knows any international number. */
const deskOf = (settings: OrderSettings): OrderDesk =>
  orderDesk(settings, {
    // No sample is from later.
    now: () => Date.UTC(2099, 0, 1),
    readPhone: (text) => {
      const e164 = text.replace(/[\s()-]/g, '').replace(/^(?!\+)/, '+');
      return /^\+\d{8,15}$/.test(e164) ? { e164 } : { fault: orderFault('ORDER_PHONE_INVALID', 'No number.', 'None.') };
    },
  });

const isFault = ({ code, message, action }: OrderFault) => Boolean(/^[A-Z][A-Z_0-9]+$/.test(code) && message && action);

/** What is wrong with orders that were read, as sentences. */
const problems = (orders: ReadOrder[]): string[] =>
  orders.flatMap((read) => {
    const faults = read.ok ? (read.omitted ?? []) : [read.fault];
    const wrong = faults.every(isFault) ? [] : ['a fault without code, sentence or action'];
    if (!isPlain(read)) wrong.push('not plain JSON');
    if (read.ok && !read.order.number) wrong.push('no number');
    return wrong;
  });

function asking(
  source: OrderSource,
  settings: OrderSettings,
  { url, pages, numbers }: NonNullable<OrdersSamples['polled']>,
  { it, expect }: OrdersKit,
): void {
  const desk = deskOf(settings);
  const poll = async (at: string, place = BEGINNING, signal = new AbortController().signal): Promise<Polled> => {
    const polled = await source.poll!(place, { ...settings, [url]: at }, desk, signal);
    expect(secretsIn(JSON.stringify(polled), source, settings)).toEqual([]);
    if (!polled.ok) expect(isFault(polled.fault)).toBe(true);
    return polled;
  };
  const failureOf = (polled: Polled) => (polled.ok ? 'ok' : polled.fault.code);
  /** Gives the pages in order; quotes the request in what it refuses, the worst it could do. */
  const shop = (refuse: (request: number) => { status: number; headers?: Record<string, string> } | undefined) => {
    let [request, page] = [0, 0];
    return serve((req, res) => {
      const refusal = refuse(request++);
      const words = JSON.stringify({ error: `${req.url} ${JSON.stringify(req.headers)}` });
      res.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json', ...refusal?.headers });
      res.end(refusal ? words : JSON.stringify(pages[page++]));
    });
  };
  const numbersOf = (orders: ReadOrder[]) => orders.map((read) => (read.ok ? read.order.number : read.fault.code));

  it('reads a round page by page, until its end', async () => {
    await using server = await shop(() => undefined);
    const read: ReadOrder[] = [];
    let place = BEGINNING;
    let asked = 0;
    do {
      const polled = await poll(server.url, place);
      if (!polled.ok) throw new Error(polled.fault.message);
      expect(problems(polled.orders)).toEqual([]);
      read.push(...polled.orders);
      place = JSON.parse(JSON.stringify(polled.place)) as PollPlace;
    } while (place.cursor !== null && ++asked < MOST_PAGES);
    expect(numbersOf(read)).toEqual(numbers);
  });

  if (pages.length > 1)
    it('goes on at the same place after a refusal in the middle of a round', async () => {
      await using server = await shop((request) => (request === 1 ? { status: 401 } : undefined));
      const first = await poll(server.url);
      if (!first.ok) throw new Error(first.fault.message);
      const refused = await poll(server.url, first.place);
      expect(refused.ok).toBe(false);
      expect(!refused.ok && refused.restart).toBe(undefined);
      const second = await poll(server.url, first.place);
      if (!second.ok) throw new Error(second.fault.message);
      expect(numbersOf([...first.orders, ...second.orders])).toEqual(
        numbers.slice(0, first.orders.length + second.orders.length),
      );
    });

  for (const [status, code] of Object.entries({ 401: 'SHOP_REFUSED', 403: 'SHOP_REFUSED', 404: 'SHOP_NOT_FOUND' }))
    it(`tells a ${status} with what to do`, async () => {
      await using server = await shop(() => ({ status: Number(status) }));
      expect(failureOf(await poll(server.url))).toBe(code);
    });

  it('comes again when it may', async () => {
    await using server = await shop(() => ({ status: 429, headers: { 'retry-after': '7' } }));
    const polled = await poll(server.url);
    expect(failureOf(polled)).toBe('SHOP_BUSY');
    expect(!polled.ok && polled.retryAfterMs).toBe(7_000);
  });

  it('tells a server that fails, breaks off, is not there, or answers with a page or with other JSON', async () => {
    await using failing = await shop(() => ({ status: 503 }));
    expect(failureOf(await poll(failing.url))).toBe('SHOP_FAILED');
    await using broken = await serve((req) => void req.socket.destroy());
    expect(failureOf(await poll(broken.url))).toBe('SHOP_UNREACHABLE');
    await using page = await serve((_req, res) => res.end('<!doctype html><title>Login</title>'));
    expect(failureOf(await poll(page.url))).toBe('SHOP_NOT_JSON');
    await using other = await serve((_req, res) => res.end('{"hello":"world"}'));
    expect(failureOf(await poll(other.url))).toBe('SHOP_UNREADABLE');
    const gone = await serve((_req, res) => res.end());
    await gone[Symbol.asyncDispose]();
    expect(failureOf(await poll(gone.url))).toBe('SHOP_UNREACHABLE');
  });

  it('does not read an answer without end', async () => {
    let sent = 0;
    const piece = Buffer.alloc(64 * 1024, 0x20);
    await using server = await serve((_req, res) => {
      const more = () => {
        while (!res.destroyed && sent < 200 * 1024 * 1024) {
          sent += piece.length;
          if (!res.write(piece)) return void res.once('drain', more);
        }
      };
      more();
    });
    expect(failureOf(await poll(server.url))).toBe('SHOP_TOO_MUCH');
    expect(sent < 50 * 1024 * 1024).toBe(true);
  });

  it('carries its secrets to no other host', async () => {
    let asked = 0;
    await using other = await serve((_req, res) => void res.end(String(asked++)));
    const elsewhere = other.url.replace('127.0.0.1', 'localhost');
    await using server = await serve((_req, res) => res.writeHead(302, { location: elsewhere }).end());
    expect(failureOf(await poll(server.url))).toBe('SHOP_MOVED');
    expect(asked).toBe(0);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    await using server = await serve(() => stop.abort());
    expect((await poll(server.url, BEGINNING, stop.signal)).ok).toBe(false);
  });

  it('never throws on a page with anything missing or of another type', async () => {
    let body: Json = null;
    await using server = await serve((_req, res) => res.end(JSON.stringify(body)));
    // A page of one order says as much as one of many.
    for (const mutant of mutants(pages.at(-1)!)) {
      body = mutant;
      const polled = await poll(server.url);
      expect(polled.ok ? problems(polled.orders) : [], JSON.stringify(mutant)).toEqual([]);
    }
  });
}

function calling(
  source: OrderSource,
  settings: OrderSettings,
  { bodies, secret, sign }: NonNullable<OrdersSamples['called']>,
  { it, expect }: OrdersKit,
): void {
  const desk = deskOf(settings);
  // Escapes that JSON.stringify would not write: a source must look at the bytes.
  const raw = '{"number":"caf\\u00e9 \\/ 1" ,"state": "placed"}';
  const bytes = (body: string) => new TextEncoder().encode(body);
  const request = (body: string, headers: Record<string, string>): InboundRequest => {
    return { method: 'POST', path: '/orders', query: {}, headers, body: bytes(body) };
  };
  const { header, value } = sign(bytes(raw), settings);

  it('accepts what the shop signed, and nothing else once a secret is set', () => {
    expect(source.verify!(request(raw, { [header]: value }), settings)).toEqual({ ok: true, signed: true });
    const flipped = value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
    for (const wrong of [flipped, value.slice(0, -1), `${value}0`, '', '\u00e9'])
      expect(source.verify!(request(raw, { [header]: wrong }), settings).ok, wrong.slice(0, 12)).toBe(false);
    expect(source.verify!(request(raw, {}), settings).ok).toBe(false);
    expect(source.verify!(request(raw.replace('1', '2'), { [header]: value }), settings).ok).toBe(false);
    const anew = JSON.stringify(JSON.parse(raw));
    expect(source.verify!(request(anew, { [header]: value }), settings).ok, 'written anew').toBe(false);
  });

  it('lets calls pass unsigned while no secret is set, and says so', () => {
    expect(source.verify!(request(raw, {}), { ...settings, [secret]: '' })).toEqual({ ok: true, signed: false });
  });

  for (const [name, body] of Object.entries(bodies)) {
    it(`reads the orders of ${name}, the same each time`, async () => {
      const orders = await source.parse!(structuredClone(body), settings, desk);
      expect(orders.length > 0 && orders.every(({ ok }) => ok)).toBe(true);
      expect(problems(orders)).toEqual([]);
      expect(await source.parse!(structuredClone(body), settings, desk)).toEqual(orders);
    });

    it(`never throws on ${name} with anything missing or of another type`, async () => {
      for (const mutant of mutants(body)) {
        let found: string[];
        try {
          found = problems(await source.parse!(mutant, settings, desk));
        } catch (error) {
          found = [`threw ${String(error)}`];
        }
        expect(found, JSON.stringify(mutant)).toEqual([]);
      }
    });
  }

  it('never throws on other JSON', async () => {
    let deep: Json = 'x';
    for (let level = 0; level < 2_000; level++) deep = level % 2 ? [deep] : { orders: deep, customer: deep };
    for (const body of [null, true, 0, '', 'text', [], [null], {}, { orders: {} }, deep, { constructor: 1 }])
      expect(problems(await source.parse!(body, settings, desk))).toEqual([]);
  });
}
