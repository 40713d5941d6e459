/**
 * The messaging platform of all subjects: takes every request as a sent message and notes when it came. Tells its parent in batches, so that
 * telling costs little. The serial in a reply's text (`#123`) says which message it answers.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the parent is sent: serials and the times they arrived, pairwise. */
export interface Arrivals {
  arrivals: [serial: number, at: number][];
}

const TELL_EVERY_MS = 2;
let waiting: Arrivals['arrivals'] = [];
let planned = false;
let messageId = 0;

function tell(): void {
  planned = false;
  process.send!({ arrivals: waiting } satisfies Arrivals);
  waiting = [];
}

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now();
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { chat_id, text = '' } = JSON.parse(body) as { chat_id: string; text?: string };
    const result = { message_id: ++messageId, date: 1, chat: { id: Number(chat_id), type: 'private' }, text };
    const answer = JSON.stringify({ ok: true, result });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
    // Typing is a request as well, and no reply.
    if (!request.url?.endsWith('/sendMessage')) return;
    waiting.push([Number(/#(\d+)/.exec(text)?.[1]), at]);
    if (planned) return;
    planned = true;
    setTimeout(tell, TELL_EVERY_MS);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
