import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { withTable } from '../docs/settings-table.ts';
import { freePort, startServer } from './support/server.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const readme = readFileSync(path.join(PROJECT, 'README.md'), 'utf8');

it('README’s table of settings is the code’s', () => {
  expect(readme, 'run: node docs/settings-table.ts').toBe(withTable(readme));
});

it('an install on an older Node shows errors, and no page of warnings about packages that do not run on it', () => {
  expect(readFileSync(path.join(PROJECT, '.npmrc'), 'utf8')).toMatch(/^loglevel=error$/m);
});

it('the demo’s knowledge is of the companies that its flows are of', async () => {
  const texts: string[] = [];
  for await (const file of glob('{knowledge,flows,web/locales}/**/*.{md,html,csv,json}', { cwd: PROJECT }))
    texts.push(readFileSync(path.join(PROJECT, file), 'utf8'));
  expect(texts.length).toBeGreaterThan(15);
  expect(texts.filter((text) => /\blumbre\b/i.test(text))).toEqual([]);
  expect(texts.filter((text) => text.includes('Fibra Andina')).length).toBeGreaterThan(1);
});

it('README’s table of commands has each that there is, and no other', () => {
  const help = execFileSync(process.execPath, [path.join(PROJECT, 'cli/main.ts'), 'help'], { encoding: 'utf8' });
  const commands = [...help.matchAll(/^dragoman ([a-z][\w-]*)(?: |$)/gm)].map(([, name]) => name);
  const [, section] = /^## Commands$([\s\S]*?)^## /m.exec(readme) ?? [];
  const cells = [...section!.matchAll(/^\| (`.*?) +\| /gm)].map(([, cell]) => cell!);
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z][\w-]*)/g)].map(([, name]) => name));
  expect(commands.length).toBeGreaterThan(10);
  expect([...new Set(named)].sort()).toEqual(commands.sort());
});

it('README’s npm commands are scripts that there are', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/\bnpm (?:run )?(test|start|(?<=run )[\w-]+)/g)].map(([, name]) => name!);
  expect(new Set(named).size).toBeGreaterThan(4);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

it('README’s curl lines, as they stand, are two customers’ messages that the shipped flows answer', {
  timeout: 120_000,
}, async () => {
  const block = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .map(([, text]) => text!)
    .find((text) => text.includes('curl'))!;
  const data = await mkdtemp(path.join(tmpdir(), 'dragoman-readme-'));
  const env = { PORT: String(await freePort()), DRAGOMAN_DATA: data };
  const server = await startServer(env);
  try {
    // Only the port is the test’s own, for another server may have the usual one.
    const lines = block.replaceAll('localhost:1880', `127.0.0.1:${env.PORT}`);
    const { stdout } = await promisify(execFile)('sh', ['-ec', lines], {
      cwd: PROJECT,
      env: { ...process.env, ...env },
    });
    expect(stdout).toMatch(/account-isp-whatsapp/);
    expect(stdout).toMatch(/account-isp-telegram/);
  } finally {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
});
