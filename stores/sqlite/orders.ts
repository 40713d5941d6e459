/** Orders of shops, and what was written about them. */
import type { FollowUp, OrderRecord, OrderState } from '../../core/model.ts';
import type { CustomerRecords, OrderRecords, Orders, OutcomeCount } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { Tables } from './tables.ts';

/** What left for its platform, or proved to have; in the words of the index. */
const WRITTEN = "(state = 'sent' or delivered_at is not null)";
/** Newest follow-ups of one customer that are looked at: nobody is written to that often. */
const OF_ONE = 20;

export function orderRecords({ db, orders, followUps, shops, outreach, senders }: Tables): OrderRecords {
  const writtenTo = db.prepare(
    `select * from follow_up where ended_at >= :since and ${WRITTEN} and order_id in (
       with mine as (select id, contact_id from shop_order where told is not null and json_extract(told, '$.customer.phone') = :phone)
       select id from mine union select id from shop_order where contact_id in (select contact_id from mine where contact_id is not null))
     order by ended_at desc limit ${OF_ONE}`,
  );
  return {
    order: orders.get,
    insertOrder: (order) => void orders.insert(order),
    updateOrder: orders.update,
    followUp: followUps.get,
    insertFollowUp: (followUp) => followUps.insert(followUp) !== null,
    updateFollowUp: followUps.update,
    writtenTo: (phone, since) => writtenTo.all({ phone, since }).map((row): FollowUp => followUps.read(row)),
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

/** Up to so many orders are looked up one by one; among more, the newest are soon met. */
const FEW = 5_000;

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
  const outcomes = db.prepare(
    `select account_id, event, experiment, variant, count(*) as sent, count(delivered_at) as delivered, count(read_at) as read,
       count(replied_at) as replied, count(opted_out_at) as opted_out, count(ordered_again_at) as ordered_again
     from follow_up where ended_at >= ? and ${WRITTEN} group by 1, 2, 3, 4`,
  );
  const generations = db.prepare(
    `select count(*) filter (where generation = 'hit') as hits, count(*) filter (where generation = 'miss') as misses
     from follow_up where generation is not null and (ended_at is null or ended_at >= ?)`,
  );
  // An id is `shop/number`, and 0 comes next to the slash.
  const orderCounts = db.prepare(
    `select told ->> '$.state' as state, told ->> '$.total.amount' as amount, told ->> '$.total.currency' as currency, count(*) as count
     from shop_order where id > ? and id < ? and shop = ? group by 1, 2, 3`,
  );
  const few = db.prepare(
    'select count(*) < :few as yes from (select 1 from follow_up where state in (select value from json_each(:states)) limit :few)',
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
    async orders({ shop, number, faulty, became, limit, before = Number.MAX_SAFE_INTEGER, beforeId }) {
      catchUp();
      const where = [beforeId === undefined ? 'changed_at < ?' : '(changed_at, id) < (?, ?)'];
      if (faulty) where.push('(fault is not null or omitted is not null)');
      const values: (string | number)[] = beforeId === undefined ? [before] : [before, beforeId];
      if (shop !== undefined) {
        where.push('shop = ?');
        values.push(shop);
      }
      if (number !== undefined) {
        where.push('number = ?');
        values.push(number);
      }
      if (became) {
        const states = JSON.stringify(became);
        const ofThese = 'state in (select value from json_each(?))';
        where.push(
          few.get({ few: FEW, states })!.yes === 1
            ? `id in (select order_id from follow_up where ${ofThese})`
            : `exists (select 1 from follow_up where order_id = shop_order.id and ${ofThese})`,
        );
        values.push(states);
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
    async followUps({ states, rule, limit, before = Number.MAX_SAFE_INTEGER, beforeId }) {
      catchUp();
      const where = [beforeId === undefined ? 'at < ?' : '(at, id) < (?, ?)'];
      if (states) where.push(`state in (${states.map((state) => `'${state}'`).join()})`);
      if (rule !== undefined) where.push('rule = ?');
      const values = [before, beforeId, rule].filter((value) => value !== undefined);
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
    async generationCounts(since) {
      catchUp();
      return { ...(generations.get(since) as { hits: number; misses: number }) };
    },
    async followUpCounts(since) {
      catchUp();
      return counts.all(since).map((row) => {
        const { account_id, event, state, rule, variant, count } = row as unknown as CountRow;
        return { accountId: account_id, event, state, rule: rule ?? undefined, variant: variant ?? undefined, count };
      });
    },
    async outcomeCounts(since) {
      catchUp();
      return outcomes.all(since).map((row) => {
        const { account_id, experiment, variant, opted_out, ordered_again, ...same } = row as unknown as OutcomeRow;
        return {
          ...same,
          accountId: account_id,
          experiment: experiment ?? undefined,
          variant: variant ?? undefined,
          optedOut: opted_out,
          orderedAgain: ordered_again,
        };
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

interface OutcomeRow extends Pick<OutcomeCount, 'event' | 'sent' | 'delivered' | 'read' | 'replied'> {
  account_id: string;
  experiment: string | null;
  variant: string | null;
  opted_out: number;
  ordered_again: number;
}

interface CountRow {
  account_id: string;
  event: FollowUp['event'];
  state: FollowUp['state'];
  rule: string | null;
  variant: string | null;
  count: number;
}
