/** Every page of the documentation leads where it says: files that exist, and headings in them. */
import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '..');
const OTHERS = /^(node_modules|dist|knowledge|test)\//;

/** As GitHub makes them of headings. */
const anchorOf = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*_]/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
const prose = (text: string) => text.replace(/```[\s\S]*?```/g, '');
const read = (file: string) => prose(readFileSync(path.join(PROJECT, file), 'utf8'));

it('no link to a file or a heading is dead', async () => {
  const dead: string[] = [];
  let seen = 0;
  for await (const found of glob('**/*.md', { cwd: PROJECT, exclude: (name) => name === 'node_modules' })) {
    const file = found.replaceAll('\\', '/');
    if (OTHERS.test(file)) continue;
    for (const [, link] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto|tel):|^</.test(link!)) continue;
      seen++;
      const [place, anchor] = link!.split('#') as [string, string?];
      const target = place ? path.posix.join(path.posix.dirname(file), place) : file;
      const headings = () => [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
      if (!existsSync(path.join(PROJECT, target))) dead.push(`${file}: ${link}`);
      else if (anchor && target.endsWith('.md') && !headings().includes(anchor))
        dead.push(`${file}: ${link} (heading)`);
    }
  }
  expect(seen).toBeGreaterThan(60);
  expect(dead).toEqual([]);
});
