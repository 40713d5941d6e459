/** The page of calls, built as in a release and under the real security policy, on a server that plays its API and its socket. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Request, Response } from 'express';
import { policies } from '../../node-red/server/page.ts';
import { type FakeCallServer, type FakeOptions, fakeCallServer } from './fake-call-server.ts';
import { SESSION, SESSION_PATH } from './session.ts';

const WEB = join(import.meta.dirname, '..', '..', 'web');
const ACCOUNTS = [
  {
    id: 'pharmacy',
    name: 'Aurora Pharmacy',
    language: 'en',
    suggestions: ['Do you have paracetamol?', 'Where are you?'],
  },
  { id: 'arabic', name: 'صيدلية النور', language: 'ar', suggestions: ['هل لديكم باراسيتامول؟', 'أين أنتم؟'] },
];

export interface CallPage extends FakeCallServer {
  url: string;
  state: { accounts: object[]; editor?: string; testing: string[]; simulator: boolean };
  /** Bodies of POST start. */
  started: { account: string; language?: string }[];
  /** The next start is refused with this answer. */
  refuseStart(status: number, error: { code: string; message: string; action: string }): void;
  stop(): Promise<void>;
}

export async function serveCallPage(options: Partial<FakeOptions> = {}): Promise<CallPage> {
  const { outputFiles } = await build({
    entryPoints: { call: join(WEB, 'pages/call/call.ts'), 'call-worklet': join(WEB, 'call/worklet.ts') },
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
  });
  const files: Record<string, [type: string, body: string | Uint8Array]> = {
    '/call': ['text/html; charset=utf-8', await readFile(join(WEB, 'pages/call/index.html'))],
    '/call/assets/tokens.css': ['text/css', await readFile(join(WEB, 'tokens.css'))],
    '/call/assets/icon.svg': ['image/svg+xml', await readFile(join(WEB, 'icon.svg'))],
    [SESSION_PATH]: ['application/json', JSON.stringify(SESSION)],
  };
  for (const { path, contents } of outputFiles) files[`/call/assets${path}`] = ['text/javascript', contents];
  const started: CallPage['started'] = [];
  const state: CallPage['state'] = { accounts: ACCOUNTS, editor: '/editor/', testing: [], simulator: true };
  let refusal: { status: number; error: object } | undefined;

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    policies(request as Request, response as Response, () => undefined);
    const file = files[pathname];
    if (file) response.setHeader('content-type', file[0]).end(file[1]);
    else void api(pathname, request, response);
  });
  const calls = fakeCallServer(server, options);

  async function api(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (path === '/call/api/accounts') return json(200, state);
    if (path !== '/call/api/start') return json(404, {});
    if (refusal) {
      json(refusal.status, { error: refusal.error });
      refusal = undefined;
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as CallPage['started'][number];
    started.push(body);
    json(200, calls.start(body.language));
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return Object.assign(calls, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/call`,
    state,
    started,
    refuseStart: (status: number, error: object) => {
      refusal = { status, error };
    },
    stop: async () => {
      calls.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}
