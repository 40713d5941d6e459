import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnowledgeFolder } from '../../core/ports.ts';
import { openFolder } from './folder.ts';

let root: string;
let folder: KnowledgeFolder;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'folder-'));
  folder = openFolder(path.join(root, 'knowledge'));
});
afterEach(() => rm(root, { recursive: true }));

const bytes = (text: string) => Buffer.from(text);
const at = (...parts: string[]) => path.join(root, 'knowledge', ...parts);
/** All files below the root, also hidden ones. */
const everything = async () =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

it('puts files there, also into folders and bases that are not there yet, and says what lies there', async () => {
  await expect(folder.bases()).rejects.toMatchObject({ code: 'KNOWLEDGE_UNREADABLE' });
  await folder.write('shop', 'hours.es.md', bytes('# Horas'));
  await folder.write('shop', 'more/قیمت‌ها.fa.csv', bytes('a,b'));
  await folder.write('shop', 'hours.es.md', bytes('# Otras'));
  await writeFile(at('shop', 'notes.xls'), 'x');
  await writeFile(at('shop', '.hidden.md'), 'x');
  await symlink(at('nowhere'), at('shop', 'gone.md'));
  expect(await folder.bases()).toEqual(['shop']);
  expect(await folder.files('shop')).toEqual([
    { name: 'hours.es.md', bytes: 7, changedAt: expect.any(Number), readable: true },
    { name: 'more/قیمت‌ها.fa.csv', bytes: 3, changedAt: expect.any(Number), readable: true },
    { name: 'notes.xls', bytes: 1, changedAt: expect.any(Number), readable: false },
  ]);
  expect(await readFile(at('shop', 'hours.es.md'), 'utf8')).toBe('# Otras');
  expect((await everything()).filter((name) => name.endsWith('.new'))).toEqual([]);
  for (const base of ['help', '..', '.', 'shop/more', '']) expect(await folder.files(base)).toEqual([]);
  await mkdir(at('our: base '));
  await writeFile(at('our: base ', 'a.md'), 'x');
  expect(await folder.files('our: base ')).toHaveLength(1);
});

it('takes files away, and only those', async () => {
  await folder.write('shop', 'more/a.md', bytes('x'));
  await folder.remove('shop', 'more/a.md');
  expect(await folder.files('shop')).toEqual([]);
  for (const name of ['more', 'more/a.md', 'none.md'])
    await expect(folder.remove('shop', name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

describe('refuses', () => {
  it.each([
    ['../shop', 'a.md'],
    ['..', 'a.md'],
    ['', 'a.md'],
    ['.', 'a.md'],
    ['a/b', 'a.md'],
    ['shop', '../a.md'],
    ['shop', '../../a.md'],
    ['shop', 'more/../../../a.md'],
    ['shop', '/etc/a.md'],
    ['shop', '..\\a.md'],
    ['shop', 'C:\\a.md'],
    ['shop', 'C:a.md'],
    ['shop', 'a\u0000.md'],
    ['shop', '.a.md'],
    ['shop', 'a//b.md'],
    ['shop', 'invoice\u202efdp.md'],
    ['shop\u2066', 'a.md'],
    ['shop', `${'a'.repeat(200)}.md`],
    ['shop', 'a/b/c/d/e/f/g.md'],
    ['shop', 'a.md\n'],
    ['shop', 'run.sh'],
    ['shop', 'page.svg'],
    ['shop', 'none'],
  ])('%j / %j', async (base, name) => {
    await writeFile(path.join(root, 'a.md'), 'before');
    await expect(folder.write(base, name, bytes('x'))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(folder.remove(base, name)).rejects.toMatchObject({
      code: expect.stringMatching(/BAD_REQUEST|NOT_FOUND/),
    });
    expect(await everything()).toEqual(['a.md']);
    expect(await readFile(path.join(root, 'a.md'), 'utf8')).toBe('before');
  });

  it('what a link leads out of the folder, while a file that is a link is replaced itself', async () => {
    await mkdir(path.join(root, 'elsewhere'));
    await writeFile(path.join(root, 'elsewhere', 'a.md'), 'theirs');
    await mkdir(at('shop'), { recursive: true });
    await symlink(path.join(root, 'elsewhere'), at('out'));
    await symlink(path.join(root, 'elsewhere'), at('shop', 'more'));
    for (const [base, name] of [
      ['out', 'a.md'],
      ['shop', 'more/a.md'],
      ['shop', 'more/new/a.md'],
    ] as const) {
      await expect(folder.write(base, name, bytes('x'))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      await expect(folder.remove(base, name)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    await symlink(path.join(root, 'elsewhere', 'a.md'), at('shop', 'link.md'));
    await folder.write('shop', 'link.md', bytes('ours'));
    expect(await readFile(path.join(root, 'elsewhere', 'a.md'), 'utf8')).toBe('theirs');
    expect(await readFile(at('shop', 'link.md'), 'utf8')).toBe('ours');
  });

  it('what is too large', async () => {
    await expect(folder.write('shop', 'a.md', Buffer.alloc(folder.most + 1))).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
  });

  it('says so where it cannot write', async () => {
    await mkdir(at(), { recursive: true });
    await writeFile(at('shop'), 'a file where the base would be');
    await expect(folder.write('shop', 'a.md', bytes('x'))).rejects.toMatchObject({ code: 'KNOWLEDGE_UNWRITABLE' });
  });
});
