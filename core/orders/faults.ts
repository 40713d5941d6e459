/** What can be wrong with an order, and with a shop that is asked: a code, a sentence, and what to do. Holds no phone, name or secret. */
import type { OrderFault } from '../model.ts';

/** Of an order, then of a shop. `docs/errors.md` lists them. */
export type OrderFaultCode =
  | 'ORDER_CONSENT_INCOMPLETE'
  | 'ORDER_CURRENCY_UNKNOWN'
  | 'ORDER_DATE_AHEAD'
  | 'ORDER_DATE_UNREADABLE'
  | 'ORDER_NUMBER_MISSING'
  | 'ORDER_PHONE_INVALID'
  | 'ORDER_PHONE_LANDLINE'
  | 'ORDER_PHONE_MISSING'
  | 'ORDER_PRICE_UNREADABLE'
  | 'ORDER_STATE_UNKNOWN'
  | 'ORDER_UNREADABLE'
  | 'SHOP_BUSY'
  | 'SHOP_FAILED'
  | 'SHOP_MOVED'
  | 'SHOP_NOT_CONFIGURED'
  | 'SHOP_NOT_FOUND'
  | 'SHOP_NOT_JSON'
  | 'SHOP_REFUSED'
  | 'SHOP_TOO_MUCH'
  | 'SHOP_UNREACHABLE'
  | 'SHOP_UNREADABLE';

export const orderFault = (code: OrderFaultCode, message: string, action: string): OrderFault => ({
  code,
  message,
  action,
});

export const isFault = (value: unknown): value is OrderFault =>
  typeof value === 'object' && value !== null && 'code' in value && 'action' in value;
