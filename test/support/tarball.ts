/** The package as npm would publish it: really packed and really unpacked. `dist/` must be built. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const ECHO = path.join(PROJECT, 'test/fixtures/dragoman-channel-echo');
const run = promisify(execFile);
/** Where npm is a batch file, and links to folders are of another type. */
const windows = process.platform === 'win32';

export interface Manifest {
  name: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
  'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
}

/**
 * Installs the tarball into `<userDir>/node_modules`. Only the tarball is installed: what it depends on is linked from the project's own
 * node_modules, because the registry would make the test slow and need the network. Links are made for the declared dependencies alone, so
 * an import of anything else fails as it would after `npm install`.
 * @returns where it lies
 */
export async function installTarball(userDir: string): Promise<string> {
  const packed = await mkdtemp(path.join(tmpdir(), 'dragoman-pack-'));
  try {
    // Without scripts: `prepack` would build, and take dist/ away from tests that run beside.
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], { cwd: PROJECT, shell: windows });
    const [tarball = ''] = await readdir(packed);
    const target = path.join(userDir, 'node_modules', '@dragoman', 'node-red');
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', path.join(packed, tarball), '-C', target, '--strip-components=1']);
    const { dependencies } = await manifestOf(target);
    await linkPackages(userDir, Object.keys(dependencies));
    return target;
  } finally {
    await rm(packed, { recursive: true, force: true });
  }
}

/** Installs the third-party channel of `test/fixtures` beside it. */
export function installEcho(userDir: string): Promise<void> {
  return cp(ECHO, path.join(userDir, 'node_modules', 'dragoman-channel-echo'), { recursive: true });
}

export async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

async function linkPackages(userDir: string, names: string[]): Promise<void> {
  for (const name of names) {
    const link = path.join(userDir, 'node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(PROJECT, 'node_modules', name), link, windows ? 'junction' : 'dir');
  }
}
