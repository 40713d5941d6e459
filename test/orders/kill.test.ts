/** A thousand orders, told twice, by processes that are killed in the middle of it: each is written about once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openStore } from '../../stores/sqlite/store.ts';

const ORDERS = 1_000;
const KILLS = 5;

it('E1 each event of a thousand orders once, over polls that overlap and kill -9', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orders-kill-'));
  const file = path.join(folder, 'x.db');
  const arrived: string[] = [];
  const platform = createServer(async (request, response) => {
    arrived.push(await text(request));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  const url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
  const start = (): ChildProcess =>
    spawn(process.execPath, [path.join(import.meta.dirname, 'kill-worker.ts'), file, url, String(ORDERS)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });

  for (let kill = 1; kill <= KILLS; kill++) {
    const before = arrived.length;
    const child = start();
    // In the middle of its work, each time further on.
    while (child.exitCode === null && arrived.length < before + kill * 20) await sleep(5);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  const last = start();
  const [code] = await once(last, 'exit');
  platform.close();
  expect(code).toBe(0);

  const store = openStore(file);
  const followUps = await store.followUps({ limit: 10_000 });
  await store.close();
  rmSync(folder, { recursive: true });
  expect(followUps.length).toBe(ORDERS);
  expect(new Set(arrived).size).toBe(arrived.length);
  // What was on its way when a process died may have arrived, and is never sent again.
  const unknown = followUps.filter(({ state }) => state === 'unknown');
  expect(unknown.length).toBeLessThan(ORDERS / 10);
  // Whether a message was written when its process died is known after a minute, and then its order has its turn.
  const held = followUps.filter(({ state }) => state === 'held');
  expect(held.filter(({ dueAt }) => dueAt! > Date.now() + 61_000)).toEqual([]);
  expect(followUps.filter(({ state }) => state === 'sent').length).toBe(ORDERS - unknown.length - held.length);
  const sent = new Set(arrived);
  expect(followUps.filter(({ id, state }) => state === 'sent' && !sent.has(id.slice('demo/'.length)))).toEqual([]);
});
