/** docs/operations.md: metrics, lines of the log, services and files by the names that they have. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROJECT, read } from './files.ts';

const page = read('docs/operations.md');

it('names metrics that there are', () => {
  const source = read('node-red/server/metrics.ts');
  const named = new Set([...page.matchAll(/`(dragoman_[a-z_]+)`/g)].map(([, name]) => name!));
  expect(named.size).toBeGreaterThan(7);
  expect([...named].filter((name) => !source.includes(`'${name}'`))).toEqual([]);
});

it('quotes lines that the log has', () => {
  const sources = globSync('{core,app,stores,node-red}/**/*.ts', { cwd: PROJECT }).map((file) =>
    readFileSync(path.join(PROJECT, file), 'utf8'),
  );
  // What varies is an ellipsis on the page, and an expression in the code.
  const texts = sources.map((text) => text.replace(/\$\{[^}]*\}/g, '…'));
  const table = page.slice(page.indexOf('| line of the log'), page.indexOf('## When a part is away'));
  const lines = [...table.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)]);
  expect(lines.length).toBeGreaterThan(6);
  const fixed = lines.map(([, line]) => line!.replace('15 s', '… s').split(/…(?! s:)/)[0] || line!.split('…')[1]!);
  expect(fixed.filter((line) => !texts.some((text) => text.includes(line)))).toEqual([]);
});

it('commands name services and files that there are', () => {
  const services = Object.keys(parse(read('compose.yaml'), { merge: true }).services);
  const commands = [...page.matchAll(/docker compose ([^`\n#]+)/g)].map(([, words]) => words!.trim().split(/\s+/));
  const named = commands
    .filter(([verb]) => ['stop', 'start', 'run', 'logs'].includes(verb!))
    .flatMap(([verb, ...words]) => {
      const own = words.filter((word) => !word.startsWith('-'));
      return verb === 'run' ? own.slice(0, 1) : own;
    });
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !services.includes(name.replace(/[;,.]$/, '')))).toEqual([]);
});
