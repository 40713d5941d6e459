/** Each node, channel, source of orders and provider has all its parts, and its words are those that its code uses. */
import { existsSync, globSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFile(path.join(PROJECT, file), 'utf8');
const readJson = async (file: string) => JSON.parse(await read(file));
const foldersOf = async (folder: string) =>
  (await readdir(path.join(PROJECT, folder), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
const filesIn = (pattern: string) => globSync(pattern, { cwd: PROJECT }).sort();

const nodes = await foldersOf('nodes');
const channels = (await foldersOf('channels')).filter((name) => name !== 'shared');
const providers = await foldersOf('providers');
const shops = (await foldersOf('shops')).filter((name) => name !== 'shared');
const CONFIG_NODES = ['account', 'provider'];
/** Called by the model, not by a webhook: their examples may have none. */
const TOOL_NODES = ['tool-call', 'tool-http', 'tool-mcp'];
/** What `nodes/editor.ts` asks of every catalogue that has it. */
const HELPER_KEYS = ['input', 'output', 'invalid', 'status'];

type Tree = { [key: string]: string | Tree };
const leaves = (tree: Tree, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : leaves(value, `${prefix}${key}.`),
  );

it('package.json names exactly the folders there are', async () => {
  const { 'node-red': declared } = await readJson('package.json');
  expect(declared.nodes).toEqual(
    Object.fromEntries(nodes.map((name) => [`dragoman-${name}`, `dist/nodes/${name}/${name}.js`])),
  );
  expect(declared.plugins).toEqual({
    dragoman: 'dist/node-red/plugin.js',
    ...Object.fromEntries(channels.map((name) => [`dragoman-${name}`, `dist/channels/${name}/plugin.js`])),
    ...Object.fromEntries(shops.map((name) => [`dragoman-orders-${name}`, `dist/shops/${name}/plugin.js`])),
    ...Object.fromEntries(providers.map((name) => [`dragoman-provider-${name}`, `dist/providers/${name}/plugin.js`])),
  });
});

describe.each(nodes)('node %s', (name) => {
  const folder = `nodes/${name}`;
  const type = `dragoman-${name}`;

  it('has every part', async () => {
    const parts = [
      `${name}.ts`,
      `${name}.editor.ts`,
      `${name}.html`,
      'migrations.ts',
      'example.json',
      `locales/en-US/${name}.json`,
      `locales/en-US/${name}.html`,
    ];
    expect(parts.filter((part) => !existsSync(path.join(PROJECT, folder, part)))).toEqual([]);
    expect(filesIn(`${folder}/*.test.ts`)).not.toEqual([]);
  });

  it('registers its type on both sides with the same migrations', async () => {
    const [runtime, editor] = await Promise.all([read(`${folder}/${name}.ts`), read(`${folder}/${name}.editor.ts`)]);
    expect(runtime).toMatch(new RegExp(`name: '${name}'`));
    expect(editor).toMatch(new RegExp(`register(<.*>)?\\('${type}'`));
    for (const source of [runtime, editor]) expect(source).toContain(`from './migrations.ts'`);
  });

  it('has an icon that Node-RED knows, and a dialog', async () => {
    const [editor, dialog] = await Promise.all([read(`${folder}/${name}.editor.ts`), read(`${folder}/${name}.html`)]);
    if (!CONFIG_NODES.includes(name)) {
      const [, icon] = /icon: '(fa-[\w-]+)'/.exec(editor) ?? [];
      const css = await read(
        'node_modules/@node-red/editor-client/public/vendor/font-awesome/css/font-awesome.min.css',
      );
      expect(css).toContain(`.${icon}:before`);
    }
    expect(dialog).toContain(`data-template-name="${type}"`);
    expect(dialog).toMatch(/id="node-(config-)?input-name"/);
  });

  it('has help in the house’s order', async () => {
    const help = await read(`${folder}/locales/en-US/${name}.html`);
    expect(help).toMatch(new RegExp(`^<script type="text/markdown" data-help-name="${type}">`));
    const body = help.replace(/<\/?script.*>/g, '').trim();
    const [intro] = body.split('\n\n');
    expect(intro!.split('\n').length).toBeLessThanOrEqual(3);
    const headings = [...body.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    const order = ['Inputs', 'Outputs', 'Details', 'References'];
    expect(headings).toEqual(order.filter((heading) => headings.includes(heading)));
    expect(headings).toContain('Details');
    expect(headings.includes('Inputs')).toBe(await hasInput(folder, name));
  });

  it('has every word that its code uses, and no other', async () => {
    const catalogue = (await readJson(`${folder}/locales/en-US/${name}.json`)) as Tree;
    const words = catalogue[name] as Tree;
    expect(Object.keys(catalogue)).toEqual(CONFIG_NODES.includes(name) ? [name] : ['palette', name]);
    const there = new Set(leaves(words));
    const used = await usedKeys(folder, name, words);
    expect([...used].filter((key) => !there.has(key))).toEqual([]);
    expect([...there].filter((key) => !used.has(key))).toEqual([]);
    for (const [key, text] of Object.entries((words.status ?? {}) as Record<string, string>))
      expect(text.replace(/__\w+__/g, '').length, `status ${key}`).toBeLessThan(20);
  });

  it('labels its input and each output', async () => {
    const words = (await readJson(`${folder}/locales/en-US/${name}.json`))[name];
    if (CONFIG_NODES.includes(name)) return;
    expect(Boolean(words.input)).toBe(await hasInput(folder, name));
    const outputs = await outputsOf(folder, name);
    expect(Object.keys(words.output ?? {})).toEqual(outputs);
  });

  it('has an example that explains itself and uses it', async () => {
    const flow = (await readJson(`${folder}/example.json`)) as { id: string; type: string; z?: string }[];
    const ids = flow.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !id.startsWith(`example-${name}`))).toEqual([]);
    expect(flow.map((node) => node.type)).toEqual(
      expect.arrayContaining(['tab', 'comment', type, ...(TOOL_NODES.includes(name) ? [] : ['http in'])]),
    );
    expect(flow.filter((node) => node.type === 'http in' && !('skipBodyParsing' in node))).toEqual([]);
    const wires = flow.flatMap((node) => ('wires' in node ? (node.wires as string[][]).flat() : []));
    expect(wires.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe.each([
  ...channels.map((name) => ['channels', name] as const),
  ...shops.map((name) => ['shops', name] as const),
])('%s/%s', (room, name) => {
  it('has every part', async () => {
    const parts = [
      `${name}.ts`,
      'fields.ts',
      'plugin.ts',
      'plugin.editor.ts',
      'locales/en-US/plugin.json',
      'README.md',
    ];
    expect(parts.filter((part) => !existsSync(path.join(PROJECT, room, name, part)))).toEqual([]);
    expect(filesIn(`${room}/${name}/*.test.ts`)).not.toEqual([]);
  });

  it('names each of its fields, and no other', async () => {
    const { fields } = await import(`../${room}/${name}/fields.ts`);
    const words = await readJson(`${room}/${name}/locales/en-US/plugin.json`);
    expect(Object.keys(words.fields)).toEqual(Object.keys(fields));
    for (const field of Object.values(words.fields)) expect(field).toHaveProperty('label');
  });
});

describe.each(providers)('provider %s', (name) => {
  it('has every part', async () => {
    expect(existsSync(path.join(PROJECT, 'providers', name, 'plugin.ts'))).toBe(true);
    expect(filesIn(`providers/${name}/*.test.ts`)).not.toEqual([]);
  });
});

/** Keys below the node's name that its runtime, its editor part and its dialog ask for. */
async function usedKeys(folder: string, name: string, words: Tree): Promise<Set<string>> {
  const files = filesIn(`${folder}/*.{ts,html}`);
  const sources = await Promise.all(files.filter((file) => !file.endsWith('.test.ts')).map(read));
  const own = sources.join('\n');
  // Below empty fields, shared by the dialogs that go before variables.
  const code = own.includes(`from '../holds.ts'`) ? own + (await read('nodes/holds.ts')) : own;
  const used = new Set<string>();
  const dialog = await read(`${folder}/${name}.html`);
  for (const [, keys] of dialog.matchAll(/data-i18n="([^"]+)"/g))
    for (const key of keys!.split(';')) {
      const plain = key.replace(/^\[\w+\]/, '');
      if (!plain.includes(':')) used.add(plain.replace(`${name}.`, ''));
    }
  for (const [, key] of code.matchAll(/\btext\(\s*'([\w.-]+)'/g)) used.add(key!);
  // A key with a part that is known at run time only: `tab.${name}`, and a choice of two.
  for (const [, start] of code.matchAll(/\btext\(\s*`([\w.]+)\.\$\{/g))
    for (const key of leaves((words[start!] ?? {}) as Tree, `${start}.`)) used.add(key);
  for (const [, first, second] of code.matchAll(/\btext\([^()]*\? '([\w.]+)' : '([\w.]+)'/g))
    used.add(first!).add(second!);
  for (const key of HELPER_KEYS) {
    if (key === 'input' && (await hasInput(folder, name))) used.add('input');
    if (key === 'output') for (const output of await outputsOf(folder, name)) used.add(`output.${output}`);
  }
  for (const [, key] of code.matchAll(/(?:wholeFrom\(\d+, |chosen\(|json\(|\? null\s*: )'(\w+)'/g))
    used.add(`invalid.${key}`);
  if (/defineGate/.test(code)) used.add('status.passed').add('status.blocked');
  for (const [, key] of code.matchAll(/\bwarns: .*\? '([\w-]+)'/g)) used.add(`status.${key}`);
  for (const [, key] of code.matchAll(/\bstatus\(\s*'\w+',\s*'([\w-]+)'/g)) used.add(`status.${key}`);
  for (const [, first, second] of code.matchAll(/\bstatus\('\w+', [^']*\? '([\w-]+)' : '([\w-]+)'/g))
    used.add(`status.${first}`).add(`status.${second}`);
  // A state is its own key.
  if (/\bstatus\([^;]*, \w+\);/.test(code))
    for (const key of leaves((words.status ?? {}) as Tree, 'status.')) used.add(key);
  // The one who answered is the status.
  if (/status\([^;]*source\.kind\)/.test(code))
    for (const kind of ['llm', 'fallback-llm', 'extractive', 'static']) used.add(`status.${kind}`);
  return used;
}

async function hasInput(folder: string, name: string): Promise<boolean> {
  return !CONFIG_NODES.includes(name) && !/^ {2}inputs: 0,$/m.test(await read(`${folder}/${name}.editor.ts`));
}

async function outputsOf(folder: string, name: string): Promise<string[]> {
  const editor = await read(`${folder}/${name}.editor.ts`);
  if (/outputs: GATE/.test(editor)) return ['pass', 'blocked'];
  const [, list = ''] = /outputs: \[([^\]]*)\]/.exec(editor) ?? [];
  return [...list.matchAll(/'([\w-]+)'/g)].map(([, output]) => output!);
}
