import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wavOf } from '../../core/sound/wav.ts';
import { type LlmFault, startLlm } from '../../simulator/llm.ts';
import { createOpenAiSpeaker, type SpeakerLimits } from './speech.ts';

let llm: Awaited<ReturnType<typeof startLlm>>;
beforeEach(async () => {
  llm = await startLlm();
});
afterEach(() => llm.close());

const never = new AbortController().signal;

const pieces = (
  text: string,
  {
    url = llm.url,
    signal = never,
    voice,
    ...limits
  }: { url?: string; signal?: AbortSignal; voice?: string } & SpeakerLimits = {},
) =>
  createOpenAiSpeaker({ apiKey: 'sk-key', baseUrl: url, model: 'tts-1' }, limits)(text, {
    language: 'en',
    voice,
    signal,
  });

async function whole(sound: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of sound) {
    expect(piece.length % 2).toBe(0);
    all.push(piece);
  }
  return Buffer.concat(all);
}

const asked = () => llm.journal.map(({ body }) => body as Record<string, unknown>);

it('speaks a text, in the voice that is chosen', async () => {
  expect(await whole(pieces('Five boxes of paracetamol', { voice: 'nova' }))).toEqual(
    llm.say('Five boxes of paracetamol'),
  );
  expect(asked()).toEqual([
    { model: 'tts-1', voice: 'nova', input: 'Five boxes of paracetamol', response_format: 'pcm' },
  ]);
  await whole(pieces('Yes'));
  expect(asked()[1]).toMatchObject({ voice: 'alloy' });
});

it('gives the first sound before the last is made', async () => {
  llm.faults.push({ kind: 'stall' });
  for await (const piece of pieces('one two three four five six seven eight')) {
    expect(piece.length).toBeGreaterThan(0);
    // Half of it never comes.
    break;
  }
});

it('says nothing where there is nothing to say', async () => {
  expect(await whole(pieces(' \n '))).toHaveLength(0);
  expect(llm.journal).toEqual([]);
});

it('speaks a long text in parts, cut between sentences, or words, or anywhere', async () => {
  const sentences = `${'This sentence is said many times. '.repeat(200)}`.trim();
  // A comparison that prints megabytes takes longer than the speech.
  expect((await whole(pieces(sentences))).equals(llm.say(sentences))).toBe(true);
  const parts = asked().map(({ input }) => String(input));
  expect(parts.map((part) => part.length <= 4_096 && part.endsWith('.'))).toEqual([true, true]);
  llm.journal.length = 0;
  await whole(pieces('word '.repeat(1_000)));
  await whole(pieces('😀'.repeat(3_000)));
  expect(asked().map(({ input }) => String(input).isWellFormed() && String(input).length <= 4_096)).toEqual(
    asked().map(() => true),
  );
  expect(
    asked()
      .map(({ input }) => input)
      .join(''),
  ).toContain('😀'.repeat(3_000));
});

describe('servers of other kinds', () => {
  /** @param answer to the format that is asked for */
  async function withServer<T>(
    answer: (format: string, res: ServerResponse) => void,
    use: (url: string, formats: string[]) => Promise<T>,
  ): Promise<T> {
    const formats: string[] = [];
    const server = createServer(async (req, res) => {
      let body = '';
      for await (const piece of req) body += piece;
      const { response_format: format } = JSON.parse(body);
      formats.push(format);
      answer(format, res);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, formats);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const sound = () => llm.say('one two');

  it('one that gives a WAV file whatever it is asked for is heard', () =>
    withServer(
      (_format, res) => res.writeHead(200, { 'content-type': 'application/octet-stream' }).end(wavOf(sound())),
      async (url, formats) => {
        expect(await whole(pieces('x', { url }))).toEqual(sound());
        expect(formats).toEqual(['pcm']);
      },
    ));

  it.each<[string, (res: ServerResponse) => void]>([
    [
      'refuses bare samples',
      (res) => res.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no pcm"}}'),
    ],
    [
      'gives a compressed sound',
      (res) => res.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.alloc(100_000)),
    ],
  ])('one that %s is asked for a WAV file, from then on at once', (_what, refuse) =>
    withServer(
      (format, res) => {
        if (format === 'pcm') refuse(res);
        else res.writeHead(200, { 'content-type': 'audio/wav' }).end(wavOf(sound()));
      },
      async (url, formats) => {
        for (let time = 0; time < 2; time++) expect(await whole(pieces('x', { url }))).toEqual(sound());
        expect(formats).toEqual(['pcm', 'wav', 'wav']);
      },
    ),
  );

  it('one of another rate is brought to ours, as its header or its type says', () =>
    withServer(
      (_format, res) => res.writeHead(200, { 'content-type': 'audio/pcm;rate=12000' }).end(sound()),
      async (url) => expect((await whole(pieces('x', { url }))).length).toBe(2 * sound().length),
    ));

  it('a model of Piper’s is asked for what tells its rate', () =>
    withServer(
      (_format, res) => res.writeHead(200, { 'content-type': 'audio/wav' }).end(wavOf(sound(), 12_000)),
      async (url, formats) => {
        const model = 'speaches-ai/piper-ru_RU-dmitri-medium';
        const speak = createOpenAiSpeaker({ apiKey: '', baseUrl: url, model });
        expect((await whole(speak('x', { language: 'ru', signal: never }))).length).toBe(2 * sound().length);
        expect(formats).toEqual(['wav']);
      },
    ));

  it('one that has nothing but compressed sound is told so', () =>
    withServer(
      (_format, res) => res.writeHead(200, { 'content-type': 'audio/mpeg' }).end('ID3'),
      async (url) =>
        await expect(whole(pieces('x', { url }))).rejects.toMatchObject({
          code: 'PROVIDER_FAILED',
          message: expect.stringContaining('no sound'),
        }),
    ));

  it.each(['text/html', 'application/json'])('one that answers %s is told so', (type) =>
    withServer(
      (_format, res) => res.writeHead(200, { 'content-type': type }).end('<html>'),
      async (url) =>
        await expect(whole(pieces('x', { url }))).rejects.toMatchObject({
          message: expect.stringContaining('did not answer as a speech endpoint'),
        }),
    ),
  );
});

describe('what goes wrong', () => {
  const failure = (text: string, more = {}) =>
    whole(pieces(text, more)).then(
      () => 'spoken',
      (error) => error,
    );

  it.each<[LlmFault, RegExp, boolean]>([
    [{ kind: 'unauthorized' }, /refused the API key.*TTS_API_KEY/, false],
    [{ kind: 'error', status: 404 }, /TTS_MODEL and TTS_BASE_URL/, false],
    [{ kind: 'error' }, /problem of its own/, true],
    [{ kind: 'rate-limit', retryAfterSeconds: 3 }, /limits the rate/, true],
    [{ kind: 'reset' }, /No connection/, true],
    [{ kind: 'empty' }, /no sound/, false],
    [{ kind: 'cut' }, /broke off in the middle/, true],
    [{ kind: 'html' }, /did not answer as a speech endpoint/, true],
  ])('is told with what to do: $kind', async (fault, words, retryable) => {
    llm.faults.push(fault);
    const error = await failure('secret words of a customer that go on for a while');
    expect(error).toMatchObject({ code: 'PROVIDER_FAILED', retryable });
    expect(`${error.message} ${error.action}`).toMatch(words);
    expect(`${error.message} ${error.action}`).not.toMatch(/sk-key|secret/);
  });

  it('a server that does not begin, or falls silent, is given up', async () => {
    llm.faults.push({ kind: 'hang' }, { kind: 'stall' });
    expect(await failure('one two', { firstMs: 100 })).toMatchObject({
      retryable: true,
      message: expect.stringContaining('did not begin'),
    });
    expect(await failure('one two three four', { idleMs: 100 })).toMatchObject({
      retryable: true,
      message: expect.stringContaining('fell silent'),
    });
  });

  it('time in which nobody listens does not count', async () => {
    const heard: Uint8Array[] = [];
    for await (const piece of pieces('one two three four', { idleMs: 50 })) {
      heard.push(piece);
      if (heard.length === 1) await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(Buffer.concat(heard)).toEqual(llm.say('one two three four'));
  });

  it('a voice that never ends is stopped', async () => {
    const endless = async function* () {
      const second = new Uint8Array(48_000);
      for (;;) yield second;
    };
    const send: typeof fetch = async () =>
      ({ status: 200, headers: new Headers({ 'content-type': 'audio/pcm' }), body: endless() }) as unknown as Response;
    const speak = createOpenAiSpeaker({ apiKey: '', baseUrl: 'http://x/v1', model: 'm', fetch: send });
    let seconds = 0;
    const talking = async () => {
      for await (const _ of speak('x', { language: 'en', signal: never })) seconds++;
    };
    await expect(talking()).rejects.toMatchObject({ message: expect.stringContaining('did not stop') });
    expect(seconds).toBe(600);
  });

  it('ends when it is told to, before, in the middle, and in what is already here', async () => {
    expect(await failure('x', { signal: AbortSignal.abort() })).toMatchObject({
      message: expect.stringContaining('cancelled'),
    });
    for (const fault of [{ kind: 'stall' }, { kind: 'pass' }] as const) {
      llm.faults.push(fault);
      const stop = new AbortController();
      let got = 0;
      const talking = async () => {
        for await (const _ of pieces('one two three four five six', { signal: stop.signal })) {
          got++;
          stop.abort();
        }
      };
      await expect(talking()).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
      expect(got).toBe(1);
    }
  });
});
