/**
 * The LLM stand-in of the subjects that ask one, in a process of its own: as lean as can be, for it shares the machine with them. It answers with the
 * last `#123` it was asked with. A message `{ delayMs }` sets how long each answer takes, `{ open: true }` asks how many requests it has.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

let delayMs = 0;
let open = 0;
let serial = 0;

const server = createServer((request, response) => {
  open++;
  response.once('close', () => open--);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const text = `Gracias, lo revisamos hoy mismo. ${body.match(/#\d+/g)?.at(-1) ?? ''}`;
    const answer = request.url!.endsWith('/responses') ? responses(text) : completions(text);
    if (delayMs > 0) setTimeout(send, delayMs, response, answer);
    else send(response, answer);
  });
});

function send(response: ServerResponse, answer: object): void {
  const text = JSON.stringify(answer);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

const usage = { input_tokens: 200, output_tokens: 12, total_tokens: 212 };

const responses = (text: string) => ({
  id: `resp_${++serial}`,
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'bench',
  output: [
    {
      id: `msg_${serial}`,
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ],
  usage: { ...usage, input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
});

const completions = (content: string) => ({
  id: `chatcmpl-${++serial}`,
  object: 'chat.completion',
  created: 1,
  model: 'bench',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 200, completion_tokens: 12, total_tokens: 212 },
});

process.on('message', (asked: { delayMs?: number; open?: true }) => {
  if (asked.delayMs !== undefined) delayMs = asked.delayMs;
  process.send!({ open });
});
process.on('disconnect', () => process.exit());
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 16_384, () => process.send!({ port: (server.address() as AddressInfo).port }));
