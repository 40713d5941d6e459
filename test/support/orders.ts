/** Orders for tests. */
import type { Order } from '../../core/model/order.ts';

/** 20 November 2026, 22:30 in UTC: the 21st already in Almaty. */
export const PLACED = Date.UTC(2026, 10, 20, 22, 30);

export function orderOf({
  customer,
  ...more
}: Partial<Omit<Order, 'customer'>> & { customer?: Partial<Order['customer']> } = {}): Order {
  return {
    shop: 'Casa Norte',
    number: 'A-1002',
    state: 'placed',
    placedAt: PLACED,
    changedAt: PLACED,
    customer: { name: 'Ana', phone: '+34600111222', ...customer },
    items: [
      { name: 'Camiseta azul', quantity: 2 },
      { name: 'Taza', quantity: 1 },
    ],
    total: { amount: '1234.50', currency: 'EUR' },
    fields: {},
    ...more,
  };
}
