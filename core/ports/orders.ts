/** Where orders come from, as a plugin (`dragoman-orders`): a shop's API that is asked now and then, or one that calls us. */
import type { Json, Order, OrderFault, OrderState } from '../model.ts';
import type { ChannelField, InboundRequest } from './channel.ts';

/** One order of an answer: read, or what is wrong with it. One that is wrong never stops the others. */
export type ReadOrder =
  | {
      ok: true;
      order: Order;
      /** What could not be read and was left out, though the order can be written about without: a price, a proof of consent. */
      omitted?: OrderFault[];
    }
  | {
      ok: false;
      /** As far as it could be read; empty where it has none. */
      number: string;
      fault: OrderFault;
    };

/** Knows the numbering plans of the world. */
export interface PhoneBook {
  /** @param country ISO 3166, of numbers that are written without the code of a country; empty: none is known. */
  readPhone(text: string, country: string): { e164: string } | { fault: OrderFault };
  /** IANA names of all zones of the country that a number is of, since it does not say in which its owner is; empty: not known. */
  zonesOf(e164: string): string[];
}

/** What a source is given to work with. */
export interface OrderDesk {
  /** UTC milliseconds. */
  now(): number;
  /**
   * Reads an order in the shape of our own JSON (`shops/README.md`), however wrong it is. Never throws.
   * @param words the shop's own words for states. Those of its settings come first.
   */
  read(told: Json, words?: Readonly<Record<string, OrderState>>): ReadOrder;
}

/** What is remembered of a shop between two polls. Stored, so that a restart goes on where it was. */
export interface PollPlace {
  /** Where the next page begins; null: at the beginning of a new round. */
  cursor: string | null;
  /** The shop's own mark (`ETag`, newest change) of the round that was last read whole; null before the first. */
  mark: string | null;
}

export type Polled =
  | {
      ok: true;
      orders: ReadOrder[];
      /** `cursor` null: the round is over. */
      place: PollPlace;
      /** How far the shop's clock is before ours (`Date` of its answer); milliseconds, 0 where it tells none. */
      clockAheadMs: number;
    }
  | {
      ok: false;
      fault: OrderFault;
      /** Not before; milliseconds. */
      retryAfterMs?: number;
      /** The shop knows the page no more: the next poll must begin a new round. Absent: it goes on at the same place. */
      restart?: true;
    };

/** The source's own settings, resolved, with secrets in. */
export type OrderSettings = Record<string, string>;

export interface OrderSource {
  /** The word in flows: `api`. */
  id: string;
  fields: Record<string, ChannelField>;
  /** Whether a shop with these settings is to be asked; absent: always, where there is `poll`. */
  polls?(settings: OrderSettings): boolean;
  /** Asks for one page, bounded in bytes and in time. Never throws. Absent where the shop calls us. */
  poll?(place: PollPlace, settings: OrderSettings, desk: OrderDesk, signal: AbortSignal): Promise<Polled>;
  /** Constant-time check over the raw bytes. No secret set: `ok` with `signed: false`. Absent where the shop is only asked. */
  verify?(
    request: InboundRequest,
    settings: OrderSettings,
  ): { ok: true; signed: boolean } | { ok: false; status: 401 | 403; reason: string };
  /** The orders of a call, read without holding the process. Never rejects for content. */
  parse?(body: Json, settings: OrderSettings, desk: OrderDesk): Promise<ReadOrder[]>;
}
