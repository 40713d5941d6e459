/** What the sources' own tests share: a shop's server, and a desk with the real phone book. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../core/model.ts';
import { orderFault } from '../core/orders/faults.ts';
import { orderDesk } from '../core/orders/read.ts';
import type { OrderDesk, OrderSettings, OrderSource, Polled, PollPlace } from '../core/ports.ts';

export interface Request {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  json?: Json;
  text?: string;
}

export interface Shop extends AsyncDisposable {
  url: string;
  asked: Request[];
}

/** Answers each request by what it is and how many came before; a function writes the answer itself. */
export async function openShop(
  answer: (request: Request, index: number) => Reply | ((res: ServerResponse) => void),
): Promise<Shop> {
  const asked: Request[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const piece of req) body += String(piece);
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://shop');
    const query = Object.fromEntries(searchParams);
    asked.push({ method: req.method ?? '', path: pathname, query, headers: req.headers, body });
    const reply = answer(asked.at(-1)!, asked.length - 1);
    if (typeof reply === 'function') return reply(res);
    res.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    res.end(reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Fifty megabytes, as fast as they are taken. @param left told of each piece, in bytes */
export const pour =
  (left: (bytes: number) => void = () => {}) =>
  (res: ServerResponse): void => {
    const piece = Buffer.alloc(256 * 1024, 0x20);
    let sent = 0;
    const more = () => {
      while (!res.destroyed && sent < 50 * 1024 * 1024) {
        sent += piece.length;
        left(piece.length);
        if (!res.write(piece)) return void res.once('drain', more);
      }
      res.end();
    };
    more();
  };

export const NOW = Date.UTC(2026, 5, 1);
export const BEGINNING: PollPlace = { cursor: null, mark: null };

/** Knows what begins with a plus, and ten digits as Kazakhstan's. */
export const deskOf = (settings: OrderSettings = {}): OrderDesk =>
  orderDesk(settings, {
    now: () => NOW,
    readPhone: (text, country) => {
      const e164 = country === 'KZ' && /^7\d{9}$/.test(text) ? `+7${text}` : text;
      return e164.startsWith('+')
        ? { e164 }
        : { fault: orderFault('ORDER_PHONE_INVALID', 'No number.', 'Correct it.') };
    },
  });

export const pollOf =
  (source: OrderSource, settings: OrderSettings) =>
  (place = BEGINNING, signal = new AbortController().signal): Promise<Polled> =>
    source.poll!(place, settings, deskOf(settings), signal);

/** The numbers of a page's orders, or the code of what is wrong. */
export const numbersOf = (polled: Polled): string[] =>
  polled.ok ? polled.orders.map((read) => (read.ok ? read.order.number : read.fault.code)) : [polled.fault.code];

/** @throws Error where the poll failed */
export function placeOf(polled: Polled): PollPlace {
  if (polled.ok) return polled.place;
  throw new Error(polled.fault.message);
}
