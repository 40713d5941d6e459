/**
 * What it costs to ask a shop for orders of which none has changed, in this process: `node orders.ts 10000` tells its parent `{ first, again, longest }`: the CPU
 * of a first round and of one more in milliseconds, and the longest that the second held up anything else. The shop is a server of our JSON, a hundred
 * orders a page.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../adapters/net/clock.ts';
import { loadPhoneBook } from '../adapters/phones/load.ts';
import { createIntake } from '../app/orders/intake.ts';
import { startPolling } from '../app/orders/poll.ts';
import { orderDesk } from '../core/orders/read.ts';
import { api } from '../shops/api/api.ts';
import { openStore } from '../stores/sqlite/store.ts';

const orders = Number(process.argv[2]);
const PAGE = 100;
const log = { debug() {}, info() {}, warn() {}, error() {} };

/** The shop is in this process too; its work is small, for it hands out strings that are made before. */
const pages = Array.from({ length: Math.ceil(orders / PAGE) }, (_, page) =>
  JSON.stringify({
    orders: Array.from({ length: Math.min(PAGE, orders - page * PAGE) }, (__, n) => ({
      number: `K${page * PAGE + n}`,
      state: 'delivered',
      placed_at: '2026-11-01T10:00:00Z',
      changed_at: '2026-11-03T10:00:00Z',
      customer: { name: 'Aigerim', phone: `+7701${1_000_000 + page * PAGE + n}` },
      items: [{ name: 'Kettle', quantity: 1 }],
      total: { amount: '12990.00', currency: 'KZT' },
    })),
    next: page + 1 < Math.ceil(orders / PAGE) ? String(page + 1) : null,
  }),
);
const shop = createServer((request, response) => {
  const page = Number(new URL(request.url ?? '/', 'http://shop').searchParams.get('cursor') ?? 0);
  response.writeHead(200, { 'content-type': 'application/json' }).end(pages[page]);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => shop.once('listening', resolve));

const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-orders-'));
const store = openStore(path.join(folder, 'x.db'));
const book = await loadPhoneBook();
const fields = Object.fromEntries(Object.entries(api.fields).map(([name, field]) => [name, field.default ?? '']));
const source = { ...api, poll: api.poll! };
const settings = { ...fields, url: `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`, shop: 'bench' };
const intake = createIntake({ store, clock: systemClock, log, phoneBook: async () => book, onDue() {} });

async function round(): Promise<number> {
  const before = process.cpuUsage();
  await new Promise<void>((resolve) => {
    const stop = startPolling({
      ...{ store, clock: systemClock, log, intake, source, settings, shop: 'bench', everyMs: 3_600_000 },
      ...{ desk: orderDesk(settings, { now: systemClock.now, readPhone: book.readPhone }), place: 'bench' },
      ...{ accountId: 'bench', timezone: 'UTC', nodeId: 'bench' },
      onState({ look }) {
        if (look !== 'asking') stop().then(resolve);
      },
    });
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
const first = await round();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const again = await round();
delay.disable();
shop.close();
await store.close();
rmSync(folder, { recursive: true });
process.send?.({ first, again, longest: delay.max / 1e6 });
process.stdout.write(process.send ? '' : `${JSON.stringify({ first, again, longest: delay.max / 1e6 })}\n`);
