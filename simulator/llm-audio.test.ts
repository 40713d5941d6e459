import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LlmFault, startLlm } from './llm.ts';

let llm: Awaited<ReturnType<typeof startLlm>>;
beforeEach(async () => {
  llm = await startLlm();
});
afterEach(() => llm.close());

const KEY = { authorization: 'Bearer k' };

async function speak(body: object, headers: Record<string, string> = KEY) {
  const response = await fetch(`${llm.url}/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: 'Good morning', response_format: 'pcm', ...body }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes, text: bytes.toString() };
}

async function transcribe(file: Buffer | undefined, fields: Record<string, string> = {}, name = 'voice.wav') {
  const form = new FormData();
  for (const [field, value] of Object.entries({ model: 'whisper-1', ...fields })) form.append(field, value);
  if (file) form.append('file', new Blob([new Uint8Array(file)]), name);
  const response = await fetch(`${llm.url}/audio/transcriptions`, { method: 'POST', headers: KEY, body: form });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), text, json: () => JSON.parse(text) };
}

/** A WAV file, written by hand: nobody's reader is judged by its own writer. */
function wav(pcm: Buffer, rate = 24_000, channels = 1): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + pcm.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2 * channels, 28);
  header.writeUInt16LE(2 * channels, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([header, pcm]);
}

/** Every third sample kept twice: 16,000 a second, as roughly as can be. */
function slower(pcm: Buffer): Buffer {
  const samples = Array.from({ length: Math.floor(pcm.length / 3) }, (_, at) =>
    pcm.readInt16LE(Math.floor(at * 1.5) * 2),
  );
  const made = Buffer.alloc(samples.length * 2);
  for (const [at, sample] of samples.entries()) made.writeInt16LE(sample, at * 2);
  return made;
}

describe('its voice', () => {
  it('is the same for the same text, longer for more words, and is heard again', async () => {
    const said = await speak({ input: 'عايز 5 علب باراسيتامول 500' });
    expect(said).toMatchObject({ status: 200, type: 'audio/pcm' });
    expect(said.bytes.length).toBe(5 * 2 * 24 * 210);
    expect((await speak({ input: 'عايز 5 علب باراسيتامول 500' })).bytes).toEqual(said.bytes);
    const heard = await transcribe(wav(said.bytes), { language: 'ar' });
    expect(heard.json()).toMatchObject({ text: 'عايز 5 علب باراسيتامول 500' });
  });

  it('is heard at another rate, behind silence, in noise and cut in the middle of a word', async () => {
    const pcm = llm.say('one two three four');
    expect((await transcribe(wav(slower(pcm), 16_000))).json().text).toBe('one two three four');
    const padded = Buffer.concat([Buffer.alloc(24_000), pcm, Buffer.alloc(9_000)]);
    expect((await transcribe(wav(padded))).json().text).toBe('one two three four');
    const noisy = Buffer.from(padded);
    for (let at = 0; at < noisy.length; at += 2)
      noisy.writeInt16LE(noisy.readInt16LE(at) + (((at * 7_919) % 401) - 200), at);
    expect((await transcribe(wav(noisy))).json().text).toBe('one two three four');
    const cut = pcm.subarray(0, 2 * 24 * (2 * 210 + 60));
    expect((await transcribe(wav(cut))).json().text).toBe('one two');
  });

  it('is told from what nobody said', async () => {
    const silence = wav(Buffer.alloc(48_000));
    expect((await transcribe(silence)).json().text).toBe('');
    llm.transcripts.push('first', 'second');
    expect((await transcribe(silence)).json().text).toBe('first');
    expect((await transcribe(Buffer.from('OggS and so on'), {}, 'voice.ogg')).json().text).toBe('second');
    expect((await transcribe(silence)).json().text).toBe('');
  });

  it('comes as a WAV file of a length that was not known yet', async () => {
    const { bytes, type } = await speak({ response_format: 'wav' });
    expect(type).toBe('audio/wav');
    expect([bytes.toString('latin1', 0, 4), bytes.readUInt32LE(40), bytes.readUInt32LE(24)]).toEqual([
      'RIFF',
      0xffff_ffff,
      24_000,
    ]);
    expect(bytes.subarray(44)).toEqual(llm.say('Good morning'));
  });
});

describe('what it takes', () => {
  it.each([
    ['nothing to say', { input: '' }, 'input'],
    ['too much', { input: 'x'.repeat(4_097) }, 'input'],
    ['no text', { input: 5 }, 'input'],
    ['a format that is none', { response_format: 'midi' }, 'response_format'],
    ['a voice that is none', { voice: 'nobody' }, 'voice'],
    ['another field', { language: 'es' }, 'language'],
  ])('refuses %s', async (_what, body, param) => {
    const { status, text } = await speak(body);
    expect([status, JSON.parse(text).error.param]).toEqual([400, param]);
  });

  const sound = () => wav(llm.say('yes'));
  it.each<[string, () => Promise<{ status: number; text: string }>, RegExp]>([
    ['no file', () => transcribe(undefined), /'file'/],
    ['a file without an ending', () => transcribe(sound(), {}, 'blob'), /Unrecognized file format/],
    ['a file of another kind', () => transcribe(sound(), {}, 'voice.txt'), /Unrecognized file format/],
    ['what is no sound', () => transcribe(Buffer.from('<html>')), /could not be decoded/],
    ['a blink', () => transcribe(wav(Buffer.alloc(600))), /too short/],
    [
      'a format that is none',
      () => transcribe(sound(), { response_format: 'xml' }),
      /response_format|Supported values/,
    ],
    [
      'more than this model has',
      () => transcribe(sound(), { model: 'gpt-4o-transcribe', response_format: 'verbose_json' }),
      /not compatible/,
    ],
    ['a language that is none', () => transcribe(sound(), { language: 'Spanish' }), /not supported/],
    ['another field', () => transcribe(sound(), { keywords: 'x' }), /Unknown parameter/],
  ])('refuses %s', async (_what, ask, words) => {
    const { status, text } = await ask();
    expect([status, JSON.parse(text).error.message]).toEqual([400, expect.stringMatching(words)]);
  });

  it('wants a key and a model that it has', async () => {
    expect((await speak({}, {})).status).toBe(401);
    await llm.close();
    llm = await startLlm({ models: ['kokoro'] });
    expect((await speak({})).status).toBe(404);
    expect((await speak({ model: 'kokoro' })).status).toBe(200);
    expect((await transcribe(wav(llm.say('yes')))).status).toBe(404);
  });

  it('keeps in the journal what came, and not the sound', async () => {
    await transcribe(sound(), { language: 'en', prompt: 'Paracetamol.' }, 'voice.wav');
    expect(llm.journal[0]).toMatchObject({
      path: '/v1/audio/transcriptions',
      status: 200,
      body: { model: 'whisper-1', language: 'en', prompt: 'Paracetamol.', file: { name: 'voice.wav' } },
    });
  });
});

describe('what it answers', () => {
  it('tells the language by its name where it is asked', async () => {
    llm.transcripts.push('¿Qué planes tenéis?', 'Привет', 'سلام، چطوری؟', 'نعم');
    const told = [];
    for (let time = 0; time < 4; time++)
      told.push((await transcribe(wav(llm.say('x y')), { response_format: 'verbose_json' })).json().language);
    expect(told).toEqual(['spanish', 'russian', 'persian', 'arabic']);
  });

  it('streams where the model does', async () => {
    const asked = { model: 'gpt-4o-mini-transcribe', stream: 'true' };
    const { type, text } = await transcribe(wav(llm.say('one two')), asked);
    expect(type).toBe('text/event-stream');
    const events = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data!));
    expect(events).toMatchObject([
      { type: 'transcript.text.delta', delta: 'one ' },
      { type: 'transcript.text.delta', delta: 'two' },
      { type: 'transcript.text.done', text: 'one two' },
    ]);
    expect((await transcribe(wav(llm.say('one')), { stream: 'true' })).json().text).toBe('one');
    expect((await transcribe(wav(llm.say('one')), { response_format: 'text' })).text).toBe('one\n');
  });

  it.each<[LlmFault, number]>([
    [{ kind: 'error' }, 500],
    [{ kind: 'rate-limit', retryAfterSeconds: 2 }, 429],
    [{ kind: 'unauthorized' }, 401],
  ])('fails as it is told: $kind', async (fault, status) => {
    llm.faults.push(fault, fault);
    expect((await speak({})).status).toBe(status);
    expect((await transcribe(wav(llm.say('x')))).status).toBe(status);
  });

  it('breaks off in the middle, or says nothing', async () => {
    llm.faults.push({ kind: 'eof' }, { kind: 'empty' }, { kind: 'cut' });
    const whole = llm.say('one two three four');
    expect((await speak({ input: 'one two three four' })).bytes.length).toBe(whole.length / 2);
    expect((await speak({})).bytes.length).toBe(0);
    await expect(speak({ input: 'one two three four' })).rejects.toThrow();
  });
});
