/** Against a backend of real HTTP. Row D10. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { replaceFiles } from '../../adapters/files/replace.ts';
import { createHttp } from '../../adapters/net/http-client.ts';
import { createCatalogue } from './catalogue.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answer: Answer;
const asked: { url: string; key: unknown }[] = [];
const backend = createServer((request, response) => {
  asked.push({ url: request.url!, key: request.headers['x-api-key'] });
  answer(request, response);
});
const http = createHttp();
let url: string;
const folder = mkdtempSync(path.join(tmpdir(), 'catalogue-'));
const onWritten = vi.fn();
const catalogue = createCatalogue({
  ...{ http, replaceFiles, onWritten, knowledgeFolder: folder },
  ownAddress: () => url,
});

beforeAll(async () => {
  await new Promise<void>((listening) => backend.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await http.close();
  backend.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked.length = 0;
  onWritten.mockClear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const base of readdirSync(folder)) rmSync(path.join(folder, base), { recursive: true });
});

const product = (id: number, more: object = {}) => ({
  id,
  name_en: `Drug ${id}`,
  category_en: `Kind ${id % 3}`,
  ...more,
});

/** Two a page. */
function sells(products: object[], etagOf: (page: number) => string = () => '"1"'): Answer {
  return (request, response) => {
    const page = Number(new URL(request.url!, url).searchParams.get('page'));
    const pages = Math.max(1, Math.ceil(products.length / 2));
    response.setHeader('etag', etagOf(page));
    response.end(JSON.stringify({ page, pages, results: products.slice(page * 2 - 2, page * 2) }));
  };
}
const says =
  (status: number, body: string): Answer =>
  (_request, response) =>
    response.writeHead(status).end(body);

const inBase = (base = 'pharmacy') => path.join(folder, base, 'catalogue');
const texts = () =>
  Object.fromEntries(readdirSync(inBase()).map((name) => [name, readFileSync(path.join(inBase(), name), 'utf8')]));

it('D10 writes all pages, then only what changed, and takes away what is gone', async () => {
  answer = sells([1, 2, 3, 4, 5].map((id) => product(id)));
  expect(await catalogue.export()).toEqual({
    ...{ base: 'pharmacy', products: 5, removed: [] },
    written: ['kind-1.en.csv', 'kind-2.en.csv', 'kind-0.en.csv'],
  });
  expect(asked.map((each) => each.url)).toEqual([1, 2, 3].map((page) => `/market/ai/catalogue/?page=${page}`));
  const before = texts();
  expect(await catalogue.export('pharmacy')).toMatchObject({ products: 5, written: [], removed: [] });
  expect(onWritten).toHaveBeenCalledTimes(1);
  answer = sells([product(1), product(2, { price: 7 }), product(4), product(5)]);
  expect(await catalogue.export()).toMatchObject({ written: ['kind-2.en.csv'], removed: ['kind-0.en.csv'] });
  expect(texts()).toMatchObject({ 'kind-1.en.csv': before['kind-1.en.csv'] });
  expect(onWritten).toHaveBeenCalledTimes(2);
});

it.each([
  ['refuses the key', says(401, '{}'), /refuses the key \(401\).*AI_AGENT_API_KEY/],
  ['fails', says(500, 'Traceback'), /answers 500/],
  ['has no such page', says(404, 'Cannot GET'), /answers 404/],
  ['answers with a page for people', says(200, '<html>'), /no page of a catalogue/],
  ['answers with other JSON', says(200, '{"results": "none"}'), /no page of a catalogue/],
  ['breaks off', (request: IncomingMessage) => void request.socket.destroy(), /cannot be asked/],
  ['has nothing', sells([]), /has no product/],
  [
    'changes all the time',
    sells([product(1), product(2), product(3)], (page) => `"${asked.length}-${page}"`),
    /changes/,
  ],
])('D10 where the backend %s, the files stay and the error says so', async (_name, faulty: Answer, message) => {
  answer = sells([product(1)]);
  await catalogue.export();
  const before = texts();
  answer = faulty;
  const error = await catalogue.export().catch((thrown) => thrown);
  expect(error).toMatchObject({ name: 'DragomanError', code: 'CATALOGUE_FAILED' });
  expect(`${error.message} ${error.action}`).toMatch(message);
  expect(error.message).toContain('The knowledge stays as it was.');
  expect(texts()).toEqual(before);
});

it('begins anew where the catalogue changed while it was read', async () => {
  const products = [product(1), product(2), product(3)];
  answer = (request, response) => sells(products, () => (asked.length < 2 ? '"old"' : '"new"'))(request, response);
  expect(await catalogue.export()).toMatchObject({ products: 3 });
  expect(asked).toHaveLength(4);
});

it('asks whom DJANGO_API_URL names, with that one’s key and no other', async () => {
  answer = sells([product(1)]);
  vi.stubEnv('AI_AGENT_API_KEY', 'key-of-the-demo');
  await catalogue.export();
  vi.stubEnv('DJANGO_API_URL', `${url}/backend/`);
  await catalogue.export();
  vi.stubEnv('DJANGO_API_KEY', 'key-of-django');
  await catalogue.export();
  expect(asked).toEqual([
    { url: '/market/ai/catalogue/?page=1', key: 'key-of-the-demo' },
    { url: '/backend/market/ai/catalogue/?page=1', key: undefined },
    { url: '/backend/market/ai/catalogue/?page=1', key: 'key-of-django' },
  ]);
  vi.stubEnv('DJANGO_API_URL', 'web:8000');
  await expect(catalogue.export()).rejects.toMatchObject({ code: 'SETTING_INVALID' });
  vi.stubEnv('DJANGO_API_URL', 'http://127.0.0.1:9');
  await expect(catalogue.export()).rejects.toMatchObject({ message: expect.stringMatching(/DJANGO_API_URL.*reached/) });
});

it('writes into no folder but that of a base, one run at a time', async () => {
  answer = sells([product(1)]);
  for (const base of ['..', '../x', 'a/b', '.hidden', 'x'.repeat(99), ' '])
    await expect(catalogue.export(base)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(asked).toEqual([]);
  const runs = await Promise.all(['pharmacy', 'صيدلية', 'pharmacy'].map((base) => catalogue.export(base)));
  expect(runs.map(({ written }) => written.length)).toEqual([1, 1, 0]);
  expect(readdirSync(inBase('صيدلية'))).toEqual(['kind-1.en.csv']);
});

it('says where its files cannot be written', async () => {
  answer = sells([product(1)]);
  writeFileSync(path.join(folder, 'pharmacy'), 'a file where a folder should be');
  await expect(catalogue.export()).rejects.toMatchObject({
    code: 'CATALOGUE_FAILED',
    message: expect.stringMatching(/ENOTDIR|EEXIST/),
  });
});
