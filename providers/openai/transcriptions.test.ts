import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Body, serveJson } from '../../contracts/server.ts';
import type { Hearing } from '../../core/ports.ts';
import { wavOf } from '../../core/sound/wav.ts';
import { type LlmFault, startLlm } from '../../simulator/llm.ts';
import { createOpenAiTranscriber } from './transcriptions.ts';

let llm: Awaited<ReturnType<typeof startLlm>>;
beforeEach(async () => {
  llm = await startLlm();
});
afterEach(() => llm.close());

const never = new AbortController().signal;

const hear = (text: string, more: Partial<Hearing> = {}, model = 'whisper-1', baseUrl = llm.url) =>
  createOpenAiTranscriber({ apiKey: 'sk-key', baseUrl, model })(wavOf(llm.say(text)), {
    type: 'wav',
    signal: never,
    ...more,
  });
const asked = () => llm.journal.map(({ body }) => body as Record<string, unknown>);

describe('what is asked', () => {
  it('is the words, in the language that is given, with the names to expect', async () => {
    const hints = ['Paracetamol 500', ' باراسيتامول\n', ''];
    expect(await hear('عايز 5 علب', { language: 'ar-EG', hints })).toEqual({ text: 'عايز 5 علب', language: 'ar' });
    expect(asked()).toEqual([
      {
        model: 'whisper-1',
        language: 'ar',
        prompt: 'Paracetamol 500, باراسيتامول.',
        response_format: 'json',
        file: { name: 'voice.wav', type: 'audio/wav', bytes: expect.any(Number) },
      },
    ]);
  });

  it('has no more names than are read', async () => {
    const hints = Array.from({ length: 500 }, (_, at) => `Medicine number ${at}`);
    await hear('yes', { language: 'en', hints });
    await hear('نعم', { language: 'ar', hints: hints.map(() => 'باراسيتامول أقراص') });
    const [english, arabic] = asked().map(({ prompt }) => String(prompt));
    expect([english!.length, arabic!.length].map((length) => length > 150 && length < 900)).toEqual([true, true]);
    expect(english).toMatch(/^Medicine number 0, .*\.$/);
    expect(arabic!.length).toBeLessThan(300);
  });

  it('is which language it was, where nobody knows', async () => {
    expect(await hear('سلام چطور هستید')).toEqual({ text: 'سلام چطور هستید', language: 'fa' });
    expect(asked()[0]).toMatchObject({ response_format: 'verbose_json' });
  });

  it('is plain JSON where the model has no more, from then on at once', async () => {
    expect(await hear('one two', {}, 'gpt-4o-transcribe')).toEqual({ text: 'one two', language: undefined });
    expect(await hear('three', {}, 'gpt-4o-transcribe')).toEqual({ text: 'three', language: undefined });
    expect(asked().map(({ response_format }) => response_format)).toEqual(['verbose_json', 'json', 'json']);
  });

  it('is a stream where somebody listens', async () => {
    const told: string[] = [];
    const onPartial = (text: string) => void told.push(text);
    expect(await hear('one two three', { language: 'en', onPartial }, 'gpt-4o-transcribe')).toEqual({
      text: 'one two three',
      language: 'en',
    });
    expect(told).toEqual(['one', 'one two', 'one two three']);
    expect(await hear('four', { language: 'en', onPartial })).toEqual({ text: 'four', language: 'en' });
    expect(told).toHaveLength(3);
  });
});

describe('odd servers', () => {
  const at = async (answer: (form: string) => Body, more: Partial<Hearing> = {}) => {
    await using server = await serveJson(({ body }) => answer(String(body)));
    const url = `${server.url}/v1`;
    return [await hear('x', more, 'm', url), await hear('x', more, 'm', url)];
  };
  const text = (text: string, type: string): Body => ({ status: 200, headers: { 'content-type': type }, text });

  it.each<[string, Body, object]>([
    ['a text', text(' Hola \n', 'text/plain; charset=utf-8'), { text: 'Hola' }],
    ['a text in JSON', text('"Hola"', 'application/json'), { text: 'Hola' }],
    [
      'the code of the language',
      { status: 200, json: { text: ' Hola', language: 'es' } },
      { text: 'Hola', language: 'es' },
    ],
    ['a list of languages', { status: 200, json: { text: 'Hola', languages: [{ code: 'es' }] } }, { language: 'es' }],
    ['a language of another name', { status: 200, json: { text: 'Hola', language: 'Hebrew' } }, { language: 'he' }],
    ['an unknown language', { status: 200, json: { text: 'Hola', language: 'klingon' } }, { language: undefined }],
    [
      'events though nobody asked',
      text(
        'data: {"type":"transcript.text.delta","delta":"Ho"}\r\n\r\ndata: {"type":"transcript.text.done","text":"Hola"}\r\n\r\n',
        'text/event-stream',
      ),
      { text: 'Hola' },
    ],
    [
      'events under another name',
      text('data: {"text":"Hola"}\n\ndata: {"text":"¿qué tal?"}\n\ndata: [DONE]\n\n', 'text/plain'),
      { text: 'Hola ¿qué tal?' },
    ],
  ])('%s is understood', async (_what, body, heard) => {
    expect((await at(() => body))[0]).toMatchObject(heard);
  });

  it.each([
    ['a page', text('<html>Sign in</html>', 'text/html')],
    ['a page that is called a text', text('\n<!doctype html>', 'text/plain')],
    ['JSON of another shape', { status: 200, json: { words: [] } }],
    ['an error with a good status', { status: 200, json: { error: { message: 'secret words', code: 'no_model' } } }],
    ['half a stream', text('data: {"type":"transcript.text.delta","delta":"Ho"}\n\n', 'text/event-stream')],
    ['a stream of something else', text('data: what?\n\n', 'text/event-stream')],
    ['an error in a stream', text('data: {"error":{"message":"secret words"}}\n\n', 'text/event-stream')],
  ] as [string, Body][])('%s is an error', async (_what, body) => {
    await expect(at(() => body)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.not.stringContaining('secret'),
    });
  });
});

/** Fields of a form, read by the platform. */
async function fieldsIn(request: Request): Promise<Record<string, unknown>> {
  return Object.fromEntries((await request.formData()) as unknown as Iterable<[string, unknown]>);
}

describe('a server that refuses', () => {
  /** Refuses what `refuses` says of the fields. */
  async function refusing(refuses: (fields: Record<string, unknown>) => object | undefined, more: Partial<Hearing>) {
    const seen: Record<string, unknown>[] = [];
    const send: typeof fetch = async (url, init) => {
      const fields = await fieldsIn(new Request(url as string, { ...init, duplex: 'half' } as RequestInit));
      seen.push(fields);
      const error = refuses(fields);
      return Response.json(error ? { error } : { text: 'Hola' }, { status: error ? 400 : 200 });
    };
    // Each its own: what is learned of one is not known of another.
    const baseUrl = `http://server-${++servers}.test/v1`;
    const transcribe = createOpenAiTranscriber({ apiKey: '', baseUrl, model: 'm', fetch: send });
    const once = () => transcribe(wavOf(new Uint8Array(9_600)), { type: 'wav', signal: never, ...more });
    return { once, seen };
  }
  let servers = 0;
  const onPartial = () => {};

  it('hints is asked without them, and keeps what it takes', async () => {
    const { once, seen } = await refusing(
      ({ prompt }) => (prompt ? { message: "'prompt' is not supported with this model", param: 'prompt' } : undefined),
      { hints: ['Aspirin'], onPartial },
    );
    for (let time = 0; time < 2; time++) expect(await once()).toMatchObject({ text: 'Hola' });
    expect(seen.map(({ prompt, stream, response_format }) => [prompt, stream, response_format])).toEqual([
      ['Aspirin.', 'true', 'verbose_json'],
      [undefined, 'true', 'verbose_json'],
      [undefined, 'true', 'verbose_json'],
    ]);
  });

  it('without saying what is asked for less and less, and for no more than that', async () => {
    const { once, seen } = await refusing(() => ({ message: 'Bad request.' }), { hints: ['Aspirin'], onPartial });
    await expect(once()).rejects.toMatchObject({ code: 'PROVIDER_FAILED', retryable: false });
    expect(seen).toHaveLength(4);
    await expect(once()).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
    // It refused to the last: nothing was learned.
    expect(seen).toHaveLength(8);
  });

  it('the sound is not asked again', async () => {
    const { once, seen } = await refusing(() => ({ message: 'The audio file could not be decoded.' }), { onPartial });
    await expect(once()).rejects.toMatchObject({ code: 'PROVIDER_FAILED', retryable: false });
    expect(seen).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  it.each<[LlmFault, RegExp, boolean]>([
    [{ kind: 'unauthorized' }, /refused the API key.*STT_API_KEY/, false],
    [{ kind: 'error', status: 404 }, /does not know the model.*STT_MODEL and STT_BASE_URL/, false],
    [{ kind: 'error', status: 413 }, /too long/, false],
    [{ kind: 'error' }, /problem of its own/, true],
    [{ kind: 'rate-limit', retryAfterSeconds: 3 }, /limits the rate/, true],
    [{ kind: 'reset' }, /No connection/, true],
    [{ kind: 'html' }, /no transcription/, false],
  ])('is told with what to do: $kind', async (fault, words, retryable) => {
    llm.faults.push(fault);
    const error = await hear('secret words', { language: 'en' }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'PROVIDER_FAILED', retryable });
    expect(`${error.message} ${error.action}`).toMatch(words);
    expect(`${error.message} ${error.action}`).not.toMatch(/sk-key|secret/);
  });

  it('ends when it is told to, also in the middle of a stream', async () => {
    const stop = new AbortController();
    llm.faults.push({ kind: 'stall' });
    const onPartial = () => stop.abort();
    await expect(
      hear('one two three four', { language: 'en', onPartial, signal: stop.signal }, 'gpt-4o-transcribe'),
    ).rejects.toMatchObject({ code: 'PROVIDER_FAILED', message: expect.stringContaining('cancelled') });
  });

  it('is a setting that can never work', () => {
    expect(() => createOpenAiTranscriber({ apiKey: '', baseUrl: 'ftp://x', model: 'm' })).toThrow(
      /transcription endpoint/,
    );
    expect(() => createOpenAiTranscriber({ apiKey: '', baseUrl: 'http://x', model: ' ' })).toThrow(/No model/);
  });
});
