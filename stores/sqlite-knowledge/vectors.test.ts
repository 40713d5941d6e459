import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Embedder, Logger, PassageInput } from '../../core/ports.ts';
import { normalise, trigrams } from '../../core/text/words.ts';
import { openKnowledge } from './knowledge.ts';

const opened: { close(): void }[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function logger(): Logger & { lines: string[] } {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  return { lines, debug: add, info: add, warn: add, error: add };
}

function open(options: { file?: string; embedder?: Embedder; log?: Logger } = {}) {
  const { file = ':memory:', embedder, log = logger() } = options;
  const knowledge = openKnowledge(file, { embedder, log });
  opened.push(knowledge);
  return knowledge;
}

function newFile(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'knowledge-')));
  return join(folders.at(-1)!, 'knowledge.db');
}

/** A real, deterministic embedding: trigrams hashed into a vector, "slow" and "tardy" meaning the same. */
function embedderOf(model: string, dimensions = 100): Embedder & { calls: number; broken: boolean } {
  return {
    model,
    calls: 0,
    broken: false,
    async embed(texts) {
      this.calls++;
      if (this.broken) throw new Error('The embedding endpoint answered 503.');
      return texts.map((text) => {
        const vector = new Float32Array(dimensions);
        for (const word of normalise(text).replaceAll('tardy', 'slow').split(' ')) {
          for (const piece of trigrams(word)) {
            const hash = [...piece].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 65_521, 7);
            vector[hash % dimensions]! += hash % 2 ? 1 : -1;
          }
        }
        return vector;
      });
    },
  };
}

const HELP: PassageInput[] = [
  { title: 'Slow internet', text: 'Restart the router and move closer to it.', language: 'en' },
  { title: 'Invoice', text: 'The invoice comes on the first of the month.' },
  { title: 'Technician', text: 'A technician can visit you within two days.' },
];

const titles = (passages: { title: string }[]) => passages.map(({ title }) => title);

describe('search by meaning', () => {
  it('finds what shares no word with the question, and fuses both ranks', async () => {
    const byText = open();
    const both = open({ embedder: embedderOf('hash-1') });
    const passages = [...HELP, { title: 'Tardy line', text: 'Tell us your street.' }];
    await byText.put('help', 'f.md', 'h', passages);
    await both.put('help', 'f.md', 'h', passages);
    expect(titles(await byText.search('help', 'slow', 9))).toEqual(['Slow internet']);
    const found = await both.search('help', 'slow', 9);
    expect(titles(found).slice(0, 2)).toEqual(['Slow internet', 'Tardy line']);
    expect(found[0]!.score).toBe(1);
    expect(found[1]!.score).toBe(0);
    await both.put('other', 'f.md', 'h', [{ title: 'Else', text: 'Something.' }]);
    expect(titles(await both.search('other', 'slow', 9))).toEqual(['Else']);
  });

  it('leaves no vectors of a deleted file', async () => {
    const knowledge = open({ embedder: embedderOf('hash-1') });
    await knowledge.put('help', 'f.md', 'h', HELP);
    await knowledge.put('help', 'g.md', 'h', [{ title: 'Other', text: 'Thing' }]);
    await knowledge.put('help', 'f.md', '', []);
    expect(titles(await knowledge.search('help', 'slow internet', 9))).toEqual(['Other']);
  });

  it('B6 searches by text when the question cannot be embedded, and logs it without the question', async () => {
    const embedder = embedderOf('hash-1');
    const log = logger();
    const knowledge = open({ embedder, log });
    await knowledge.put('help', 'f.md', 'h', HELP);
    embedder.broken = true;
    expect(titles(await knowledge.search('help', 'my invoice', 5))).toEqual(['Invoice']);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatch(/^Searched by text.*503/);
    expect(log.lines[0]).not.toContain('my invoice');
  });

  it('B6 keeps passages searchable by text while embedding fails, and asks for the file again', async () => {
    const embedder = embedderOf('hash-1');
    const log = logger();
    const knowledge = open({ embedder, log });
    embedder.broken = true;
    await knowledge.put('help', 'f.md', 'h', HELP);
    expect(log.lines[0]).toContain('503');
    expect(titles(await knowledge.search('help', 'invoice', 5))).toEqual(['Invoice']);
    expect(await knowledge.sources('help')).toEqual(new Map([['f.md', '']]));
    embedder.broken = false;
    await knowledge.put('help', 'f.md', 'h', HELP);
    expect(await knowledge.sources('help')).toEqual(new Map([['f.md', 'h']]));
    expect(titles(await knowledge.search('help', 'tardy', 5))).toContain('Slow internet');
  });

  it('makes vectors anew for another model, and only then', async () => {
    const file = newFile();
    const first = openKnowledge(file, { embedder: embedderOf('hash-1'), log: logger() });
    await first.put('help', 'f.md', 'h', HELP);
    first.close();
    const same = embedderOf('hash-1');
    const again = openKnowledge(file, { embedder: same, log: logger() });
    expect(await again.sources('help')).toEqual(new Map([['f.md', 'h']]));
    await again.put('help', 'f.md', 'h', HELP);
    expect(same.calls).toBe(0);
    again.close();
    const next = openKnowledge(file, { embedder: embedderOf('hash-2', 24), log: logger() });
    expect(await next.sources('help')).toEqual(new Map([['f.md', '']]));
    expect(titles(await next.search('help', 'invoice', 1))).toEqual(['Invoice']);
    await next.put('help', 'f.md', 'h', HELP);
    expect(await next.sources('help')).toEqual(new Map([['f.md', 'h']]));
    expect(titles(await next.search('help', 'tardy', 1))).toEqual(['Slow internet']);
    next.close();
    const without = open({ file });
    expect(await without.sources('help')).toEqual(new Map([['f.md', 'h']]));
    await without.put('help', 'f.md', 'h2', HELP.slice(1));
    expect(titles(await without.search('help', 'invoice', 5))).toEqual(['Invoice']);
  });

  it('starts over when a model changes its dimensions, and refuses vectors that are none', async () => {
    const embedder = embedderOf('hash-1', 64);
    const log = logger();
    const knowledge = open({ embedder, log });
    await knowledge.put('help', 'f.md', 'h', HELP);
    const { embed } = embedder;
    embedder.embed = embedderOf('hash-1', 32).embed;
    expect(titles(await knowledge.search('help', 'invoice', 1))).toEqual(['Invoice']);
    expect(log.lines.at(-1)).toContain('has 64');
    await knowledge.put('help', 'g.md', 'h', [{ title: 'New', text: 'Thing' }]);
    expect(await knowledge.sources('help')).toEqual(
      new Map([
        ['f.md', ''],
        ['g.md', 'h'],
      ]),
    );
    embedder.embed = async (texts) => (await embed.call(embedder, texts)).slice(1);
    await knowledge.put('help', 'f.md', 'h', HELP);
    expect(log.lines.at(-1)).toContain('2 vectors of 64 for 3 texts');
  });

  it('copes with a file that is replaced while it is being embedded', async () => {
    const knowledge = open({ embedder: embedderOf('hash-1') });
    await Promise.all([
      knowledge.put('help', 'f.md', 'h1', HELP),
      knowledge.put('help', 'f.md', 'h2', [{ title: 'New', text: 'Tardy thing' }]),
    ]);
    expect(await knowledge.sources('help')).toEqual(new Map([['f.md', 'h2']]));
    expect(titles(await knowledge.search('help', 'slow', 9))).toEqual(['New']);
  });
});
