/** Orders of shops, and what was written about them. */
import type { FollowUp, OrderRecord, OrderState } from '../../core/model.ts';
import type { CustomerRecords, OrderRecords, Orders } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { Tables } from './tables.ts';

export function orderRecords({ orders, followUps, shops, outreach, senders }: Tables): OrderRecords {
  return {
    order: orders.get,
    insertOrder: (order) => void orders.insert(order),
    updateOrder: orders.update,
    followUp: followUps.get,
    insertFollowUp: (followUp) => followUps.insert(followUp) !== null,
    updateFollowUp: followUps.update,
    shop: shops.get,
    putShop(shop) {
      if (!shops.insert(shop)) shops.update(shop.id, shop);
    },
    outreach: outreach.get,
    putOutreach(record) {
      if (!outreach.insert(record)) outreach.update(record.id, record);
    },
    sender: senders.get,
    putSender(sender) {
      if (!senders.insert(sender)) senders.update(sender.id, sender);
    },
  };
}

export function orderStore(
  { db, orders, followUps }: Tables,
  catchUp: Committer['catchUp'],
): Orders & Pick<CustomerRecords, 'ordersOf'> {
  const digests = db.prepare('select id, digest from shop_order where id in (select value from json_each(?))');
  const ofCustomer = db.prepare(
    `select * from shop_order where contact_id = :contactId
       or (told is not null and json_extract(told, '$.customer.phone') = :phone) order by changed_at desc, id desc limit :limit`,
  );
  const due = db.prepare('select * from follow_up where account_id = ? and due_at <= ? order by due_at, id limit ?');
  const counts = db.prepare(
    'select account_id, event, state, rule, variant, count(*) as count from follow_up where ended_at is null or ended_at >= ? group by 1, 2, 3, 4, 5',
  );
  // An id is `shop/number`, and 0 comes next to the slash.
  const orderCounts = db.prepare(
    `select told ->> '$.state' as state, told ->> '$.total.amount' as amount, told ->> '$.total.currency' as currency, count(*) as count
     from shop_order where id > ? and id < ? and shop = ? group by 1, 2, 3`,
  );
  const next = db.prepare('select min(due_at) as at from follow_up where account_id = ? and due_at > ?');

  return {
    async order(id) {
      catchUp();
      return orders.get(id);
    },
    async digests(ids) {
      catchUp();
      const rows = digests.all(JSON.stringify(ids)) as { id: string; digest: string }[];
      return new Map(rows.map(({ id, digest }) => [id, digest]));
    },
    async orders({ shop, number, faulty, limit, before = Number.MAX_SAFE_INTEGER, beforeId }) {
      catchUp();
      const where = [beforeId === undefined ? 'changed_at < ?' : '(changed_at, id) < (?, ?)'];
      if (faulty) where.push('fault is not null');
      const values: (string | number)[] = beforeId === undefined ? [before] : [before, beforeId];
      if (shop !== undefined) {
        where.push('shop = ?');
        values.push(shop);
      }
      if (number !== undefined) {
        where.push('number = ?');
        values.push(number);
      }
      return db
        .prepare(`select * from shop_order where ${where.join(' and ')} order by changed_at desc, id desc limit ?`)
        .all(...values, limit)
        .map((row): OrderRecord => orders.read(row));
    },
    async orderCounts(shop) {
      catchUp();
      return orderCounts.all(`${shop}/`, `${shop}0`, shop).map((row) => {
        const { state, amount, currency, count } = row as unknown as OrderCountRow;
        return { state, total: amount === null || currency === null ? null : { amount, currency }, count };
      });
    },
    async ordersOf({ contactId, phone = '' }, limit) {
      catchUp();
      return ofCustomer.all({ contactId, phone, limit }).map((row): OrderRecord => orders.read(row));
    },
    async followUp(id) {
      catchUp();
      return followUps.get(id);
    },
    async followUps({ states, limit, before = Number.MAX_SAFE_INTEGER, beforeId }) {
      catchUp();
      const where = [beforeId === undefined ? 'at < ?' : '(at, id) < (?, ?)'];
      if (states) where.push(`state in (${states.map((state) => `'${state}'`).join()})`);
      const values = beforeId === undefined ? [before] : [before, beforeId];
      return db
        .prepare(`select * from follow_up where ${where.join(' and ')} order by at desc, id desc limit ?`)
        .all(...values, limit)
        .map((row): FollowUp => followUps.read(row));
    },
    async dueFollowUps(accountId, now, limit) {
      catchUp();
      return due.all(accountId, now, limit).map((row): FollowUp => followUps.read(row));
    },
    async nextFollowUp(accountId, now) {
      catchUp();
      return (next.get(accountId, now) as { at: number | null }).at;
    },
    async followUpCounts(since) {
      catchUp();
      return counts.all(since).map((row) => {
        const { account_id, event, state, rule, variant, count } = row as unknown as CountRow;
        return { accountId: account_id, event, state, rule: rule ?? undefined, variant: variant ?? undefined, count };
      });
    },
  };
}

interface OrderCountRow {
  state: OrderState | null;
  amount: string | null;
  currency: string | null;
  count: number;
}

interface CountRow {
  account_id: string;
  event: FollowUp['event'];
  state: FollowUp['state'];
  rule: string | null;
  variant: string | null;
  count: number;
}
