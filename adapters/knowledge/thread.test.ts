import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Embedder } from '../../core/ports.ts';
import { type BaseState, type KnowledgeKept, startKnowledge } from './thread.ts';

const lines: string[] = [];
const add = (line: string) => void lines.push(line);
const log = { debug: add, info: add, warn: add, error: add };
let folder: string;
let knowledge: KnowledgeKept | undefined;

beforeEach(async () => {
  lines.length = 0;
  folder = await mkdtemp(path.join(tmpdir(), 'kept-'));
});
afterEach(async () => {
  await knowledge?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function write(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, 'files', file)), { recursive: true });
  await writeFile(path.join(folder, 'files', file), content);
}

function start(options: { embedder?: Embedder; file?: string } = {}): KnowledgeKept {
  const { embedder, file = 'data/knowledge.db' } = options;
  knowledge = startKnowledge({ file: path.join(folder, file), folder: path.join(folder, 'files'), embedder, log });
  return knowledge;
}

const titles = async (question: string, base = 'help') =>
  (await knowledge!.search(base, question, 3)).map(({ title }) => title);
const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

it('finds what the files say, follows them, and names a base that is not there', async () => {
  await write('help/a.md', '# Hours\n\nOpen at nine.');
  start();
  await until(async () => expect(await titles('open hours')).toEqual(['Hours']));
  await write('help/b.html', '<h1>Parking</h1><p>Behind the house.</p>');
  await until(async () => expect(await titles('parking')).toEqual(['Parking']));
  expect(await knowledge!.bases()).toEqual(['help']);
  await expect(titles('hours', 'shop')).rejects.toMatchObject({
    code: 'KNOWLEDGE_MISSING',
    message: expect.stringContaining('"shop"'),
  });
  expect(lines).toContain('Knowledge indexed: 1 file new or changed, 0 removed.');
});

it('picks up a folder that is made later', async () => {
  start();
  await until(() => expect(lines.join()).toContain('KNOWLEDGE_UNREADABLE'));
  await write('help/a.md', '# Hours\n\nOpen at nine.');
  await until(async () => expect(await titles('open hours')).toEqual(['Hours']));
});

it('asks the embedder of this thread, and goes on by text where it fails', async () => {
  await write('help/a.md', '# Hours\n\nOpen at nine.');
  const embed = vi.fn(async (texts: string[]) => texts.map(() => Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0)));
  start({ embedder: { model: 'test', embed } });
  await until(async () => expect(await titles('something else altogether')).toEqual(['Hours']));
  expect(embed.mock.calls.flatMap(([texts]) => texts)).toContain('Hours\nOpen at nine.');
  embed.mockRejectedValue(new Error('Out of order.'));
  expect(await titles('open hours')).toEqual(['Hours']);
  expect(lines.join()).toContain('Out of order.');
});

it('keeps this thread free, and answers while it indexes', async () => {
  await write('help/a.md', '# Hours\n\nOpen at nine.');
  start();
  await until(async () => expect(await titles('open hours')).toEqual(['Hours']));
  const rows = Array.from({ length: 20_000 }, (_, n) => `Part ${n},${n} euros,for the engine of series ${n % 97}`);
  await write('help/parts.csv', `Part,Price,Note\n${rows.join('\n')}\n`);
  await until(() => expect(lines.some((line) => line.includes('parts.csv is being read: '))).toBe(true));
  expect(await titles('open hours')).toContain('Hours');
  await until(async () => expect(await titles('part 19999 price')).toContain('Part 19999'));
}, 60_000);

it('tells how far a base is read, how much it has, and that there is none', async () => {
  const rows = Array.from({ length: 6_000 }, (_, n) => `Part ${n},${n} euros,for the engine of series ${n % 97}`);
  await write('help/a.md', '# Hours\n\nOpen at nine.');
  await write('help/parts.csv', `Part,Price,Note\n${rows.join('\n')}\n`);
  start();
  const told: BaseState[] = [];
  const other: BaseState[] = [];
  const stop = knowledge!.follow('help', (state) => void told.push(state));
  knowledge!.follow('hlep', (state) => void other.push(state));
  await until(() => expect(told.at(-1)).toEqual({ kind: 'ready', passages: 6_001 }));
  expect(told[0]).toBeUndefined();
  expect(told).toContainEqual({ kind: 'reading', file: 1, of: 2 });
  const percents = told.flatMap((state) => (state?.kind === 'reading' ? (state.percent ?? []) : []));
  expect(percents.length).toBeGreaterThan(10);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(other.at(-1)).toEqual({ kind: 'missing' });
  stop();
  const count = told.length;
  await rm(path.join(folder, 'files/help/parts.csv'));
  await write('hlep/a.md', '# Hours\n\nOpen at ten.');
  await until(() => expect(other.at(-1)).toEqual({ kind: 'ready', passages: 1 }));
  expect(told).toHaveLength(count);
  knowledge!.follow('help', (state) => void told.push(state));
  expect(told.at(-1)).toEqual({ kind: 'ready', passages: 1 });
}, 60_000);

it('tells that a base is read before a search that waited for it is answered, and nothing more while it stays so', async () => {
  await write('help/a.md', '# Hours\n\nOpen at nine.');
  start();
  const told: unknown[] = [];
  knowledge!.follow('help', (state) => void told.push(state));
  told.push(await titles('open hours'));
  expect(told.slice(-2)).toEqual([{ kind: 'ready', passages: 1 }, ['Hours']]);
  const count = told.length;
  await write('other/a.md', '# Hours\n\nOpen at ten.');
  await knowledge!.looked();
  expect(knowledge!.state('other')).toEqual({ kind: 'ready', passages: 1 });
  expect(told).toHaveLength(count);
}, 60_000);

it('says why it cannot be searched where the index cannot be made', async () => {
  await writeFile(path.join(folder, 'data'), 'A file where a folder should be.');
  start();
  await expect(titles('hours')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(lines.join()).toContain('The knowledge index cannot be read or written.');
});

it('says what was made of each file, and what could not be read and why', async () => {
  await write('help/a.md', '# Hours\n\nOpen at nine.');
  await write('help/broken.docx', 'no Word file');
  await write('help/nothing.md', '');
  await write('help/list.csv', 'name;price\nA;1\n"B;2');
  start();
  await knowledge!.looked();
  expect(await knowledge!.files('help')).toEqual([
    { source: 'a.md', passages: 1, notes: [] },
    expect.objectContaining({ source: 'list.csv', notes: [expect.any(String)] }),
    { source: 'broken.docx', passages: 0, notes: [], error: expect.any(String) },
    { source: 'nothing.md', passages: 0, notes: [] },
  ]);
  expect(knowledge!.state('help')).toMatchObject({ kind: 'ready' });
  expect(await knowledge!.passages('help', 'a.md')).toEqual([{ title: 'Hours', text: 'Open at nine.' }]);
  expect((await knowledge!.explain('help', 'opening hours', 3))[0]!.words).toContainEqual(
    expect.objectContaining({ word: 'hours', found: 'hours' }),
  );
  // What it said before stays, with the reason why it is no newer.
  await write('help/a.md', '\u0000\u0001'.repeat(50));
  await rm(path.join(folder, 'files/help/broken.docx'));
  await write('help/a.docx', 'no Word file either');
  await knowledge!.looked();
  const sources = (await knowledge!.files('help')).map(({ source, error }) => [source, error !== undefined]);
  expect(sources).toContainEqual(['a.docx', true]);
  expect(sources).not.toContainEqual(['broken.docx', true]);
});
