/**
 * The simulator page on a server that plays its HTTP API: the built page under the real security policy, with a bot that answers
 * by a script. For tests of the page only; the real server has its own.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { SESSION, SESSION_PATH } from './session.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'web', 'pages', 'simulator');
const WEB = join(import.meta.dirname, '..', '..', 'web');
export const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

interface Said {
  account: string;
  customer: { id: string; name: string; username?: string; language?: string; topic?: number };
  action: { kind: string; text?: string; id?: string; title?: string; messageId?: string; style?: string };
}
type Item = Record<string, unknown> & { id: string };

const account = (id: string, name: string, channel: string, more: object) => ({
  id,
  name,
  channel,
  flow: 'isp-helpdesk',
  flowId: 'tab-1',
  usable: true,
  suggestions: ['¿Por qué mi internet está lento?', '¿Cómo cambio mi plan?', 'Hola'],
  language: 'es',
  signed: false,
  ...more,
});

export const ACCOUNTS = [
  account('tg', 'Soporte FibraNet', 'telegram', { signed: true }),
  account('tg-live', 'FibraNet (live)', 'telegram', {
    usable: false,
    why: 'real',
  }),
  account('wa', 'FibraNet Asistencia', 'whatsapp', {
    suggestions: ['چرا اینترنت من کند است؟', 'ساعت کاری شما چیست؟'],
    language: 'fa',
  }),
  account('ig', 'Café Aurora', 'instagram', { flow: 'platform-replies', signed: true }),
];

const FAULTS = ['duplicate', 'rate-limit', 'server-error', 'timeout', 'blocked', 'window-closed'];

export interface SimulatorPage {
  url: string;
  /** Every body that was posted to `say`. */
  said: Said[];
  /** What people of the business did. */
  acted: { account: string; deed: { do: string; status?: string } }[];
  /** Bodies of PUT faults. */
  faulted: { account: string; id: string; on: boolean }[];
  /** The next API call of this path is refused with this answer. */
  refuseNext(path: string, status: number, error: { code: string; message: string; action: string }): void;
  /** The names of the accounts that are in test mode from now on. */
  test(accounts: string[]): void;
  /** Sends an event to whoever follows this account. */
  push(account: string, event: string, data: unknown): void;
  close(): Promise<void>;
}

export async function serveSimulatorPage(): Promise<SimulatorPage> {
  const bundle = await build({
    entryPoints: [join(PAGE, 'simulator.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
  });
  const files: Record<string, [type: string, body: string | Uint8Array]> = {
    '/simulator': ['text/html; charset=utf-8', await readFile(join(PAGE, 'index.html'))],
    '/simulator/assets/simulator.js': ['text/javascript', bundle.outputFiles[0]?.contents ?? ''],
    '/simulator/assets/tokens.css': ['text/css', await readFile(join(WEB, 'tokens.css'))],
    '/simulator/assets/icon.svg': ['image/svg+xml', await readFile(join(WEB, 'icon.svg'))],
    [SESSION_PATH]: ['application/json', JSON.stringify(SESSION)],
  };
  const said: Said[] = [];
  const acted: SimulatorPage['acted'] = [];
  const faulted: SimulatorPage['faulted'] = [];
  const streams = new Map<ServerResponse, { account: string; key: string }>();
  const histories = new Map<string, Item[]>();
  const threadKey = (account: string, { id, topic }: { id: string; topic?: number | string }) =>
    `${account}/${id}/${topic ?? ''}`;
  let state: { conversation: string; status: string; humanUntil: number; block?: { rule: string; reason: string } } = {
    conversation: 'c1',
    status: 'active',
    humanUntil: 0,
  };
  const refusals = new Map<string, { status: number; error: object }>();
  let count = 0;
  let testing: string[] = [];

  const push = (to: string, event: string, data: unknown) => {
    for (const [stream, { account, key }] of streams)
      if (account === to || key === to) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const add = ({ account, customer }: Said, item: Omit<Item, 'id' | 'at'> & { id?: string }) => {
    const whole: Item = { at: Date.now(), format: 'plain', ...item, id: item.id ?? `m${++count}` };
    const key = threadKey(account, customer);
    const old = histories.get(key) ?? [];
    histories.set(key, [...old.filter(({ id }) => id !== whole.id), whole]);
    push(key, 'item', whole);
    return whole.id;
  };

  function answer(words: Said): void {
    const { account, action } = words;
    if (action.kind === 'human') {
      add(words, { from: 'human', text: action.text });
      return;
    }
    const media = ['photo', 'voice', 'location'].includes(action.kind) ? [{ kind: action.kind }] : [];
    const choice = action.kind === 'choice' ? { id: action.id, title: action.title } : undefined;
    add(words, { from: 'customer', text: action.text ?? action.title ?? '', state: 'read', media, choice });
    push(account, 'turn', { id: 't', decisions: [] });
    push(account, 'state', state);
    const pass = (gate: string, reason: string) => ({ gate, result: 'pass', rule: gate, reason });
    const gates = [
      pass('opt-out', 'The customer did not opt out.'),
      pass('status-gate', 'The conversation is active.'),
      pass('handoff', 'No person has taken over.'),
    ];
    if (action.text === 'STOP') {
      const block = {
        gate: 'opt-out',
        result: 'block',
        rule: 'consent',
        reason: 'The customer asked not to be written to.',
      };
      push(account, 'turn', { id: 't', outcome: 'blocked', decisions: [block] });
      return;
    }
    push(account, 'typing', { on: true });
    setTimeout(() => {
      push(account, 'typing', { on: false });
      const persian = /\p{Script=Arabic}/u.test(action.text ?? '');
      const text = persian
        ? '*سرعت اینترنت پایین است؟*\nمودم را ۳۰ ثانیه خاموش و دوباره روشن کنید. آدرس پنل: https://fibranet.example/panel'
        : account === 'tg'
          ? '<b>¿Internet lento?</b> Apague el módem 30 segundos y vuelva a encenderlo.\n<blockquote>De «Problemas comunes»</blockquote>Más: <a href="https://fibranet.example/ayuda">guía</a> &lt;img src=x&gt;'
          : '*¿Internet lento?* Apague el módem _30 segundos_ y vuelva a encenderlo.';
      const reply = {
        from: 'bot',
        text,
        format: account === 'tg' ? 'html' : 'whatsapp',
        buttons: persian
          ? [{ id: 'yes', title: 'حل شد' }]
          : [
              { id: 'yes', title: 'Funcionó' },
              { id: 'no', title: 'Sigue lento' },
            ],
        raw: { method: 'sendMessage', chat_id: 1, text, parse_mode: 'HTML' },
        schemaErrors: [],
      };
      const id = add(words, { ...reply, state: 'sending' });
      setTimeout(() => add(words, { ...reply, id, state: 'read' }), 40);
      push(account, 'turn', {
        id: 't',
        outcome: 'answered',
        decisions: [...gates, pass('rate-limit', '1 of 5 messages in this second.')],
        source: { kind: 'extractive', provider: 'extractive', passages: ['Problemas comunes › Internet lento'] },
      });
    }, 120);
  }

  async function api(path: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse) {
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const refusal = refusals.get(path);
    if (refusal) {
      refusals.delete(path);
      return json(refusal.status, { error: refusal.error });
    }
    const body = await text(request);
    const name = query.get('account') ?? '';
    if (path === 'accounts') return json(200, { accounts: ACCOUNTS, editor: '/editor/', testing });
    if (path === 'faults' && request.method === 'GET') {
      const on = (id: string) => faulted.findLast((f) => f.account === name && f.id === id)?.on ?? false;
      return json(200, { faults: FAULTS.map((id) => ({ id, on: on(id) })) });
    }
    if (path === 'faults') {
      faulted.push(JSON.parse(body));
      return json(200, {});
    }
    if (path === 'conversation') {
      const { account, deed } = JSON.parse(body) as SimulatorPage['acted'][number];
      acted.push({ account, deed });
      const humanUntil = deed.do === 'takeover' ? Date.now() + 300_000 : 0;
      const status = deed.status ?? state.status;
      const rule = humanUntil ? 'takeover' : 'status';
      state = {
        ...state,
        humanUntil,
        status,
        block: humanUntil || status !== 'active' ? { rule, reason: rule } : undefined,
      };
      return json(200, state);
    }
    if (path === 'say') {
      const words = JSON.parse(body) as Said;
      said.push(words);
      answer(words);
      return json(200, { status: 200, deliveries: 1 });
    }
    const customer = query.get('customer') ?? '';
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const topic = query.get('topic');
    const key = threadKey(name, { id: customer, topic: topic ?? undefined });
    const items = histories.get(key) ?? [];
    const before = items.length > 0 ? { items, state } : { items };
    response.write(`event: history\ndata: ${JSON.stringify(before)}\n\n`);
    streams.set(response, { account: name, key });
    request.once('close', () => streams.delete(response));
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const file = files[pathname];
    if (file) response.writeHead(200, { 'content-type': file[0], 'content-security-policy': CSP }).end(file[1]);
    else if (pathname.startsWith('/simulator/api/'))
      void api(pathname.slice('/simulator/api/'.length), searchParams, request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simulator`,
    said,
    acted,
    faulted,
    refuseNext: (path, status, error) => refusals.set(path, { status, error }),
    test: (accounts) => {
      testing = accounts;
    },
    push,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
