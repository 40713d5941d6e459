import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEgress, type Egress } from './egress.ts';

let server: Server;
let url: string;
let asked: string[];
let lines: string[];
let egress: Egress;

beforeEach(async () => {
  asked = [];
  lines = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/moved') return response.writeHead(302, { location: '/elsewhere' }).end();
    if (request.url === '/never') return;
    if (request.url === '/pieces') {
      response.write('one ');
      return setImmediate(() => response.end('two'));
    }
    request
      .setEncoding('utf8')
      .on('data', (body: string) => response.end(JSON.stringify({ body, ...request.headers })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  egress = createEgress({ debug: (line) => void lines.push(line) });
});

afterEach(async () => {
  await egress.close();
  server.closeAllConnections();
  server.close();
});

describe('the client for LLM hosts', () => {
  it.each(['señal', Buffer.from('señal')])(
    'posts a text or its bytes and gives the answer as text or JSON, and logs how much left for where but not what',
    async (body) => {
      const post = { method: 'POST', headers: new Headers({ 'X-Kind': 'test' }), body };
      const answer = await egress(`${url}/v1/chat?key=hidden`, post);
      expect(answer).toMatchObject({ ok: true, status: 200 });
      expect(await answer.json()).toMatchObject({ body: 'señal', 'x-kind': 'test' });
      expect(lines.join()).toMatch(/^127\.0\.0\.1:\d+\/v1\/chat: sent 6 bytes, 200 after \d+ ms\.$/);
    },
  );

  it('gives a body in pieces as they come', async () => {
    const { body } = await egress(`${url}/pieces`);
    let whole = '';
    for await (const piece of body as unknown as AsyncIterable<Buffer>) whole += piece;
    expect(whole).toBe('one two');
  });

  it('follows no redirect', async () => {
    const answer = await egress(`${url}/moved`);
    expect(answer).toMatchObject({ ok: false, status: 302 });
    expect(asked).toEqual(['GET /moved']);
  });

  it('ends with its signal, and closes the connection', async () => {
    const stop = new AbortController();
    const answering = egress(`${url}/never`, { signal: stop.signal });
    const [request] = await new Promise<[{ socket: { once(event: 'close', told: () => void): void } }]>((resolve) =>
      server.once('request', (...given) => resolve(given as never)),
    );
    const closed = new Promise<void>((resolve) => request.socket.once('close', resolve));
    stop.abort();
    await expect(answering).rejects.toMatchObject({ name: 'AbortError' });
    await closed;
  });

  it('says by which code a server cannot be reached, and refuses what is neither http nor https', async () => {
    await expect(egress('http://127.0.0.1:1/v1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(egress('file:///etc/passwd')).rejects.toMatchObject({ code: 'SETTING_INVALID' });
  });
});
