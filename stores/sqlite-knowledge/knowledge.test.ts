import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { Logger, PassageInput } from '../../core/ports.ts';
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

function open(options: { file?: string; log?: Logger } = {}) {
  const { file = ':memory:', log = logger() } = options;
  const knowledge = openKnowledge(file, { log });
  opened.push(knowledge);
  return knowledge;
}

function newFile(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'knowledge-')));
  return join(folders.at(-1)!, 'sub', 'knowledge.db');
}

const HELP: PassageInput[] = [
  { title: 'Slow internet', text: 'Restart the router and move closer to it.', language: 'en' },
  { title: 'Invoice', text: 'The invoice comes on the first of the month.' },
  { title: 'Technician', text: 'A technician can visit you within two days.' },
];

const titles = (passages: { title: string }[]) => passages.map(({ title }) => title);

describe('search by text', () => {
  it('gives a passage with its source, language and score', async () => {
    const knowledge = open();
    await knowledge.put('help', 'faq/en.md', 'h1', HELP);
    expect(await knowledge.search('help', 'Why is my internet so slow?', 1)).toEqual([
      { id: 'help/faq/en.md#0', base: 'help', source: 'faq/en.md', ...HELP[0], score: 1 },
    ]);
    const [invoice] = await knowledge.search('help', 'invoice', 5);
    expect(invoice).toMatchObject({ title: 'Invoice', score: 1 });
    expect(invoice).not.toHaveProperty('language');
  });

  it.each([
    ['es', 'mis facturas', 'Factura', 'La factura llega el día uno.', 'Técnico', 'El técnico va a casa.'],
    [
      'it',
      'voglio disdire l’abbonamento',
      'Disdetta',
      "Disdire l'abbonamento è gratis.",
      'Orari',
      'Aperto dalle nove.',
    ],
    ['en', 'cancelling subscriptions', 'Cancel', 'You can cancel a subscription.', 'Hours', 'Open from nine.'],
    ['ru', 'отменить подписку', 'Отмена подписки', 'Подписка отменяется сразу.', 'Часы', 'Открыто с девяти.'],
    ['ar', 'الغاء الإشتراك', 'إلغاء الاشتراك', 'يمكن إلغاء اشتراككم فورًا.', 'المواعيد', 'نفتح الساعة ٩.'],
    ['fa', 'لغو اشتراكم', 'لغو اشتراک', 'اشتراک را می‌توان لغو کرد.', 'ساعت', 'از ساعت ۹ باز است.'],
  ])('finds other forms and spellings (%s)', async (language, query, title, text, otherTitle, otherText) => {
    const knowledge = open();
    await knowledge.put('b', 'f.md', 'h', [
      { title: otherTitle, text: otherText, language },
      { title, text, language },
    ]);
    const [best] = await knowledge.search('b', query, 2);
    expect(best).toMatchObject({ title });
    expect(best!.score).toBeGreaterThan(0.4);
  });

  it('finds digits in any script', async () => {
    const knowledge = open();
    await knowledge.put('b', 'f.md', 'h', [
      { title: 'A', text: 'مدل ۴۵۱' },
      { title: 'B', text: 'model 452' },
    ]);
    expect(titles(await knowledge.search('b', '451', 1))).toEqual(['A']);
    expect(titles(await knowledge.search('b', '٤٥٢', 1))).toEqual(['B']);
  });

  it('scores by what a passage covers: all, some, nothing', async () => {
    const knowledge = open();
    await knowledge.put('help', 'f.md', 'h', HELP);
    const score = async (query: string) => (await knowledge.search('help', query, 1))[0]?.score ?? 0;
    expect(await score('technician visit')).toBe(1);
    expect(await score('technician for my submarine')).toBeGreaterThan(0.2);
    expect(await score('technician for my submarine')).toBeLessThan(0.8);
    expect(await score('submarine zoo')).toBe(0);
  });

  it('keeps bases apart', async () => {
    const knowledge = open();
    await knowledge.put('a', 'f.md', 'h', [{ title: 'Hours', text: 'Open at nine.' }]);
    await knowledge.put('b', 'f.md', 'h', [{ title: 'Hours', text: 'Open at ten.' }]);
    expect((await knowledge.search('b', 'hours', 5)).map(({ text }) => text)).toEqual(['Open at ten.']);
    await expect(knowledge.search('c', 'hello', 5)).rejects.toMatchObject({
      code: 'KNOWLEDGE_MISSING',
      message: expect.stringContaining('"c"'),
    });
    expect(await knowledge.bases()).toEqual(['a', 'b']);
  });

  it.each([
    ['empty', ''],
    ['spaces', ' \n\t '],
    ['emoji', '👩‍👩‍👧‍👦🔥'],
    ['greeting', 'Hola, ¿qué tal?'],
    ['nul', '\u0000'],
    ['lone surrogate', '\ud800'],
  ])('finds nothing for %s', async (_, query) => {
    const knowledge = open();
    await knowledge.put('help', 'f.md', 'h', HELP);
    expect(await knowledge.search('help', query, 5)).toEqual([]);
  });

  it.each([
    ['FTS syntax', 'invoice" OR title:* NEAR(a b, 2) AND NOT ^x -y'],
    ['quotes', `"invoice" 'invoice' "" \\"`],
    ['SQL', "invoice'; drop table passage; --"],
    ['10 KB of one word', 'invoice '.repeat(1250)],
    ['10 KB of different words', `invoice ${Array.from({ length: 1600 }, (_, n) => `w${n.toString(36)}q`).join(' ')}`],
    ['10 KB without a space', `invoice ${'x'.repeat(10_000)}`],
    ['emoji and marks', '🧾 invoice\u200f\u0301 🧾'],
  ])('takes %s as mere words', async (_, query) => {
    const knowledge = open();
    await knowledge.put('help', 'f.md', 'h', HELP);
    expect(titles(await knowledge.search('help', query, 5))[0]).toBe('Invoice');
    expect(await knowledge.search('help', 'technician', 1)).toHaveLength(1);
  });

  it('searches 10,000 passages', async () => {
    const knowledge = open();
    const topics = [
      'router',
      'invoice',
      'delivery',
      'coverage',
      'payment',
      'window',
      'garden',
      'engine',
      'winter',
      'office',
    ];
    const passages = Array.from({ length: 10_000 }, (_, n) => ({
      title: `${topics[n % 10]} ${n}`,
      text: Array.from({ length: 60 }, (_, w) => `${topics[(n * 7 + w * 3) % 10]}${(n * w) % 97}`).join(' '),
    }));
    passages[7777] = { title: 'Zeppelin landing', text: 'Zeppelins land on the roof.' };
    await knowledge.put('big', 'dump.csv', 'h', passages);
    expect(titles(await knowledge.search('big', 'where do zepelins land', 3))[0]).toBe('Zeppelin landing');
  });

  it('finds words that nearly every passage has: those that are about them, then those with two', async () => {
    const knowledge = open();
    const passages = Array.from({ length: 6000 }, (_, n) => ({
      title: `Case ${n}`,
      text: `The internet and the invoice of customer${n % 100}, ${n % 3 ? 'router' : 'printer'}.`,
    }));
    passages[5998] = { title: 'Internet', text: 'All about it.' };
    passages[5999] = { title: 'Last', text: 'The quokka has no internet.' };
    await knowledge.put('big', 'cases.csv', 'h', passages);
    expect(titles(await knowledge.search('big', 'internet', 5))[0]).toBe('Internet');
    expect((await knowledge.search('big', 'printer invoice', 5)).map(({ score }) => score)).toEqual([1, 1, 1, 1, 1]);
    expect(await knowledge.search('big', 'invoice', 5)).toHaveLength(5);
    expect(titles(await knowledge.search('big', 'internet invoice quoka', 5))[0]).toBe('Last');
  });
});

describe('put', () => {
  it('replaces the passages of a file, leaves no copy and deletes with an empty list', async () => {
    const knowledge = open();
    await knowledge.put('help', 'f.md', 'h1', HELP);
    await knowledge.put('help', 'f.md', 'h1', HELP);
    await knowledge.put('help', 'g.md', 'h9', [{ title: 'Other', text: 'Invoice by post.' }]);
    expect(titles(await knowledge.search('help', 'invoice', 9))).toEqual(['Invoice', 'Other']);
    await knowledge.put('help', 'f.md', 'h2', [{ title: 'Bill', text: 'The bill comes monthly.' }]);
    expect(titles(await knowledge.search('help', 'invoice', 9))).toEqual(['Other']);
    expect(await knowledge.sources('help')).toEqual(
      new Map([
        ['f.md', 'h2'],
        ['g.md', 'h9'],
      ]),
    );
    await knowledge.put('help', 'f.md', '', []);
    expect(await knowledge.search('help', 'bill monthly', 9)).toEqual([]);
    expect(await knowledge.sources('help')).toEqual(new Map([['g.md', 'h9']]));
  });

  it('counts the same after many changes and after a restart', async () => {
    const file = newFile();
    const first = openKnowledge(file, { log: logger() });
    for (const text of ['router router', 'printer', 'the router again', 'a phone']) {
      await first.put('help', 'f.md', text, [{ title: 'Case', text }, ...HELP]);
      await first.put('help', 'g.md', text, HELP.slice(0, 2));
      await first.put('other', 'g.md', text, HELP.slice(1));
    }
    await first.put('other', 'g.md', '', []);
    const questions = ['router technician', 'phone invoice', 'printer', 'internet move', 'first month zebra'];
    const answers = async (knowledge: typeof first) =>
      Promise.all(questions.map((q) => knowledge.search('help', q, 9)));
    const before = await answers(first);
    first.close();
    expect(await answers(open({ file }))).toEqual(before);
  });

  it('writes a long file in steps, answering in between, and keeps the order of puts', async () => {
    const knowledge = open();
    const long = (word: string) =>
      Array.from({ length: 350 }, (_, n) => ({ title: `${word} ${n}`, text: `About ${word}.` }));
    await knowledge.put('help', 'f.md', 'h1', long('zebra'));
    const second = knowledge.put('help', 'f.md', 'h2', long('quokka'));
    const third = knowledge.put('help', 'f.md', 'h3', long('walrus').slice(0, 120));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await knowledge.sources('help')).toEqual(new Map([['f.md', '']]));
    expect(await knowledge.search('help', 'zebra', 5)).toHaveLength(5);
    await second;
    await third;
    expect(await knowledge.sources('help')).toEqual(new Map([['f.md', 'h3']]));
    expect(await knowledge.search('help', 'zebra quokka', 500)).toEqual([]);
    const found = await knowledge.search('help', 'walrus', 500);
    expect(new Set(found.map(({ id }) => id)).size).toBe(120);
    await knowledge.put('help', 'f.md', '', []);
    expect(await knowledge.sources('help')).toEqual(new Map());
  });

  it('survives a restart; a damaged file or one of another format is made anew', async () => {
    const file = newFile();
    const first = openKnowledge(file, { log: logger() });
    await first.put('help', 'f.md', 'h', HELP);
    first.close();
    const second = openKnowledge(file, { log: logger() });
    expect(titles(await second.search('help', 'invoice', 1))).toEqual(['Invoice']);
    second.close();

    const other = new DatabaseSync(file);
    other.exec('pragma user_version = 99');
    other.close();
    const log = logger();
    const third = openKnowledge(file, { log });
    expect(await third.sources('help')).toEqual(new Map());
    await third.put('help', 'f.md', 'h', HELP);
    third.close();
    expect(log.lines).toEqual(['The knowledge index has another format; it is made anew.']);

    writeFileSync(file, 'This is no database, whatever its name says.'.repeat(50));
    const fourth = open({ file, log });
    expect(await fourth.sources('help')).toEqual(new Map());
    expect(log.lines.at(-1)).toContain('damaged');
    expect(readFileSync(file).subarray(0, 6).toString()).toBe('SQLite');
  });

  it('is made anew where a page of the words is damaged', async () => {
    const file = newFile();
    const first = openKnowledge(file, { log: logger() });
    await first.put(
      'help',
      'f.md',
      'h',
      Array.from({ length: 500 }, (_, n) => ({ title: `Case ${n}`, text: `word${n} and others `.repeat(9) })),
    );
    first.close();
    const content = readFileSync(file);
    // The first page, which lists the tables, stays.
    content.fill(0xff, 8192);
    writeFileSync(file, content);
    const log = logger();
    const second = open({ file, log });
    expect(log.lines.at(-1)).toContain('damaged');
    await second.put('help', 'f.md', 'h', HELP);
    expect(titles(await second.search('help', 'invoice', 1))).toEqual(['Invoice']);
  });

  it('says what to do where the file cannot be made', () => {
    const file = newFile();
    openKnowledge(file, { log: logger() }).close();
    expect(() => openKnowledge(join(file, 'knowledge.db'), { log: logger() })).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE', retryable: true }),
    );
  });
});

describe('why a passage was found', () => {
  it('is told word by word, with what stands for each and how much of the question it is', async () => {
    const knowledge = open();
    await knowledge.put('help', 'faq/en.md', 'h1', HELP);
    const [best] = await knowledge.explain('help', 'When do the invoices of the month come, my technicians zzyzx?', 1);
    expect(best).toMatchObject({ title: 'Invoice', source: 'faq/en.md' });
    expect(best).not.toHaveProperty('nearest');
    const words = new Map(best!.words.map((word) => [word.word, word]));
    expect(words.get('invoices')).toMatchObject({ found: 'invoice', likeness: 0.9 });
    expect(words.get('technicians')).not.toHaveProperty('found');
    expect(words.get('zzyzx')).toEqual({ word: 'zzyzx', share: expect.any(Number) });
    expect(best!.words.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    // The same passages in the same order as a search gives.
    const question = 'my internet is slow, and an invoice of the technician';
    const { explain, search } = knowledge;
    expect((await explain('help', question, 3)).map(({ words: _, ...rest }) => rest)).toEqual(
      await search('help', question, 3),
    );
    expect(await knowledge.explain('help', 'hola, ¿qué tal?', 3)).toEqual([]);
    await expect(knowledge.explain('shop', 'x', 3)).rejects.toMatchObject({ code: 'KNOWLEDGE_MISSING' });
  });
});

it('says what was made of each file, over a restart', async () => {
  const file = newFile();
  const first = open({ file });
  await first.put('help', 'b.pdf', 'h1', HELP, undefined, ['Page 2 is a picture.']);
  await first.put('help', 'a.md', 'h1', HELP.slice(0, 1));
  first.close();
  opened.pop();
  const knowledge = open({ file });
  expect(await knowledge.files('help')).toEqual([
    { source: 'a.md', passages: 1, notes: [] },
    { source: 'b.pdf', passages: 3, notes: ['Page 2 is a picture.'] },
  ]);
  expect(await knowledge.passages('help', 'b.pdf')).toEqual(HELP);
  expect(await knowledge.passages('help', 'none.md')).toEqual([]);
  // The same passages again, read better.
  await knowledge.put('help', 'b.pdf', 'h2', HELP);
  expect((await knowledge.files('help'))[1]).toEqual({ source: 'b.pdf', passages: 3, notes: [] });
  expect(await knowledge.files('shop')).toEqual([]);
});
