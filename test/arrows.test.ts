/** Imports go one way (docs: the design's arrows). Read from the sources, type imports as well. */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '..');

interface Import {
  from: string;
  /** A file of the project, or a module's name. */
  to: string;
  typeOnly: boolean;
}

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** Which folders each folder may import from, besides itself and npm packages. */
const ARROWS: Record<string, readonly string[]> = {
  core: [],
  stores: ['core'],
  channels: ['core'],
  providers: ['core'],
  shops: ['core'],
  tools: ['core'],
  adapters: ['core'],
  contracts: ['core'],
  app: ['core'],
  'node-red': ['app', 'core'],
  nodes: ['node-red', 'app', 'core'],
  cli: ['stores', 'core'],
  simulator: [],
  types: ['core'],
};

/** May import anything, but stand in no circle. */
const UNRULED = ['scenarios', 'bench'];

/** What a rule says beyond its folders. */
const ALSO: { from: RegExp; to: RegExp; typeOnly?: true }[] = [
  // The composition roots: of the process, and of the knowledge's own thread.
  { from: /^app\/(engine|stores|knowledge-worker)\.ts$/, to: /^(stores|adapters)\// },
  // Node-RED's own log is masked before there is an engine; nodes that ask somebody's API or MCP server make the adapter's tools.
  { from: /^node-red\/(host|host\/guard|deployment)\.ts$/, to: /^adapters\/personal-data\/mask-log\.ts$/ },
  { from: /^nodes\/tool-http\/|^node-red\/server\/admin\.ts$/, to: /^adapters\/tools\/(http|openapi)\.ts$/ },
  { from: /^nodes\/tool-mcp\/|^node-red\/server\/mcp\.ts$/, to: /^adapters\/tools\/mcp[\w-]*\.ts$/ },
  // The glue between accounts and their stand-in platforms.
  { from: /^app\/simulator\//, to: /^simulator\// },
  { from: /^(app|node-red)\//, to: /^simulator\//, typeOnly: true },
  { from: /^simulator\//, to: /^core\/model\.ts$/, typeOnly: true },
];

let imports: Import[];

beforeAll(async () => {
  const pattern = `{${[...Object.keys(ARROWS), ...UNRULED].join(',')}}/**/*.ts`;
  const files = globSync(pattern, { cwd: PROJECT }).map((file) => file.replaceAll('\\', '/'));
  imports = (await Promise.all(files.filter((file) => !file.endsWith('.test.ts')).map(importsOf))).flat();
});

async function importsOf(file: string): Promise<Import[]> {
  const source = await readFile(path.join(PROJECT, file), 'utf8');
  const found = [
    ...[...source.matchAll(STATEMENT)].map(([, type, to]) => ({ to: to!, typeOnly: type !== undefined })),
    ...[...source.matchAll(DYNAMIC)].map(([, to]) => ({ to: to!, typeOnly: false })),
  ];
  return found.map(({ to, typeOnly }) => ({
    from: file,
    to: to.startsWith('.') ? path.posix.join(path.posix.dirname(file), to) : to,
    typeOnly,
  }));
}

const folderOf = (file: string) => file.split('/')[0]!;
const isOurs = (to: string) => /\.(ts|json|mjs)$/.test(to) && to.includes('/');
const line = ({ from, to, typeOnly }: Import) => `${from} ${typeOnly ? 'imports the type from' : 'imports'} ${to}`;

it('every folder imports only what its arrows allow', () => {
  expect(imports.length).toBeGreaterThan(100);
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    if (
      UNRULED.includes(folderOf(from)) ||
      !isOurs(to) ||
      folderOf(to) === folderOf(from) ||
      ARROWS[folderOf(from)]!.includes(folderOf(to))
    )
      return false;
    return !ALSO.some((rule) => rule.from.test(from) && rule.to.test(to) && (typeOnly || !rule.typeOnly));
  });
  expect(wrong.map(line)).toEqual([]);
});

it('only the composition root, commands and settings name a store', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      folderOf(to) === 'stores' &&
      !/^(stores|cli)\/|^app\/(stores|knowledge-worker)\.ts$|^(scenarios|bench)\//.test(from),
  );
  expect(wrong.map(line)).toEqual([]);
});

it('core needs nothing but Node itself', () => {
  const wrong = imports.filter(
    ({ from, to }) => folderOf(from) === 'core' && !isOurs(to) && !builtinModules.includes(to.replace('node:', '')),
  );
  expect(wrong.map(line)).toEqual([]);
});

it('channels, providers, shops and nodes do not import each other', () => {
  const part = (file: string) => file.split('/').slice(0, 2).join('/');
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    const folder = folderOf(from);
    if (
      !['channels', 'providers', 'shops', 'nodes'].includes(folder) ||
      folderOf(to) !== folder ||
      part(to) === part(from)
    )
      return false;
    // What a folder shares lies in `shared/` or beside its parts; a node may know the type of another it refers to.
    const shared = (file: string) => /^\w+\/(shared\/|[^/]+$)/.test(file);
    return !shared(from) && !shared(to) && !(folder === 'nodes' && typeOnly);
  });
  expect(wrong.map(line)).toEqual([]);
});

it('only the edge of the house knows Node-RED', () => {
  const allowed = /^(node-red|nodes|types)\/|^(channels|providers|shops|tools)\/[^/]+\/plugin\.ts$/;
  const wrong = imports.filter(({ from, to }) => /^(node-red|@node-red\/.*)$/.test(to) && !allowed.test(from));
  expect(wrong.map(line)).toEqual([]);
});

it('no file imports itself over others', () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) if (isOurs(to)) next.set(from, [...(next.get(from) ?? []), to]);
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, way: string[]) => {
    const start = way.indexOf(file);
    if (start >= 0) cycles.push([...way.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...way, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  expect(cycles).toEqual([]);
});
