/**
 * A real Chromium for tests, with nothing but `npm install`: the machine's own where there is one, else the one inside
 * @sparticuz/chromium (Linux x64), unpacked once into node_modules/.cache. Elsewhere an installed Chrome.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..');
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** No sandbox, because containers and CI give it no namespaces; the tests load only pages of ours. Nothing phones home. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless browser; the caller closes it. @param more switches of Chromium's */
export async function launchBrowser(...more: string[]): Promise<Browser> {
  const args = [...ARGS, ...more];
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return chromium.launch({ executablePath: installed, args });
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome', args });
  const folder = await unpacked();
  const { LD_LIBRARY_PATH: outer, ...env } = process.env;
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args,
    env: {
      ...env,
      // A bare Debian has neither NSS nor fonts. Where the system has fonts, they know more scripts than the one that is brought.
      LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), outer].filter(Boolean).join(':'),
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  });
}

/**
 * Folder with the unpacked browser. Test files run in processes of their own, so each one that finds none unpacks into a folder
 * of its own, and the first to give it the final name wins: nobody ever sees a half-written browser.
 */
async function unpacked(): Promise<string> {
  const manifest = await readFile(join(ROOT, 'node_modules', '@sparticuz', 'chromium', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const cache = join(ROOT, 'node_modules', '.cache');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const own = await mkdtemp(join(cache, 'unpack-'));
  try {
    // It unpacks into the system's temporary folder as the environment names it, and brings its libraries only where it believes
    // to be in a Lambda: a process of its own, so that neither leaks into this one.
    const script =
      "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();";
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
    });
    await rename(own, folder);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
