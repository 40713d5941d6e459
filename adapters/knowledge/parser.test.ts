import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { createParser } from './parser.ts';
import { pdfOf } from './pdf/pdf-testing.ts';

const parser = createParser();
afterAll(() => parser.rest());
const told: string[] = [];
const parse = (file: string, content: string) => parser.parse(file, Buffer.from(content), (what) => told.push(what));

it('reads files in a thread, again after a rest', async () => {
  expect(await parse('a.es.md', '# Horas\n\nA las nueve.')).toEqual([
    { title: 'Horas', text: 'A las nueve.', language: 'es' },
  ]);
  await parser.rest();
  expect(await parse('a.csv', 'Plan,Price\nTurbo,39\n"Basic,9\n')).toEqual([
    { title: 'Turbo', text: 'Plan: Turbo\nPrice: 39' },
  ]);
  expect(told).toEqual(['line 3 was left out, its quotation mark does not close.']);
});

it('brings over what cannot be read, and goes on', async () => {
  await expect(parse('a.csv', 'Plan,Price\n"Turbo,39\n')).rejects.toThrow('line 2');
  expect(await parse('a.txt', 'Works.')).toHaveLength(1);
});

it('reads a page whose tags nobody closed', async () => {
  expect(await parse('deep.html', `<p>Hours<font>${'<span>'.repeat(5000)}Nine.`)).toHaveLength(1);
});

it('tells of a page that goes too deep, and goes on', async () => {
  await expect(parse('deep.html', `${'<div>'.repeat(30_000)}Nine.`)).rejects.toThrow('10000 deep');
  expect(await parse('a.txt', 'Works.')).toHaveLength(1);
});

it('survives a file that takes all memory', async () => {
  const small = createParser({ maxOldGenerationSizeMb: 24 });
  const page = '<p>Word <b>word</b></p>'.repeat(40_000);
  await expect(small.parse('big.html', Buffer.from(page), () => {})).rejects.toThrow('memory');
  expect(await small.parse('a.txt', Buffer.from('Works.'), () => {})).toHaveLength(1);
  await small.rest();
});

it('gives up a file that unpacks to more than there is room for', async () => {
  const small = createParser(undefined, 100_000_000);
  const page = deflateSync(Buffer.alloc(1_500_000_000, ' '), { level: 1 }).toString('latin1');
  const swelling = pdfOf([page], '', '/Filter /FlateDecode');
  await expect(small.parse('big.pdf', swelling, () => {})).rejects.toThrow('too much memory');
  expect(await small.parse('a.txt', Buffer.from('Works.'), () => {})).toHaveLength(1);
  await small.rest();
});

it.each(['tarifas.es.pdf', 'tienda.es.docx'])('reads %s in the thread', async (file) => {
  const content = await readFile(path.join(import.meta.dirname, 'fixtures', file));
  expect((await parser.parse(file, content, () => {})).length).toBeGreaterThan(4);
});
