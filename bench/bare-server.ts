/** Subject (d): the least a program in Node can do. Acknowledges an update and posts the reply over kept-alive connections. */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

const [platformPort] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const target = { agent, host: '127.0.0.1', port: platformPort, path: '/bot1:bench/sendMessage', method: 'POST' };

function reply(chatId: number, text: string): void {
  const body = JSON.stringify({ chat_id: chatId, text });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const call = request({ ...target, headers }, (response) => response.resume());
  call.end(body);
}

const server = createServer((incoming, response) => {
  let body = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk) => (body += chunk));
  incoming.on('end', () => {
    const { message } = JSON.parse(body) as { message: { chat: { id: number }; text: string } };
    response.writeHead(200, { 'content-length': 2 });
    response.end('ok');
    reply(message.chat.id, `Gracias, lo revisamos hoy mismo. ${/#\d+/.exec(message.text)?.[0]}`);
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
