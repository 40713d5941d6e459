/** A marketplace's order in our own shape, unread: what is wrong with it is found later. */
import type { Json, JsonObject, OrderState } from '../../core/model.ts';
import { list, object } from '../shared/json.ts';

/** Its words. What the goods' way says counts until the order has an end. */
export const WORDS: Readonly<Record<string, OrderState>> = {
  NEW: 'placed',
  SIGN_REQUIRED: 'placed',
  PICKUP: 'placed',
  APPROVED_BY_BANK: 'placed',
  ACCEPTED_BY_MERCHANT: 'placed',
  DELIVERY: 'shipped',
  KASPI_DELIVERY: 'shipped',
  COMPLETED: 'delivered',
  CANCELLING: 'cancelled',
  CANCELLED: 'cancelled',
  KASPI_DELIVERY_RETURN_REQUESTED: 'cancelled',
  RETURN_ACCEPTED_BY_MERCHANT: 'cancelled',
  RETURNED: 'cancelled',
};
/** Statuses of an order that goes on; where it is, its state says. */
const GOES_ON: Json[] = ['APPROVED_BY_BANK', 'ACCEPTED_BY_MERCHANT'];
/** Handed to the marketplace's courier only from that day on; before, it is packed. */
const BY_COURIER = 'KASPI_DELIVERY';

export function orderOf(resource: Json): Json {
  const { attributes, id } = object(resource);
  const order = object(attributes);
  const customer = object(order.customer);
  return whole({
    number: order.code ?? id,
    state: wordOf(order),
    placed_at: order.creationDate,
    changed_at: order.statusChangeDate,
    customer: whole({ name: customer.firstName ?? customer.name, phone: customer.cellPhone }),
    items: list(order.entries).map(itemOf),
    total: whole({ amount: order.totalPrice, currency: order.currency }),
  });
}

function wordOf({ status, state, kaspiDelivery }: JsonObject): Json | undefined {
  if (status !== undefined && status !== null && !GOES_ON.includes(status)) return status;
  const packed = state === BY_COURIER && !object(kaspiDelivery).courierTransmissionDate;
  return packed && status ? status : (state ?? status);
}

function itemOf(entry: Json): Json {
  const { attributes, ...own } = object(entry);
  const { name, title, quantity } = attributes === undefined ? own : object(attributes);
  return whole({ name: name ?? title, quantity });
}

/** Without what is not there, as JSON is. */
const whole = (parts: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(parts).filter((part): part is [string, Json] => part[1] !== undefined));
