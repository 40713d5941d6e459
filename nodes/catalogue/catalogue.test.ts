import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';

let products: object[] = [{ id: 1, name_en: 'Paracetamol 500 mg tablets', category_en: 'Pain' }];
const backend = createServer((_request, response) => {
  if (products.length === 0) response.writeHead(503).end();
  else response.end(JSON.stringify({ page: 1, pages: 1, results: products }));
});

let bot: Dragoman;
beforeAll(async () => {
  await new Promise<void>((listening) => backend.listen(0, '127.0.0.1', listening));
  const { port } = backend.address() as AddressInfo;
  bot = await startDragoman({
    flows: [
      { id: 'write', type: 'dragoman-catalogue', base: 'wholesale', version: 1, wires: [['written']] },
      { id: 'written', type: 'tap' },
      { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
      { id: 'caught', type: 'tap' },
      { id: 'watch', type: 'status', scope: null, wires: [['shown']] },
      { id: 'shown', type: 'tap' },
    ],
    env: { DJANGO_API_URL: `http://127.0.0.1:${port}` },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  backend.close();
});

const shown = () =>
  (bot.runtime.received('shown') as { status?: { text?: string } }[]).map(({ status }) => status?.text);

it('D10 writes what the backend sells into its base, by whatever message, and tells what changed', async () => {
  bot.runtime.inject('write', { payload: 'now', topic: 'kept' });
  expect(await bot.runtime.next('written', 10_000)).toMatchObject({
    topic: 'kept',
    payload: { base: 'wholesale', products: 1, written: ['pain.en.csv'], removed: [] },
  });
  const folder = path.join(bot.engine.dataFolder, 'knowledge', 'wholesale', 'catalogue');
  expect(await readdir(folder)).toEqual(['pain.en.csv']);
  const found = () => bot.engine.knowledge.search('wholesale', 'paracetamol', 1).catch(() => []);
  expect((await bot.until(async () => (await found())[0])).text).toContain('Product number: 1');
  bot.runtime.inject('write', {});
  expect(await bot.runtime.next('written', 10_000)).toMatchObject({ payload: { written: [] } });
  await bot.until(() => shown().includes('files: 1') && shown().includes('nothing new'));
});

it('ends in an error where the backend is away, for a catch node', async () => {
  products = [];
  bot.runtime.inject('write', {});
  expect(await bot.runtime.next('caught', 10_000)).toMatchObject({
    error: { message: expect.stringMatching(/CATALOGUE_FAILED: .*answers 503.*stays as it was/) },
  });
  expect(bot.runtime.received('written')).toEqual([]);
  await bot.until(() => shown().includes('the catalogue could not be read'));
});
