/** A process of its own that takes in the same thousand orders twice and writes about them, until it is killed or has nothing left to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../adapters/net/clock.ts';
import { orderOf, orderWorld, pigeons } from '../../app/orders/testing.ts';
import type { SendResult } from '../../core/ports.ts';
import { openStore } from '../../stores/sqlite/store.ts';

const [file, url, count] = process.argv.slice(2) as [string, string, string];
const placedAt = Date.now() - 60_000;
const store = openStore(file);
const { channel } = pigeons(systemClock);
/** The platform is in the other process, which outlives this one. */
const posted = async (part: { text: string }): Promise<SendResult> => {
  await fetch(url, { method: 'POST', body: part.text });
  return { ok: true, platformId: part.text };
};
const world = orderWorld({
  ...{ store, clock: systemClock, channel: { ...channel, send: posted as never } },
  outreach: {
    ...{ dailyLimit: 1_000_000, hours: { from: 0, until: 1_440, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] } },
  },
  flow: (_live, msg) => msg.order && `${msg.order.number}/${msg.order.event}`,
});
const orders = Array.from({ length: Number(count) }, (_, n) => orderOf(`K${n}`, `+7701${1_000_000 + n}`, placedAt));
const again = orders.map((order) => ({ ...order, fields: { poll: 'second' } }));
await Promise.all([world.told(orders), world.told(again)]);
for (;;) {
  await sleep(100);
  const open = await store.followUps({ states: ['waiting', 'running'], limit: 1 });
  if (open.length === 0) break;
}
await world.stop();
await store.close();
