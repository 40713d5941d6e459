import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const OURS = JSON.stringify(path.join(import.meta.dirname, 'folder.ts'));
let data: string;
beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'tools-'));
  mkdirSync(path.join(data, 'tools'));
  // As Node-RED writes it into its user folder.
  writeFileSync(path.join(data, 'package.json'), JSON.stringify({ name: 'node-red-project', private: true }));
});
afterEach(() => rmSync(data, { recursive: true }));

/** Loaded by a Node of their own: what it warns of is on its standard error. */
async function load(files: Record<string, string>): Promise<{ told: unknown; warned: string }> {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(data, 'tools', name), text);
  const script = `
    const { toolsIn } = await import(${OURS});
    const refused = [];
    const tools = await toolsIn(${JSON.stringify(path.join(data, 'tools'))}, (file, error) => refused.push([file, String(error)]));
    console.log(JSON.stringify({ tools: tools.map(({ name }) => name), refused }));`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return { told: JSON.parse(stdout), warned: stderr };
}

it('reads tools of a data folder without a warning, in TypeScript and in JavaScript, with what they import', async () => {
  const run = 'export function run() { return {}; }';
  const loaded = await load({
    'typed.ts': `import { name } from './shared.mts';\nexport const schema = { name: name as string };\n${run}`,
    'shared.mts': `export const name: string = 'typed';`,
    'helped.ts': `import type { X } from './typed.ts';\nimport { two } from './two.ts';\nexport const schema = { name: 'helped', two };\n${run}`,
    'two.ts': `export const two: number = 2;\nexport const schema = { name: 'two' };\n${run}`,
    'plain.js': `export const schema = { name: 'plain' };\n${run}`,
    'late.js': `const schema = { name: 'late' };\nconst run = () => ({});\nexport { schema, run };`,
    'common.js': `exports.schema = { name: 'common' };\nexports.run = () => ({});`,
  });
  expect(loaded).toEqual({
    told: {
      tools: ['common', 'helped', 'late', 'plain', 'two', 'typed'],
      refused: [['shared.mts', expect.stringContaining('exports no "schema"')]],
    },
    warned: '',
  });
});

it('costs one file what is wrong with it', async () => {
  const { told } = await load({
    'broken.ts': 'export const schema = {',
    'good.mts': `export const schema = { name: 'good' };\nexport const run = () => ({});`,
  });
  expect(told).toMatchObject({ tools: ['good'], refused: [['broken.ts', expect.any(String)]] });
});
