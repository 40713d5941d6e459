/** What a shop told of the orders of the customer who asks, and of nobody else's. */
import type { JsonObject } from '../core/model.ts';
import type { Tool, ToolModule } from '../core/ports.ts';

const MOST = 5;

export const schema: ToolModule['schema'] = {
  name: 'list_customer_orders',
  description:
    'Lists the newest orders of the customer you talk to: number, state, date, items, total. Call it when they ask about their order, delivery or purchase. Say nothing of an order that it does not list.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  sideEffect: false,
};

export const run: Tool['run'] = async (_args, { contactId, phoneFrom, records }) => {
  if (!contactId) return { orders: [] };
  const found = await records.ordersOf({ contactId, phone: phoneFrom }, MOST);
  const orders = found.flatMap(({ told }): JsonObject[] => {
    if (!told) return [];
    const { number, state, placedAt, changedAt, total, fields } = told;
    const items = told.items.map(({ name, quantity }) => ({ name, quantity }));
    const order: JsonObject = { number, state, placed: day(placedAt), items, fields };
    if (changedAt !== undefined) order.changed = day(changedAt);
    if (total) order.total = { ...total };
    return [order];
  });
  return { orders };
};

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
