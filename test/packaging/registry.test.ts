/** What Node-RED's own registry finds in the packed tarball, in a runtime that has nothing else of ours. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../support/harness.ts';
import { installTarball, type Manifest, manifestOf } from '../support/tarball.ts';

interface NodeSet {
  id: string;
  types: string[];
  enabled: boolean;
  err?: unknown;
}

/** The part of `@node-red/registry`, which has no types of its own, that is asked here. */
interface Registry {
  getModuleInfo(name: string): {
    version: string;
    path: string;
    nodes: NodeSet[];
    plugins: (NodeSet & { plugins: { id: string; type: string }[] })[];
  };
  getModuleList(): Record<string, { path: string }>;
  getNodeConfigs(language: string): string;
  getPluginConfigs(language: string): string;
  getNodeExampleFlows(): Record<string, { f: string[] }>;
  getNodeExampleFlowPath(module: string, name: string): string;
}

const PACKAGE = '@dragoman/node-red';
const registry = createRequire(import.meta.url)('@node-red/registry') as Registry;
let folder: string;
let unpacked: string;
let manifest: Manifest;
let runtime: Runtime;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dragoman-registry-'));
  unpacked = await installTarball(folder);
  manifest = await manifestOf(unpacked);
  runtime = await startRuntime({
    nodesDir: [unpacked],
    settings: { disableEditor: false },
    env: { DRAGOMAN_DATA: path.join(folder, 'data') },
  });
});
afterAll(async () => {
  await runtime.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the registry', () => {
  it('finds the package where the tarball was unpacked, once', () => {
    const own = Object.keys(registry.getModuleList()).filter((name) => name.startsWith('@dragoman'));
    expect(own).toEqual([PACKAGE]);
    expect(registry.getModuleInfo(PACKAGE)).toMatchObject({ path: unpacked });
  });

  it('has loaded every node, without an error', () => {
    const { nodes } = registry.getModuleInfo(PACKAGE);
    expect(nodes.map(({ types }) => types)).toEqual(Object.keys(manifest['node-red'].nodes).map((type) => [type]));
    expect(nodes.filter(({ err, enabled }) => err || !enabled)).toEqual([]);
    expect(nodes.map(({ types: [type] }) => type)).toEqual(
      expect.arrayContaining(['dragoman-account', 'dragoman-channel-in', 'dragoman-llm', 'dragoman-channel-out']),
    );
  });

  it('has loaded every plugin, by type', () => {
    const { plugins } = registry.getModuleInfo(PACKAGE);
    expect(plugins.filter(({ err, enabled }) => err || !enabled)).toEqual([]);
    const byType = Object.groupBy(
      plugins.flatMap((set) => set.plugins),
      ({ type }) => type,
    );
    const ids = (type: string) => byType[type]?.map(({ id }) => id).sort();
    expect(ids('dragoman')).toEqual(['dragoman']);
    expect(ids('dragoman-channel')).toEqual([
      'dragoman-call',
      'dragoman-instagram',
      'dragoman-telegram',
      'dragoman-waha',
      'dragoman-web',
      'dragoman-whatsapp',
    ]);
    expect(ids('dragoman-provider')).toEqual([
      'dragoman-provider-espeak',
      'dragoman-provider-extractive',
      'dragoman-provider-openai',
    ]);
  });

  it('gives the editor a dialog and a help text for each node, and the forms of the channels', () => {
    const html = registry.getNodeConfigs('en-US');
    for (const type of Object.keys(manifest['node-red'].nodes)) {
      expect(html).toMatch(new RegExp(`data-template-name=["']${type}["']`));
      expect(html).toMatch(new RegExp(`data-help-name=["']${type}["']`));
    }
    for (const channel of ['telegram', 'whatsapp', 'instagram', 'waha'])
      expect(registry.getPluginConfigs('en-US')).toContain(`"dragoman-${channel}"`);
  });

  it('gives an example for every node', () => {
    const names = Object.keys(manifest['node-red'].nodes).map((type) => type.replace('dragoman-', ''));
    expect(registry.getNodeExampleFlows()[PACKAGE]!.f.sort()).toEqual(names.sort());
    for (const name of names) expect(existsSync(registry.getNodeExampleFlowPath(PACKAGE, name)), name).toBe(true);
  });
});
