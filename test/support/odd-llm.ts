/** A server that speaks chat completions in its own way; for what no stand-in of a known server does. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OddBody {
  messages: {
    role: string;
    content: string | null;
    tool_calls?: { id: string; function: { name: string; arguments: string } }[];
    tool_call_id?: string;
    reasoning_content?: string;
  }[];
  tools?: unknown[];
  max_tokens?: number;
  max_completion_tokens?: number;
  [field: string]: unknown;
}

export interface OddAnswer {
  status?: number;
  body: unknown;
  type?: string;
}

/** A completion with this message. */
export const saying = (message: object | string, finish: string | null = 'stop'): OddAnswer => ({
  body: {
    choices: [
      { index: 0, finish_reason: finish, message: typeof message === 'string' ? { content: message } : message },
    ],
  },
});

export const refusing = (message: string, more: object = {}, status = 400): OddAnswer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', ...more } },
});

/** @param answer undefined: never. */
export async function startOdd(answer: (body: OddBody, raw: string) => OddAnswer | undefined) {
  const bodies: OddBody[] = [];
  let closed = 0;
  const server = createServer(async (req, res) => {
    let raw = '';
    for await (const chunk of req) raw += chunk;
    if (req.url !== '/v1/chat/completions') return void res.writeHead(404).end('{"detail":"Not Found"}');
    const body = JSON.parse(raw) as OddBody;
    bodies.push(body);
    res.on('close', () => {
      if (!res.writableFinished) closed++;
    });
    const said = answer(body, raw);
    if (!said) return;
    res.writeHead(said.status ?? 200, { 'content-type': said.type ?? 'application/json' });
    res.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    /** Requests whose client went away before the answer. */
    closed: () => closed,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
