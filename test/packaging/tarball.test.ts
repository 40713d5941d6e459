/** The packed tarball in the user folder of a stock Node-RED: its own command, none of our settings. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import { SETTINGS } from '../../core/settings.ts';
import { openLine, type Started } from '../support/line.ts';
import { silence, speakInto } from '../support/microphone.ts';
import { type Stock, startStock } from '../support/stock.ts';
import { installTarball, type Manifest, manifestOf } from '../support/tarball.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const PACKAGE = '@dragoman/node-red';
const EXAMPLE = 'channel-in';
let unpacked: string;
let manifest: Manifest;
let stock: Stock;

beforeAll(async () => {
  stock = await startStock({
    async prepare(userDir) {
      unpacked = await installTarball(userDir);
    },
    // Whoever runs the tests may have some of these set.
    env: Object.fromEntries(Object.values(SETTINGS).map(({ env }) => [env, undefined])),
  });
  manifest = await manifestOf(unpacked);
});
afterAll(() => stock.stop());

const get = (route: string) => fetch(stock.url + route, { headers: { accept: 'application/json' } });
const post = (route: string, body: unknown) =>
  fetch(stock.url + route, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('what is packed', () => {
  it('has no script that npm would ask about when the tarball is installed: a checkout is built after `prepare`', () => {
    expect(manifest.scripts.postprepare).toBe('node build.mjs');
    expect(manifest.scripts.prepack).toBe('node build.mjs');
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(script);
  });

  it('brings no Node-RED and no weights for calls, directly or by what it depends on', async () => {
    const lock = JSON.parse(await readFile(path.join(PROJECT, 'package-lock.json'), 'utf8')) as {
      packages: Record<
        string,
        { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
      >;
    };
    const found = new Set<string>();
    const visit = (name: string, from: string) => {
      const nested = `${from}/node_modules/${name}`;
      const place = lock.packages[nested] ? nested : `node_modules/${name}`;
      if (found.has(place)) return;
      found.add(place);
      const { dependencies, optionalDependencies } = lock.packages[place] ?? {};
      for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) visit(each, place);
    };
    for (const name of Object.keys(manifest.dependencies)) visit(name, '');
    expect(found.size).toBeGreaterThan(Object.keys(manifest.dependencies).length);
    expect([...found].filter((name) => /node-red|vad-web|onnxruntime/.test(name))).toEqual([]);
    // Told to npm all the same, and never fetched.
    for (const name of ['node-red', '@ricky0123/vad-web']) {
      expect(manifest.peerDependencies).toHaveProperty([name]);
      expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
    }
  });

  it('has what runs and nothing else', async () => {
    const allowed = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'examples', 'knowledge', 'package.json'];
    expect((await readdir(unpacked)).filter((name) => !allowed.includes(name))).toEqual([]);
    const files = await readdir(unpacked, { recursive: true });
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|\.env|secret|\.db/.test(file))).toEqual([]);
  });

  it('can be resolved where Node-RED and authors of channels look', async () => {
    const { resolve } = createRequire(path.join(stock.userDir, 'package.json'));
    expect(resolve(`${PACKAGE}/package.json`)).toBe(path.join(unpacked, 'package.json'));
    expect(resolve(`${PACKAGE}/channel-contract`)).toBe(path.join(unpacked, 'dist/contracts/channel.js'));
    expect(resolve(`${PACKAGE}/orders-contract`)).toBe(path.join(unpacked, 'dist/contracts/orders.js'));
    expect(resolve(`${PACKAGE}/provider-contract`)).toBe(path.join(unpacked, 'dist/contracts/provider.js'));
    expect(resolve(`${PACKAGE}/store-contract`)).toBe(path.join(unpacked, 'dist/contracts/store/index.js'));
    expect(existsSync(path.join(unpacked, 'dist/contracts/store/crash-worker.js'))).toBe(true);
    expect(resolve(`${PACKAGE}/http-client`)).toBe(path.join(unpacked, 'dist/adapters/net/http-client.js'));
    expect(() => resolve(`${PACKAGE}/dist/node-red/plugin.js`)).toThrow(/not defined by "exports"/);
  });
});

describe('in a stock Node-RED', () => {
  it('starts without a complaint, with its store in a folder of the user folder', async () => {
    expect(stock.output()).not.toMatch(/error|exception|deprecat/i);
    expect(existsSync(path.join(stock.userDir, 'dragoman', 'dragoman.db'))).toBe(true);
    expect((await get('/dragoman/health/ready')).status).toBe(200);
  });

  it('offers its nodes, plugins and examples to the editor', async () => {
    const own = async (route: string) =>
      ((await (await get(route)).json()) as { module: string; name: string }[])
        .filter(({ module }) => module === PACKAGE)
        .map(({ name }) => name)
        .sort();
    expect(await own('/nodes')).toEqual(Object.keys(manifest['node-red'].nodes).sort());
    expect(await own('/plugins')).toEqual(Object.keys(manifest['node-red'].plugins).sort());
    const examples = await (await get(`/library/examples/flows/${PACKAGE}`)).json();
    expect(examples).toContainEqual({ fn: EXAMPLE });
  });

  it('answers a Telegram webhook with an imported example, as the simulator page shows it', async () => {
    const example = await (await get(`/library/examples/flows/${PACKAGE}/${EXAMPLE}`)).json();
    expect((await post('/flows', example)).status).toBe(204);
    const nodes = example as { id: string; type: string; url?: string }[];
    const account = nodes.find(({ type }) => type === 'dragoman-account')!.id;
    const webhook = nodes.find(({ type }) => type === 'http in')!.url!;
    await vi.waitFor(
      async () =>
        expect(await (await get('/dragoman/simulator/api/accounts')).json()).toHaveProperty('accounts.0.usable', true),
      { timeout: 10_000 },
    );
    expect((await fetch(`${stock.url}/dragoman/simulator`)).status).toBe(200);

    const update = {
      update_id: 1,
      message: { message_id: 1, date: 1_767_225_600, from: { id: 71, first_name: 'Ana' } },
    };
    const chat = { id: 71, type: 'private' };
    const answer = await post(webhook, { ...update, message: { ...update.message, chat, text: 'Is it you?' } });
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    const reply = await replyTo(account, '71');
    expect(reply).toMatchObject({ text: 'You wrote: Is it you?', schemaErrors: [] });
  });

  it('has its data found by its command, from the user folder and by its name', async () => {
    const command = path.join(unpacked, 'dist/cli/main.js');
    const environment = { ...process.env, HOME: stock.userDir, DRAGOMAN_DATA: '', NODE_RED_HOME: '' };
    const run = (cwd: string, ...args: string[]) =>
      promisify(execFile)(process.execPath, [command, 'conversations', ...args], { cwd, env: environment });
    const data = path.join(stock.userDir, 'dragoman');
    for (const cwd of [stock.userDir, data, path.dirname(stock.userDir)]) {
      const { stdout, stderr } = await run(cwd);
      expect(stdout).toContain('telegram');
      expect(stderr).toBe(`Data: ${data}\n`);
    }
    const named = await run('/', '--user-dir', stock.userDir);
    expect([named.stdout.includes('telegram'), named.stderr]).toEqual([true, '']);
    const { stdout, stderr } = await run('/', '--json');
    expect([JSON.parse(stdout).length, stderr]).toEqual([1, '']);
  });

  it('refuses a body over the edge’s limit before it is read', async () => {
    const example = (await (await get('/flows')).json()) as { type: string; url?: string }[];
    const webhook = example.find(({ type }) => type === 'http in')!.url!;
    // As a stream its length is not told beforehand; the edge has to count.
    const { body } = new Response(new Uint8Array(20 * 1024 * 1024));
    const answer = await fetch(stock.url + webhook, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(413);
  });

  it('hears callers by their loudness, without the package that has Silero’s weights', async () => {
    expect(existsSync(path.join(stock.userDir, 'node_modules/@ricky0123'))).toBe(false);
    const example = await (await get(`/library/examples/flows/${PACKAGE}/calls`)).json();
    expect((await post('/flows', example)).status).toBe(204);
    const { token } = JSON.parse(await readFile(path.join(stock.userDir, 'dragoman', API_FILE), 'utf8')) as ApiFile;
    const begin = () =>
      fetch(`${stock.url}/examples/calls`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    const started = await vi.waitFor(
      async () => {
        const answer = await begin();
        expect(answer.status).toBe(200);
        return (await answer.json()) as Started;
      },
      { timeout: 10_000 },
    );
    const line = await openLine(stock.url, started);
    // As loud as speech, and none: whoever has the weights hears nothing.
    await speakInto(line, silence(200), randomBytes(32_000), silence(500));
    expect(await line.next('input_audio_buffer.speech_started')).toBeTruthy();
    line.send({ type: 'dragoman.end' });
    await line.closed;
    expect(stock.output()).not.toMatch(/silero|vad-web/i);
  });

  it('stops on SIGTERM with Node-RED’s own code', async () => {
    stock.kill('SIGTERM');
    expect(await stock.ended).toEqual({ code: 0, signal: null });
    expect(stock.output()).toContain('Stopped flows');
  });
});

/** The bot's words to a customer, from the event stream that the simulator page reads. */
async function replyTo(account: string, customer: string): Promise<object> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 10_000);
  try {
    const response = await fetch(`${stock.url}/dragoman/simulator/api/events?account=${account}&customer=${customer}`, {
      signal: stop.signal,
    });
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const data = text.split('\n').filter((line) => line.startsWith('data: ') && line.endsWith('}'));
      for (const line of data) {
        const event = JSON.parse(line.slice('data: '.length)) as { items?: { from?: string }[]; from?: string };
        const bot = [event, ...(event.items ?? [])].find(({ from }) => from === 'bot');
        if (bot) return bot;
      }
    }
    throw new Error('The stream ended.');
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
