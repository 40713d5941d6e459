import { expect, it } from 'vitest';
import type { OrderRecord } from '../core/model.ts';
import type { ToolContext } from '../core/ports.ts';
import { orderOf } from '../test/support/orders.ts';
import { run } from './list_customer_orders.ts';

const record = { told: orderOf({ number: 'A-7' }) } as OrderRecord;
const asks = (contactId: string | null, found: OrderRecord[]) => {
  const asked: unknown[] = [];
  const records = {
    async ordersOf(customer: unknown) {
      asked.push(customer);
      return found;
    },
  };
  const context = { contactId, phoneFrom: '+34600111222', records } as unknown as ToolContext;
  return run({}, context).then((answer) => ({ answer, asked }));
};

it('tells the customer’s own orders, and neither his number nor his name', async () => {
  const { answer, asked } = await asks('c1', [record]);
  expect(asked).toEqual([{ contactId: 'c1', phone: '+34600111222' }]);
  expect(answer).toMatchObject({ orders: [{ number: 'A-7', state: record.told!.state, items: expect.any(Array) }] });
  const { phone, name } = record.told!.customer;
  expect(JSON.stringify(answer)).not.toContain(phone);
  expect(name && JSON.stringify(answer).includes(name)).toBeFalsy();
});

it('tells nothing of an order that could not be read, nor where nobody is known', async () => {
  expect((await asks('c1', [{ ...record, told: null }])).answer).toEqual({ orders: [] });
  expect(await asks(null, [record])).toEqual({ answer: { orders: [] }, asked: [] });
});
