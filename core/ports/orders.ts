/** Where orders come from, as a plugin (`dragoman-orders`): a shop's API that is asked now and then, or one that calls us. */
import type { Json, Order, OrderFault } from '../model.ts';
import type { ChannelField, InboundRequest } from './channel.ts';

/** One order of an answer: read, or what is wrong with it. One that is wrong never stops the others. */
export type ReadOrder = { ok: true; order: Order } | { ok: false; number: string; fault: OrderFault };

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
    };

/** The source's own settings, resolved, with secrets in. */
export type OrderSettings = Record<string, string>;

export interface OrderSource {
  /** The word in flows: `api`. */
  id: string;
  fields: Record<string, ChannelField>;
  /** Asks for one page, bounded in bytes and in time. Never throws. Absent where the shop calls us. */
  poll?(place: PollPlace, settings: OrderSettings, signal: AbortSignal): Promise<Polled>;
  /** Constant-time check over the raw bytes. No secret set: `ok` with `signed: false`. Absent where the shop is only asked. */
  verify?(
    request: InboundRequest,
    settings: OrderSettings,
  ): { ok: true; signed: boolean } | { ok: false; status: 401 | 403; reason: string };
  /** The orders of a call. Never throws on content. */
  parse?(body: Json, settings: OrderSettings): ReadOrder[];
}
