/** The line against the other end of docs/calls.md, over real sockets: Node's own WebSocket is the browser's. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeCallServer, fakeCallServer } from '../../test/support/fake-call-server.ts';
import type { ServerEvent } from './frames.ts';
import { type Closed, type Line, openLine } from './socket.ts';

let http: Server;
let server: FakeCallServer;
let line: Line | undefined;
/** What the owner is told, in its order. */
let told: string[];
let ended: Closed | undefined;

beforeEach(async () => {
  http = createServer();
  server = fakeCallServer(http);
  told = [];
  ended = undefined;
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
});
afterEach(async () => {
  line?.end();
  server.close();
  await new Promise((done) => http.close(done));
});

/** Of a machine that is busy. */
const until = <Value>(look: () => Value) => expect.poll(look, { timeout: 20_000 });

function open() {
  const mine = told;
  const ticket = server.start();
  line = openLine({
    ticket,
    base: `http://127.0.0.1:${(http.address() as AddressInfo).port}/call`,
    opened: (_session, again) => mine.push(again ? 'back' : 'opened'),
    event: (event: ServerEvent) => mine.push(event.type),
    lost: () => mine.push('lost'),
    closed: (why) => {
      ended = why;
    },
    dropped: () => mine.push('dropped'),
  });
  return { line, call: server.calls.at(-1)! };
}
const create = (id: string, text: string) => ({
  type: 'conversation.item.create' as const,
  item: { id, type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text }] },
});
/** 20 ms, all samples of one value. */
const frame = (value: number) => new Int16Array(320).fill(value).buffer;
const values = (sound: Buffer) =>
  Array.from({ length: sound.length / 640 }, (_, at) => [
    sound.readInt16LE(640 * at),
    sound.readInt16LE(640 * at + 638),
  ]);
const happens = (what: string) => until(() => told.includes(what)).toBe(true);

test('opens with the ticket, and ends when the caller hangs up', async () => {
  const { line, call } = open();
  await happens('opened');
  line.end();
  await until(() => ended).toEqual({ reason: 'caller', durationMs: 65_000 });
  expect(call.got.map(({ type }) => type)).toEqual(['dragoman.end']);
});

test('typed words that were not answered go again, and are the same words', async () => {
  const { line, call } = open();
  await happens('opened');
  line.insist(create('a', 'one'));
  await happens('conversation.item.done');
  server.options.typed = () => call.cut();
  // The server stored them, and its word of it is lost with the line.
  line.insist(create('b', 'two'));
  await happens('lost');
  server.options.typed = () => undefined;
  // Typed while there is no line.
  line.insist(create('c', 'three'));
  await happens('back');
  await until(() => call.items.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  const again = call.of('conversation.item.create').length;
  call.cut();
  await until(() => call.lines).toBe(3);
  // All is answered: nothing goes once more. What came before the cursor is not told again either.
  expect(call.of('conversation.item.create').length).toBe(again);
});

test('sound goes again from where it is asked for, with what was said in between', async () => {
  const { line, call } = open();
  line.sound(frame(-1));
  await happens('opened');
  for (let value = 0; value < 50; value++) line.sound(frame(value));
  await until(() => call.heard.length).toBe(50 * 640);
  call.commit('a', '');
  await happens('input_audio_buffer.committed');
  for (let value = 50; value < 80; value++) line.sound(frame(value));
  await until(() => call.heard.length).toBe(80 * 640);
  call.cut();
  await happens('lost');
  for (let value = 80; value < 100; value++) line.sound(frame(value));
  await happens('back');
  line.sound(frame(100));
  await until(() => call.heard.length).toBe(101 * 640);
  // The server had kept only what was committed: all is there once, in its place.
  expect(values(call.heard)).toEqual(Array.from({ length: 101 }, (_, value) => [value, value]));
  expect(call.sounds.length).toBe(80 + 51);
});

test('a line that is too slow loses sound, never its place', async () => {
  const { line, call } = open();
  await happens('opened');
  const said = 40_000;
  await call.doze(async () => {
    for (let value = 0; value < said; value++) line.sound(frame(1));
    await happens('dropped');
  });
  const lost = told.filter((what) => what === 'dropped').length;
  await until(() => call.heard.length).toBe((said - lost) * 640);
  line.sound(frame(7));
  await until(() => values(call.heard).at(-1)).toEqual([7, 7]);
});

test('pings, and leaves a line on which nobody answers', async () => {
  server.options.heartbeatMs = 100;
  const { call } = open();
  await until(() => call.pings).toBeGreaterThan(2);
  expect(told).toEqual(['opened']);
  call.deaf = true;
  await happens('lost');
  call.deaf = false;
  await happens('back');
  expect(call.lines).toBe(2);
});

test('a network that changed is tried at once', async () => {
  const { line, call } = open();
  await happens('opened');
  line.probe();
  await until(() => call.pings).toBe(1);
  call.cut();
  await happens('lost');
  line.probe();
  await happens('back');
});

test.each([
  [4401, 'refused'],
  [4409, 'elsewhere'],
  [1008, 'nonsense'],
  [1013, 'busy'],
  [1000, 'ended'],
])('closed with %d it stays closed: %s', async (code, reason) => {
  const { call } = open();
  await happens('opened');
  call.close(code);
  await until(() => ended).toEqual({ reason });
  expect([call.lines, told]).toEqual([1, ['opened']]);
});

test('a server that stops is come back to', async () => {
  const { call } = open();
  await happens('opened');
  call.close(1001);
  await happens('back');
  expect(call.lines).toBe(2);
});

test('refused before the call, it says why', async () => {
  server.refuse = 1013;
  open();
  await until(() => ended).toEqual({ reason: 'busy' });
});

test('a line that is not let in again is given up in time', { timeout: 30_000 }, async () => {
  server.options.resumeMs = 1_500;
  const { call } = open();
  await happens('opened');
  server.refuse = 401;
  call.cut();
  await until(() => ended).toEqual({ reason: 'lost' });
  line!.end();
  // One that never was let in: a browser is not told why.
  open();
  await until(() => ended).toEqual({ reason: 'unreachable' });
});

test('a ticket that was used on a line that broke at once does not matter', async () => {
  const { call } = open();
  // As if the first handshake had reached the server only.
  call.admits(`dragoman-ticket.${call.ticket.ticket}`);
  await until(() => told).toEqual(['opened']);
});
