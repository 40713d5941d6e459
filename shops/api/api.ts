/** A shop that speaks our own JSON: asked, calling us, or both. */
import type { OrderSource } from '../../core/ports.ts';
import { object } from '../shared/json.ts';
import { readAll } from '../shared/read.ts';
import { fields } from './fields.ts';
import { hasOrders, poll } from './poll.ts';
import { verify } from './verify.ts';

export const api: OrderSource = {
  id: 'api',
  fields,
  polls: ({ url }) => Boolean(url),
  poll,
  verify,
  /** One order, a list of them, or `{orders: […]}`. */
  parse(body, _settings, desk) {
    const told = Array.isArray(body) ? body : hasOrders(body) ? (object(body).orders as (typeof body)[]) : [body];
    return readAll(told, (order) => desk.read(order));
  },
};
