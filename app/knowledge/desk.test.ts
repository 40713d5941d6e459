/** On a real index, a real folder and a real store. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../adapters/knowledge/folder.ts';
import { startKnowledge } from '../../adapters/knowledge/thread.ts';
import { systemClock } from '../../adapters/net/clock.ts';
import { questionOf, T0 } from '../../contracts/store/events.ts';
import type { Store } from '../../core/ports.ts';
import { createExtractive } from '../../providers/extractive/extractive.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { createKnowledgeDesk, type KnowledgeDesk } from './desk.ts';

const quiet = () => {};
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let root: string;
let store: Store;
let knowledge: ReturnType<typeof startKnowledge>;
let desk: KnowledgeDesk;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'desk-'));
  const files = path.join(root, 'knowledge');
  await mkdir(path.join(files, 'shop'), { recursive: true });
  await writeFile(path.join(files, 'shop', 'returns.en.md'), '# Returns\n\nSend an item back within 14 days.\n');
  await writeFile(path.join(files, 'shop', 'old.xls'), 'x');
  store = openStore(path.join(root, 'd.db'));
  knowledge = startKnowledge({ file: path.join(root, 'k.db'), folder: files, embedder: undefined, log });
  const folder = openFolder(files);
  desk = createKnowledgeDesk({ store, knowledge, folder, clock: systemClock, quoting: createExtractive });
  await knowledge.looked();
});
afterEach(async () => {
  await knowledge.stop();
  await store.close();
  await rm(root, { recursive: true });
});

const ask = (id: string, text: string, at = T0) => store.noteQuestion({ ...questionOf(id, `c-${id}`, at), text });

it('shows bases and files, and what a new file was made of', async () => {
  expect(await desk.bases()).toMatchObject([{ name: 'shop', files: 2, passages: 1, unread: 1 }]);
  const [old, returns] = await desk.files('shop');
  expect(old).toMatchObject({ name: 'old.xls', state: 'ignored', passages: 0 });
  expect(returns).toMatchObject({ name: 'returns.en.md', state: 'read', passages: 1, notes: [] });
  expect(await desk.write('help', 'a.md', Buffer.from('# A\n\nOne.\n\n# B\n\nTwo.'))).toMatchObject({
    ...{ name: 'a.md', state: 'read', passages: 2 },
  });
  expect(await desk.write('help', 'b.docx', Buffer.from('no Word file'))).toMatchObject({
    ...{ state: 'failed', passages: 0, error: expect.any(String) },
  });
  expect(await desk.write('help', 'c.txt', Buffer.from(' '))).toMatchObject({ state: 'empty' });
  expect((await desk.bases())[0]).toMatchObject({ name: 'help', files: 3, passages: 2, unread: 2 });
  await desk.remove('help', 'a.md');
  expect((await desk.files('help')).map(({ name }) => name)).toEqual(['b.docx', 'c.txt']);
  await expect(desk.write('../x', 'a.md', Buffer.from('x'))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

it('tells what is found and why, and what would be quoted without a model', async () => {
  const { found, quoted } = await desk.search('shop', 'How can I return items?');
  expect(found[0]).toMatchObject({ source: 'returns.en.md', language: 'en', score: expect.any(Number) });
  expect(found[0]!.title).toEqual([{ text: 'Returns', hit: true }]);
  expect(found[0]!.text.filter(({ hit }) => hit).map(({ text }) => text)).toEqual(['item']);
  expect(quoted).toBe('Send an item back within 14 days.');
  expect(await desk.search('shop', 'Do you sell submarines?')).toEqual({ found: [], quoted: null });
  await expect(desk.search('none', 'x')).rejects.toMatchObject({ code: 'KNOWLEDGE_MISSING' });
});

describe('what nobody could answer', () => {
  beforeEach(async () => {
    await ask('q1', 'Do you ship to Norway, I am [NAME_1]?', T0);
    await ask('q2', 'shipping to norway?', T0 + 1);
    await ask('q3', 'vegan shoes', T0 + 2);
  });

  it('is grouped, with other wordings and a title that names nobody', async () => {
    const { groups, more } = await desk.questions();
    expect(more).toBe(false);
    expect(groups).toMatchObject([
      {
        ...{
          id: 'q1',
          base: 'shop',
          text: 'shipping to norway?',
          count: 2,
          why: { text: 2 },
          lastAt: T0 + 1,
          firstAt: T0,
        },
        ...{ others: ['Do you ship to Norway, I am [NAME_1]?'], title: 'shipping to norway?', conversationId: 'c-q2' },
      },
      { id: 'q3', count: 1, others: [] },
    ]);
  });

  it('becomes a file with its answer, is found then, and is off the list', async () => {
    const answer = { base: 'shop', title: '# Shipping to\nNorway ', text: 'Yes, in five days.\n', language: 'en' };
    expect(await desk.answer({ ...answer, question: 'q1' })).toEqual({
      ...{ file: 'answers/shipping-to-norway.en.md', place: 1 },
    });
    const file = path.join(root, 'knowledge/shop/answers/shipping-to-norway.en.md');
    expect(await readFile(file, 'utf8')).toBe('# Shipping to Norway\n\nYes, in five days.\n');
    expect((await desk.questions()).groups.map(({ id }) => id)).toEqual(['q3']);
    expect((await desk.search('shop', 'shipping to Norway')).quoted).toBe('Yes, in five days.');
    await expect(desk.answer({ ...answer, question: 'q1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Another answer under the same title has a file of its own.
    expect((await desk.answer(answer)).file).toBe('answers/shipping-to-norway-2.en.md');
    const words = { base: 'shop', title: '¿?', text: 'x', language: '' };
    expect((await desk.answer(words)).file).toBe('answers/answer.md');
    await expect(desk.answer({ ...words, title: ' # ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('stays on the list where the file cannot be written', async () => {
    const answer = { base: '../out', question: 'q3', title: 'Vegan shoes', text: 'Yes.', language: '' };
    await expect(desk.answer(answer)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect((await desk.questions()).groups).toHaveLength(2);
  });

  it('is taken off the list where nobody needs it', async () => {
    await desk.dismiss('q1');
    expect((await desk.questions()).groups.map(({ id }) => id)).toEqual(['q3']);
    await expect(desk.dismiss('q1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('counts what was quoted in the last days', async () => {
  const now = Date.now();
  const quoted = { base: 'shop', source: 'returns.en.md', title: 'Returns', count: 1, at: now };
  await store.addQuotes([quoted, { ...quoted, title: 'Hours', count: 5, at: now - 10 * 86_400_000 }]);
  expect((await desk.quoted(7)).map(({ title }) => title)).toEqual(['Returns']);
  expect((await desk.quoted(30)).map(({ title }) => title)).toEqual(['Hours', 'Returns']);
});
