/**
 * A channel in an npm package of its own (`test/fixtures/dragoman-channel-echo`), beside the packed tarball in the user folder of a stock
 * Node-RED: no fork, no import of ours.
 */

import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as client from '../../adapters/net/http-client.ts';
import type * as contract from '../../contracts/channel.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { type Stock, startStock } from '../support/stock.ts';
import { installEcho, installTarball } from '../support/tarball.ts';

const TOKEN = 'echo-token-of-a-test';
const SECRET = 'echo-secret-of-a-test';
/** Compiles only if the exports have types, and the right ones. */
const AUTHORS_FILE = `
import { type Channel, channelContract, type Json, type SendResult } from '@dragoman/node-red/channel-contract';
import { createHttp } from '@dragoman/node-red/http-client';
const channel: Channel = null as never;
const part: Json = { text: 'Hola' };
export const result: Promise<SendResult> = channel.send(part, part, {}, createHttp());
// @ts-expect-error A channel's id is text.
export const id: number = channel.id;
// @ts-expect-error Samples and a test runner are missing.
channelContract(channel);
`;
const sign = (body: string | Uint8Array, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

describe('its author', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-author-'));
  await installTarball(folder);
  await installEcho(folder);
  const { resolve } = createRequire(path.join(folder, 'package.json'));
  const { channelContract }: typeof contract = await import(resolve('@dragoman/node-red/channel-contract'));
  const { createHttp }: typeof client = await import(resolve('@dragoman/node-red/http-client'));
  const { echo }: { echo: contract.Channel } = await import(resolve('dragoman-channel-echo'));
  const http = createHttp();
  afterAll(async () => {
    await http.close();
    await rm(folder, { recursive: true, force: true });
  });

  channelContract(
    echo,
    {
      settings: { token: TOKEN, signingSecret: SECRET },
      bodies: { text: { id: 'in-1', from: 'ana', text: 'Hola' }, handMade: { from: 'ana', text: 'Hola' } },
      signature: { setting: 'signingSecret', coversBody: true },
      sign(body, { signingSecret }) {
        const header = 'x-echo-signature';
        return { header, headers: { [header]: sign(body, signingSecret) } };
      },
      address: { to: 'ana' },
      accepted: { id: 'out-1' },
      refused: (_status, message) => ({ error: message }),
    },
    { describe, it, expect, http },
  );

  it('gets types', async () => {
    const file = path.join(folder, 'author.ts');
    await writeFile(file, AUTHORS_FILE);
    const compiler = path.resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
    const flags = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--types', ''];
    await promisify(execFile)(process.execPath, [compiler, ...flags, file], { cwd: folder }).catch(({ stdout }) => {
      throw new Error(stdout);
    });
  });
});

describe('its users', () => {
  let stock: Stock;
  let platform: Server;
  const asked: { url: string | undefined; headers: IncomingHttpHeaders; body: unknown }[] = [];

  beforeAll(async () => {
    platform = createServer(async (request, response) => {
      asked.push({ url: request.url, headers: request.headers, body: JSON.parse(await text(request)) });
      response.end(JSON.stringify({ id: `out-${asked.length}` }));
    }).listen(0, '127.0.0.1');
    await once(platform, 'listening');
    stock = await startStock({
      async prepare(userDir) {
        await installTarball(userDir);
        await installEcho(userDir);
      },
    });
  });
  afterAll(async () => {
    await stock.stop();
    platform.closeAllConnections();
    platform.close();
  });

  const get = (route: string) => fetch(stock.url + route, { headers: { accept: 'application/json' } });
  const hook = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${stock.url}/hooks/echo`, { method: 'POST', headers, body });

  it('find its channel among the plugins, with the form that the account’s dialog draws', async () => {
    const plugins = (await (await get('/plugins')).json()) as { module: string }[];
    expect(plugins.filter(({ module }) => module === 'dragoman-channel-echo')).toMatchObject([{ enabled: true }]);
    const forms = await (await fetch(`${stock.url}/plugins`, { headers: { accept: 'text/html' } })).text();
    expect(forms).toContain("RED.plugins.registerPlugin('dragoman-channel-echo'");
  });

  it('can store its secrets, which come back from nowhere', async () => {
    const { port } = platform.address() as AddressInfo;
    const deployed = await fetch(`${stock.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(flowOf(`http://127.0.0.1:${port}`)),
    });
    expect(deployed.status).toBe(204);
    const stored = (await (await get('/credentials/dragoman-account/account')).json()) as object;
    expect(Object.entries(stored).filter(([, value]) => value !== false)).toEqual([
      ['has_echo__token', true],
      ['has_echo__signingSecret', true],
    ]);
    for (const route of ['/flows', '/dragoman/simulator/api/accounts'])
      expect(await (await get(route)).text()).not.toContain(TOKEN);
    await vi.waitFor(
      async () => expect((await hook('{}', { 'x-echo-signature': sign('{}') })).status).toBe(200),
      10_000,
    );
  });

  it('receive through its signature check and send with its token', async () => {
    const message = (id: string, words: string) => JSON.stringify({ id, from: 'ana', text: words });
    const statusOf = async (body: string, secret?: string) =>
      (await hook(body, secret ? { 'x-echo-signature': sign(body, secret) } : {})).status;
    const first = message('in-1', '¿Hola?');
    expect(await statusOf(first)).toBe(401);
    expect(await statusOf(first, 'another secret')).toBe(401);
    expect(await statusOf(first, SECRET)).toBe(200);
    await vi.waitFor(() => expect(asked).toHaveLength(1), 10_000);
    expect(asked[0]).toMatchObject({
      url: '/messages',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: { to: 'ana', text: 'echo: ¿Hola?' },
    });
    // Delivered again, it is the same event: the next reply is the next message's.
    expect(await statusOf(first, SECRET)).toBe(200);
    expect(await statusOf(message('in-2', 'Bien'), SECRET)).toBe(200);
    await vi.waitFor(() => expect(asked).toHaveLength(2), 10_000);
    expect(asked[1]).toMatchObject({ body: { to: 'ana', text: 'echo: Bien' } });
    expect(stock.output()).not.toMatch(new RegExp(`${TOKEN}|${SECRET}|Hola`));
  });
});

function flowOf(apiBase: string): FlowItem[] {
  const at = { z: 'tab', y: 100 };
  return [
    { id: 'tab', type: 'tab', label: 'Echo' },
    accountConfig('account', {
      name: 'Echo',
      channel: 'echo',
      settings: { apiBase },
      credentials: { echo__token: TOKEN, echo__signingSecret: SECRET },
    }),
    {
      ...at,
      id: 'http',
      type: 'http in',
      x: 100,
      method: 'post',
      url: '/hooks/echo',
      skipBodyParsing: true,
      wires: [['in']],
    },
    { ...at, id: 'in', type: 'dragoman-channel-in', x: 300, account: 'account', version: 1, wires: [['words']] },
    {
      ...at,
      id: 'words',
      type: 'template',
      x: 500,
      field: 'payload',
      fieldType: 'msg',
      format: 'handlebars',
      syntax: 'mustache',
      template: 'echo: {{{payload}}}',
      output: 'str',
      wires: [['out']],
    },
    { ...at, id: 'out', type: 'dragoman-channel-out', x: 700, version: 1, wires: [] },
  ];
}
