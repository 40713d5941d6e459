import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { createOpenAiEmbedder } from './embeddings.ts';

let llm: Awaited<ReturnType<typeof startLlm>>;
beforeEach(async () => {
  llm = await startLlm();
});
afterEach(() => llm.close());

const embedder = (baseUrl = llm.url) => createOpenAiEmbedder({ apiKey: 'k', baseUrl, model: 'embed' });
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** A server that answers every call with these vectors. */
async function withServer(data: { index: number; embedding: number[] }[], use: (url: string) => Promise<void>) {
  const server = createServer((_, res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ object: 'list', model: 'embed', data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the embedder', () => {
  it('gives one vector a text, near ones for texts alike', async () => {
    const [slow, slower, other] = await embedder().embed([
      'mi internet está lento',
      'internet lento',
      'factura de mayo',
    ]);
    expect(slow).toBeInstanceOf(Float32Array);
    expect(dot(slow!, slower!)).toBeGreaterThan(dot(slow!, other!));
    expect(llm.journal[0]?.body).toMatchObject({ model: 'embed', encoding_format: 'float' });
    expect(embedder().model).toBe('embed');
  });

  it('asks in batches and keeps the order over them', async () => {
    const texts = Array.from({ length: 600 }, (_, index) => `text number ${index}`);
    const vectors = await embedder().embed(texts);
    expect(llm.journal.map(({ body }) => (body as { input: string[] }).input.length)).toEqual([256, 256, 88]);
    for (const index of [0, 255, 256, 599])
      expect(vectors[index]).toEqual((await embedder().embed([texts[index]!]))[0]);
  });

  it('asks nothing for nothing, and stands an empty text', async () => {
    expect(await embedder().embed([])).toEqual([]);
    expect(llm.journal).toEqual([]);
    expect(await embedder().embed(['', 'a word'])).toHaveLength(2);
  });

  it('puts vectors in the order of their index', () =>
    withServer(
      [
        { index: 1, embedding: [0, 1] },
        { index: 0, embedding: [1, 0] },
      ],
      async (url) => {
        expect((await embedder(url).embed(['a', 'b'])).map((vector) => [...vector])).toEqual([
          [1, 0],
          [0, 1],
        ]);
      },
    ));

  it.each([
    ['one too few', [{ index: 0, embedding: [1, 0] }]],
    [
      'one twice',
      [
        { index: 0, embedding: [1, 0] },
        { index: 0, embedding: [1, 0] },
      ],
    ],
    [
      'a wrong index',
      [
        { index: -1, embedding: [1, 0] },
        { index: 1, embedding: [1, 0] },
      ],
    ],
    [
      'different lengths',
      [
        { index: 0, embedding: [1, 0] },
        { index: 1, embedding: [1] },
      ],
    ],
    [
      'empty vectors',
      [
        { index: 0, embedding: [] },
        { index: 1, embedding: [] },
      ],
    ],
  ])('refuses %s', (_, data) =>
    withServer(data, async (url) => {
      await expect(embedder(url).embed(['a', 'b'])).rejects.toMatchObject({
        code: 'PROVIDER_FAILED',
        retryable: false,
      });
    }),
  );

  it('explains a failure', async () => {
    llm.faults.push({ kind: 'error' });
    await expect(embedder().embed(['a'])).rejects.toMatchObject({ code: 'PROVIDER_FAILED', retryable: true });
    llm.faults.push({ kind: 'hang' });
    await expect(embedder().embed(['a'], AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
  });
});
