/** The line against the other end of docs/web-chat.md, over real sockets: Node's own WebSocket is the browser's. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Message, ServerFrame, Ticket } from './frames.ts';
import { type Closed, type Line, openLine } from './line.ts';

let http: Server;
let sockets: WebSocketServer;
let line: Line | undefined;
let told: string[];
let closed: Closed | undefined;
/** The chat as the server has it. */
let stored: Message[];
let tickets: number;
/** Subprotocols and cursors of the lines that were opened. */
let knocks: { word: string; cursor: string | null }[];
let clients: WebSocket[];
/** The next lines are sent away with it. */
let refuses: number | undefined;
let answer: (frame: { type: string; id?: string; text?: string }, client: WebSocket) => void;

beforeEach(async () => {
  [told, closed, stored, tickets, knocks, clients, refuses] = [[], undefined, [], 0, [], [], undefined];
  http = createServer();
  sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'dragoman-chat' });
  answer = take;
  http.on('upgrade', (request, socket, head) => {
    const [, word = ''] = String(request.headers['sec-websocket-protocol']).split(/, */);
    const cursor = new URL(request.url!, 'http://x').searchParams.get('cursor');
    knocks.push({ word, cursor });
    sockets.handleUpgrade(request, socket, head, (client) => {
      clients.push(client);
      if (refuses !== undefined) return client.close(refuses);
      client.on('message', (data) => answer(JSON.parse(String(data)), client));
      const messages = stored.filter((message) => message.cursor > Number(cursor));
      say(client, { ...OPEN, cursor: stored.at(-1)?.cursor ?? 0, messages });
    });
  });
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
});
afterEach(async () => {
  line?.dispose();
  for (const client of clients) client.terminate();
  await new Promise((done) => http.close(done));
});

const OPEN = {
  ...{ type: 'open' as const, chat: 'c', title: 'T', language: 'en', guest: true, mode: 'bot' as const, read: 0 },
  ...{ more: false, heartbeat_ms: 25_000, longest_text: 4_000 },
};
const say = (client: WebSocket, frame: ServerFrame) => client.send(JSON.stringify(frame));

function take({ type, id, text = '' }: { type: string; id?: string; text?: string }, client: WebSocket): void {
  if (type !== 'message' || !id) return;
  const known = stored.find((message) => message.id === id);
  const cursor = known?.cursor ?? stored.length + 1;
  if (!known) stored.push({ id, cursor, author: 'customer', at: 0, text });
  say(client, { type: 'stored', id, cursor });
}

function open(ticket?: () => Promise<Ticket>) {
  line = openLine({
    ticket:
      ticket ??
      (async () => ({ chat_id: 'c', websocket_url: '/chat/c/line', ticket: `t${++tickets}`, resume: 'word' })),
    base: `http://127.0.0.1:${(http.address() as AddressInfo).port}/dragoman/widget.js`,
    frame: ({ type }) => told.push(type),
    lost: () => told.push('lost'),
    closed: (why) => {
      closed = why;
    },
  });
  return line;
}
const happens = (what: string) => expect.poll(() => told.includes(what), { timeout: 5_000 }).toBe(true);
const message = (id: string) => ({ type: 'message' as const, id, text: id });

test('opens with a ticket, then with the word, from where it was', async () => {
  const line = open();
  line.insist(message('a'));
  await happens('stored');
  clients[0]!.terminate();
  await happens('lost');
  await expect.poll(() => knocks.length, { timeout: 5_000 }).toBe(2);
  expect(knocks).toEqual([
    { word: 'dragoman-ticket.t1', cursor: null },
    { word: 'dragoman-resume.word', cursor: '1' },
  ]);
});

test('what nobody answered goes again, and is the same words', async () => {
  const line = open();
  await happens('open');
  answer = (frame, client) => {
    // Stored, and the word of it is lost with the line.
    take(frame, { send() {} } as never);
    client.terminate();
  };
  line.insist(message('a'));
  await happens('lost');
  answer = take;
  line.insist(message('b'));
  await expect.poll(() => stored.map(({ id }) => id), { timeout: 5_000 }).toEqual(['a', 'b']);
});

test('what may come again later does', async () => {
  const line = open();
  await happens('open');
  answer = (frame, client) => {
    answer = take;
    say(client, { type: 'error', code: 'too-fast', message: 'Slowly.', id: frame.id, retry_after_ms: 30 });
  };
  line.insist(message('a'));
  await happens('stored');
  expect(told).not.toContain('error');
  expect(stored.map(({ id }) => id)).toEqual(['a']);
});

test('where the word opens no more, the site is asked anew', async () => {
  open();
  await happens('open');
  refuses = 4401;
  clients[0]!.terminate();
  await expect.poll(() => tickets, { timeout: 10_000 }).toBe(2);
  refuses = undefined;
  await expect.poll(() => told.filter((type) => type === 'open').length, { timeout: 10_000 }).toBe(2);
  expect(knocks.slice(0, 3).map(({ word }) => word)).toEqual([
    'dragoman-ticket.t1',
    'dragoman-resume.word',
    'dragoman-ticket.t2',
  ]);
}, 30_000);

test('a server that has no room is asked again', async () => {
  refuses = 1013;
  open();
  await expect.poll(() => knocks.length, { timeout: 5_000 }).toBe(1);
  refuses = undefined;
  await happens('open');
  expect([closed, tickets]).toEqual([undefined, 1]);
});

test.each([
  [4403, 'origin'],
  [4404, 'gone'],
  [1008, 'nonsense'],
] as const)('closed with %i it is not tried again: %s', async (code, why) => {
  open();
  await happens('open');
  clients[0]!.close(code);
  await expect.poll(() => closed).toBe(why);
  expect(knocks).toHaveLength(1);
});

test('without a ticket there is no line', async () => {
  open(async () => {
    throw new Error('HTTP 503');
  });
  await expect.poll(() => closed).toBe('no-ticket');
});
