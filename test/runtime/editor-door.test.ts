/** What anybody can send to the editor before a login, with the editor that a newcomer starts. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, type Server, startServer } from '../support/server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let folder: string;
let port: number;
let server: Server;
let logged: number;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'editor-door-'));
  port = await freePort();
  const [data, flows] = [path.join(folder, 'data'), path.join(folder, 'flows')];
  // As in use: a test's own would quiet Express.
  server = await startServer({ PORT: String(port), DRAGOMAN_DATA: data, DRAGOMAN_FLOWS: flows, NODE_ENV: '' });
  await sleep(500);
  logged = server.output().length;
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => expect(server.output().slice(logged)).toBe(''));

const FORM = 'application/x-www-form-urlencoded';
const RIGHT = {
  ...{ client_id: 'node-red-editor', grant_type: 'password', scope: '*' },
  ...{ username: 'admin', password: 'test-password' },
};
const post = (page: string, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${server.url}/editor${page}`, { method: 'POST', body, headers });
const login = async (fields: object) => (await post('/auth/token', JSON.stringify(fields))).status;
const entered = async () => expect(await login(RIGHT)).toBe(200);

describe('the login', () => {
  it.each([
    ['a name that is an object', { username: { toString: 1 } }],
    ['a name that is a list', { username: ['admin'] }],
    ['a name that is a number', { username: 7 }],
    ['no name', { username: undefined }],
    ['a name of null', { username: null }],
    ['a name that every object has', { username: '__proto__' }],
    ['another one', { username: 'constructor' }],
    ['a name of 10 KB', { username: 'a'.repeat(10_000) }],
    ['a password that is an object', { password: { valueOf: 1 } }],
    ['a password that is true', { password: true }],
    ['a client that is an object', { client_id: { toString: null } }],
    ['a scope that is an object', { scope: { toString: 1 } }],
    ['a grant that is a list', { grant_type: ['password'] }],
  ])('refuses %s, and lets the right one in after it', async (_what, odd) => {
    expect(await login({ ...RIGHT, password: 'x', ...odd })).toBe(400);
    await entered();
  });

  it.each([
    ['JSON that is none', '{"username":', { 'content-type': 'application/json' }],
    ['a list', '["admin"]', { 'content-type': 'application/json' }],
    ['null', 'null', { 'content-type': 'application/json' }],
    ['an odd charset', JSON.stringify(RIGHT), { 'content-type': 'application/json; charset=klingon' }],
    ['an odd coding', JSON.stringify(RIGHT), { 'content-type': 'application/json', 'content-encoding': 'br' }],
    ['a form with a name in parts', 'client_id=a&username[toString]=1&password=x', { 'content-type': FORM }],
    ['no type', JSON.stringify(RIGHT), { 'content-type': 'text/plain' }],
    ['100 KB', JSON.stringify({ ...RIGHT, more: 'x'.repeat(100_000) }), { 'content-type': 'application/json' }],
  ] as [string, string, Record<string, string>][])('refuses a body of %s', async (_what, body, headers) => {
    for (const page of ['/auth/token', '/AUTH/Token/', '/auth/token?x=1'])
      expect((await post(page, body, headers)).status).toBe(400);
    await entered();
  });

  it('takes a form as well, and refuses a wrong password as it did', async () => {
    const form = (fields: Record<string, string>) =>
      post('/auth/token', String(new URLSearchParams(fields)), { 'content-type': FORM });
    expect((await form(RIGHT)).status).toBe(200);
    expect((await form({ ...RIGHT, password: 'no' })).status).toBe(403);
    expect(await login({ ...RIGHT, username: 'nobody' })).toBe(403);
    await entered();
  });
});

it.each([
  ['/flows', '{"a":', { 'content-type': 'application/json' }],
  ['/auth/revoke', '{}', { 'content-type': 'application/json; charset=klingon' }],
  ['/nodes', '{}', { 'content-type': 'application/json', 'content-encoding': 'odd' }],
  ['/dragoman/openapi', '"x"', { 'content-type': 'application/json' }],
] as [string, string, Record<string, string>][])(
  'a body that cannot be read costs no line: %s',
  async (page, body, headers) => {
    const response = await post(page, body, headers);
    expect([400, 415]).toContain(response.status);
    expect(await response.text()).not.toContain('node_modules');
  },
);

it.each([
  '/simulator/assets/%ff',
  '/editor/icons/%ff/x',
  '/editor/nodes/%ff',
  '/editor/locales/%E0%A4%A',
  '/dragoman/api/%',
  '/health/%c0%af',
  '/editor/icons/x/..%2fy',
  '/editor/icons/node-red%2f..%2fx/y',
  '/editor/icons/constructor/x',
  '/editor/locales/editor?lng[]=es',
  '/editor/locales/editor?lng[a]=es',
  '/editor/nodes?__proto__[x]=1&lng=a&lng=b',
])('a path that means nothing costs no line: %s', async (page) => {
  const response = await fetch(server.url + page);
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain('node_modules');
});

it.each([
  '/editor/',
  '/editor/icons/node-red/function.svg',
  '/editor/locales/editor?lng=es&_=1',
  '/health/?a[]=%ff',
  '/simulator/assets/na%C3%AFve.js',
])('leaves the others alone: %s', async (page) => {
  expect((await fetch(server.url + page)).status).not.toBe(400);
});

describe('the WebSocket', () => {
  const open: Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
  });

  /** Shakes hands by hand. */
  async function upgraded(page = '/editor/comms'): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    open.push(socket);
    socket.on('error', () => {});
    const key = Buffer.alloc(16).toString('base64');
    socket.write(
      `GET ${page} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: ${key}\r\nsec-websocket-version: 13\r\n\r\n`,
    );
    if (page !== '/editor/comms') return socket;
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('101 Switching');
    return socket;
  }
  /** Begins a frame of so many bytes. */
  function begin(socket: Socket, bytes: number): void {
    const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeBigUInt64BE(BigInt(bytes), 2);
    socket.write(head);
  }
  const closed = (socket: Socket) => socket.closed || once(socket.resume(), 'close');

  it('takes no frame of 95 MB, nor one of 300 KB, and none in parts', async () => {
    for (const bytes of [95_000_000, 300_000]) {
      const socket = await upgraded();
      begin(socket, bytes);
      await closed(socket);
    }
    const socket = await upgraded();
    const part = Buffer.alloc(8 + 60_000);
    for (let sent = 0; sent < 10; sent++) {
      part.set([sent === 0 ? 0x01 : 0x00, 0xfe, 60_000 >> 8, 60_000 & 255, 0, 0, 0, 0]);
      socket.write(part);
    }
    await closed(socket);
  });

  it('keeps a few that show no token, lets go the oldest, and lets in who has one', async () => {
    const { access_token: token } = (await (await post('/auth/token', JSON.stringify(RIGHT))).json()) as {
      access_token: string;
    };
    const editor = new WebSocket(`ws://127.0.0.1:${port}/editor/comms`);
    await once(editor, 'open');
    editor.send(JSON.stringify({ auth: token }));
    const [welcome] = (await once(editor, 'message')) as [MessageEvent];
    expect(JSON.parse(welcome.data)).toEqual({ auth: 'ok' });
    const strangers: Socket[] = [];
    for (let at = 0; at < 40; at++) strangers.push(await upgraded());
    await vi.waitFor(() => expect(strangers.slice(0, 8).every(({ closed }) => closed)).toBe(true));
    expect(strangers.slice(8).some(({ closed }) => closed)).toBe(false);
    for (const socket of strangers) socket.resume();
    await vi.waitFor(() => expect(strangers.every(({ closed }) => closed)).toBe(true), { timeout: 20_000 });
    expect(editor.readyState).toBe(WebSocket.OPEN);
    editor.close();
  });

  it('holds no upgrade open that nobody takes', async () => {
    await closed(await upgraded('/nowhere'));
  });
});
