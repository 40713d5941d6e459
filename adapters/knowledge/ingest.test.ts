import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKnowledge } from '../../stores/sqlite-knowledge/knowledge.ts';
import { type GivenUp, syncKnowledge } from './ingest.ts';
import { parseFile } from './parse-file.ts';

const lines: string[] = [];
const add = (line: string) => void lines.push(line);
const log = { debug: add, info: add, warn: add, error: add };
let folder: string;
let knowledge: ReturnType<typeof openKnowledge>;

beforeEach(async () => {
  lines.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'knowledge-'));
  knowledge = openKnowledge(':memory:', { log });
});
afterEach(async () => {
  knowledge.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(file: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

const sync = () => syncKnowledge(folder, knowledge, log);
const parse = (file: string, content: string | Buffer) => parseFile(file, Buffer.from(content), add);

describe('markdown', () => {
  it('gives one passage a section, headings as its title, plain text', async () => {
    const content = `Intro **bold** and \`code\`.

# Help
## Wi-Fi
See [the page](https://a.example/x) or <b@a.example>.

1. Off
2. *On*
   - wait

### Key
> Look under it.

| Plan | Price |
|---|---|
| A | 1 |

## Empty
# Other
\`\`\`
ping
\`\`\`
<!-- hidden -->
`;
    expect(await parse('my-faq.es.md', content)).toEqual([
      { title: 'my faq', language: 'es', text: 'Intro bold and code.' },
      {
        title: 'Help › Wi-Fi',
        language: 'es',
        text: 'See the page (https://a.example/x) or b@a.example.\n\n1. Off\n2. On\n  - wait',
      },
      { title: 'Help › Wi-Fi › Key', language: 'es', text: 'Look under it.\n\nPlan: A; Price: 1' },
      { title: 'Help', language: 'es', text: 'Empty' },
      { title: 'Other', language: 'es', text: 'ping' },
    ]);
  });

  it('reads language and title from front matter', async () => {
    expect(
      await parse('a.es.md', '---\nlanguage: it\ntitle: "Orari: tutti"\n---\nDalle 9.\r\n\r\n## Sabato\r\nChiuso.'),
    ).toEqual([
      { title: 'Orari: tutti', language: 'it', text: 'Dalle 9.' },
      { title: 'Orari: tutti › Sabato', language: 'it', text: 'Chiuso.' },
    ]);
  });

  it('parts long sections at paragraphs and sentences, loses nothing', async () => {
    const sentence = 'این جمله برای آزمودن بریدن متن است؟ ';
    const content = `# T\n\n${'Short paragraph. '.repeat(20)}\n\n${sentence.repeat(60)}\n\n${'x'.repeat(2000)}`;
    const parts = await parse('a.fa.md', content);
    expect(parts.every(({ title, text }) => title === 'T' && text.length <= 900)).toBe(true);
    expect(parts.length).toBeGreaterThan(4);
    const flat = (text: string) => text.replace(/\s/g, '');
    expect(flat(parts.map(({ text }) => text).join(''))).toBe(flat(content.slice(3)));
    expect(parts.filter(({ text }) => text.includes('جمله')).every(({ text }) => text.endsWith('؟'))).toBe(true);
  });
});

describe('csv', () => {
  it('makes a row a passage with the names of its columns', async () => {
    expect(await parse('plans.csv', '\ufeffPlan,Price,Note\nTurbo,"39 €, a month",\n"Say ""hi""",5,x\n')).toEqual([
      { title: 'Turbo', text: 'Plan: Turbo\nPrice: 39 €, a month' },
      { title: 'Say "hi"', text: 'Plan: Say "hi"\nPrice: 5\nNote: x' },
    ]);
  });

  it('takes question and answer columns, other delimiters and a language column', async () => {
    expect(await parse('faq.es.csv', 'id;Pregunta;Respuesta;lang\n1;¿Abren?;Sí, a las 9.;\n2;Open?;Yes.;en\n')).toEqual(
      [
        { title: '¿Abren?', text: 'Sí, a las 9.', language: 'es' },
        { title: 'Open?', text: 'Yes.', language: 'en' },
      ],
    );
    expect(await parse('faq.fa.csv', 'پرسش\tپاسخ\nباز هستید؟\tبله\n')).toEqual([
      { title: 'باز هستید؟', text: 'بله', language: 'fa' },
    ]);
  });
});

describe('html', () => {
  it('reads the article by its headings, without menus and scripts', async () => {
    const passages = await parse(
      'help.html',
      `<!doctype html><html lang="es-MX"><head><title>Ayuda</title><style>p{}</style></head><body>
      <nav><a href="/">Inicio</a></nav><main><h1>Ayuda</h1><p>Hola  <b>tú</b>.<br>Bien.</p><h2>Luces</h2>
      <ul><li>Roja: mal</li><li>Verde: bien</li></ul><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
      <details><summary>¿Y ahora?</summary><p>Espera.</p></details></main><script>alert(1)</script></body></html>`,
    );
    expect(passages).toEqual([
      { title: 'Ayuda', language: 'es', text: 'Hola tú.\nBien.' },
      { title: 'Ayuda › Luces', language: 'es', text: '- Roja: mal\n- Verde: bien\n\nA: 1; B: 2' },
      { title: 'Ayuda › Luces › ¿Y ahora?', language: 'es', text: 'Espera.' },
    ]);
  });

  it('reads fragments and gives nothing for empty or odd files', async () => {
    expect(await parse('hours.en.html', '<h1>Hours</h1><p>Open &amp; ready at 9.</p>')).toEqual([
      { title: 'Hours', language: 'en', text: 'Open & ready at 9.' },
    ]);
    expect(await parse('a.html', '')).toEqual([]);
    expect(await parse('a.html', '<html></html>')).toEqual([]);
    expect(await parse('a.htm', '<<<>>>')).toBeInstanceOf(Array);
  });
});

it('makes every paragraph of a text file a passage', async () => {
  expect(await parse('opening_hours.it.txt', '\ufeffAperto.\r\n\r\n  Chiuso\nsempre.  \n\n\n')).toEqual([
    { title: 'opening hours', language: 'it', text: 'Aperto.' },
    { title: 'opening hours', language: 'it', text: 'Chiuso\nsempre.' },
  ]);
});

describe('syncKnowledge', () => {
  it('indexes new and changed files only, follows moves and deletions, makes no duplicates', async () => {
    await write('shop/a.md', '# Hours\n\nOpen at nine.');
    await write('shop/deep/b.txt', 'Parcels travel by train.');
    await write('isp/c.csv', 'Plan,Price\nTurbo,39\n');
    await write('isp/.hidden.md', '# Secret');
    await write('isp/picture.png', Buffer.from([0x89, 0x50]));
    expect(await sync()).toEqual({ changed: 3, removed: 0, failed: [], empty: [] });
    expect(await sync()).toEqual({ changed: 0, removed: 0, failed: [], empty: [] });
    expect([...(await knowledge.sources('shop')).keys()]).toEqual(['a.md', 'deep/b.txt']);

    await write('shop/a.md', '# Hours\n\nOpen at ten.');
    expect(await sync()).toEqual({ changed: 1, removed: 0, failed: [], empty: [] });
    expect((await knowledge.search('shop', 'hours open', 9)).map(({ text }) => text)).toEqual(['Open at ten.']);

    await rename(join(folder, 'shop/a.md'), join(folder, 'shop/z.md'));
    expect(await sync()).toEqual({ changed: 1, removed: 1, failed: [], empty: [] });
    expect((await knowledge.search('shop', 'hours', 9)).map(({ id }) => id)).toEqual(['shop/z.md#0']);

    await rm(join(folder, 'shop'), { recursive: true });
    expect(await sync()).toEqual({ changed: 0, removed: 2, failed: [], empty: [] });
    await expect(knowledge.search('shop', 'hours', 9)).rejects.toMatchObject({ code: 'KNOWLEDGE_MISSING' });
    expect(await knowledge.bases()).toEqual(['isp']);
  });

  it('reports broken files, keeps what they said before, and goes on', async () => {
    await write('b/a.csv', 'Plan,Price\nTurbo,39\n');
    await sync();
    await write('b/a.csv', 'Plan,Price\n"Turbo,39\n');
    await write('b/latin.txt', Buffer.from('Conexi\xf3n', 'latin1'));
    await write('b/picture.txt', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    await write('b/good.txt', 'Works.');
    await symlink(join(folder, 'nowhere'), join(folder, 'b', 'gone.md'));
    const { changed, removed, failed } = await sync();
    expect({ changed, removed }).toEqual({ changed: 2, removed: 0 });
    expect(failed.map(({ file }) => file)).toEqual(['b/a.csv', 'b/gone.md', 'b/picture.txt']);
    expect(failed.every(({ error }) => error.length > 10)).toBe(true);
    expect((await knowledge.search('b', 'turbo', 9)).map(({ title }) => title)).toEqual(['Turbo']);
    expect((await knowledge.search('b', 'conexión', 9)).map(({ text }) => text)).toEqual(['Conexión']);
    expect(lines.some((line) => line.startsWith('Knowledge file b/latin.txt: it is not UTF-8'))).toBe(true);
    expect(lines.some((line) => line.includes('b/picture.txt was skipped'))).toBe(true);
  });

  it('tries no file again that could not be read, until it is put there anew', async () => {
    await write('b/a.csv', 'Plan,Price\n"Turbo,39\n');
    const [tried, givenUp]: [string[], GivenUp] = [[], new Map()];
    const parse: typeof parseFile = (file, ...rest) => {
      tried.push(file);
      return parseFile(file, ...rest);
    };
    const look = () => syncKnowledge(folder, knowledge, log, parse, undefined, givenUp);
    const { failed } = await look();
    await write('b/b.txt', 'Works.');
    expect((await look()).failed).toEqual(failed);
    expect(tried).toEqual(['a.csv', 'b.txt']);
    // The same once more: it may have been for want of time or memory.
    await utimes(join(folder, 'b/a.csv'), 1, 1);
    expect((await look()).failed).toEqual(failed);
    await write('b/a.csv', 'Plan,Price\nTurbo,39\n');
    expect(await look()).toMatchObject({ changed: 1, failed: [] });
    expect(tried).toEqual(['a.csv', 'b.txt', 'a.csv', 'a.csv']);
  });

  it('skips empty files and forgets what a file said before it was emptied', async () => {
    await write('b/a.md', '<!-- nothing yet -->');
    expect(await sync()).toMatchObject({ changed: 0 });
    await write('b/a.md', '# Hours\nNine.');
    expect(await sync()).toMatchObject({ changed: 1 });
    await write('b/a.md', '');
    expect(await sync()).toMatchObject({ changed: 1 });
    await expect(knowledge.search('b', 'hours', 9)).rejects.toMatchObject({ code: 'KNOWLEDGE_MISSING' });
    expect(await sync()).toEqual({ changed: 0, removed: 0, failed: [], empty: [{ file: 'b/a.md', notes: [] }] });
  });

  it('does not take a missing folder for deleted knowledge', async () => {
    await write('b/a.md', '# Hours\nNine.');
    await sync();
    await rm(folder, { recursive: true });
    await expect(sync()).rejects.toMatchObject({ code: 'KNOWLEDGE_UNREADABLE' });
    expect(await knowledge.search('b', 'hours', 9)).toHaveLength(1);
  });
});
