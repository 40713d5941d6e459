/** What a turn about an order knows of it, and what its flow sees. */
import type { FollowUp, Money, Order, OrderEvent, OrderItem } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';

/** What a flow sees as `msg.order`: plain JSON, no address. */
export interface OrderView {
  shop: string;
  number: string;
  event: OrderEvent;
  state: Order['state'];
  placedAt: number;
  /** Absent where the shop does not tell. */
  changedAt?: number;
  name: string;
  items: OrderItem[];
  total?: Money;
  fields: Record<string, string>;
}

export interface About {
  followUp: FollowUp;
  order: Order;
  /** The node at which its turns begin. */
  nodeId: string;
  view: OrderView;
}

/** Undefined where the order is not known any more. */
export async function aboutOrder(store: Pick<Store, 'order' | 'followUp'>, id: string): Promise<About | undefined> {
  const followUp = await store.followUp(id);
  const order = followUp && (await store.order(followUp.orderId))?.told;
  if (!followUp || !order) return undefined;
  const { shop, number, state, placedAt, changedAt, items, total, fields, customer } = order;
  const view: OrderView = {
    ...{
      shop,
      number,
      event: followUp.event,
      state,
      placedAt,
      changedAt,
      name: customer.name ?? '',
      items,
      total,
      fields,
    },
  };
  return { followUp, order, nodeId: followUp.nodeId, view: JSON.parse(JSON.stringify(view)) };
}
