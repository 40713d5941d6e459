/** A stand-in for a transcription endpoint of the shape of OpenAI's `/v1/audio/transcriptions`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  authorization?: string;
  model?: string;
  filename?: string;
  bytes: number;
}

/** @param answer of each request; a text is what was said. */
export async function startSpeech(answer: (heard: Heard) => string | { status: number; body: string }) {
  const heard: Heard[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    if (req.url !== '/v1/audio/transcriptions' || req.method !== 'POST') return void res.writeHead(404).end('{}');
    // The platform's own reader of forms, so that ours is not judged by itself.
    const form = await new Response(Buffer.concat(chunks), {
      headers: { 'content-type': req.headers['content-type'] ?? '' },
    }).formData();
    const file = form.get('file') as File;
    const one = {
      authorization: req.headers.authorization,
      model: String(form.get('model')),
      filename: file.name,
      bytes: file.size,
    };
    heard.push(one);
    const said = answer(one);
    const { status, body } = typeof said === 'string' ? { status: 200, body: JSON.stringify({ text: said }) } : said;
    res.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    heard,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
