/** Our transcriber and a real ear: flite says a sentence, Whisper base behind a server of OpenAI's shape hears it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeOpus } from '../../adapters/sound/opus.ts';
import type { Heard, Hearing } from '../../core/ports.ts';
import { spokenPart } from '../../core/sound/phantoms.ts';
import { wavOf } from '../../core/sound/wav.ts';
import { normalise } from '../../core/text/words.ts';
import { createEspeakSpeaker } from '../../providers/espeak/espeak.ts';
import { createOpenAiTranscriber } from '../../providers/openai/transcriptions.ts';
import { flite, peersMissing, silence, startWhisper, type Whisper } from '../support/whisper.ts';

const missing = peersMissing();
/** Two cores for all tests, and a model on them. */
const SLOW = { timeout: 120_000 };
const HINTS = ['Paracetamol', 'Ibuprofen'];

describe.skipIf(missing !== undefined)(`Whisper base${missing ? `: ${missing}` : ''}`, () => {
  let whisper: Whisper;
  beforeAll(async () => {
    whisper = await startWhisper();
  }, 120_000);
  afterAll(() => whisper?.[Symbol.asyncDispose]());

  const hear = (pcm: Uint8Array, more: Partial<Hearing>): Promise<Heard> =>
    createOpenAiTranscriber({ apiKey: '', baseUrl: whisper.url, model: 'whisper-1' })(wavOf(pcm), {
      type: 'wav',
      signal: new AbortController().signal,
      ...more,
    });

  it.each([
    'Where is the nearest pharmacy?',
    'Please order two bottles of water.',
    'How much does the delivery cost?',
    'Yes, that is correct.',
    'I would like to talk to a person.',
  ])('hears %j', SLOW, async (sentence) => {
    const { text, language } = await hear(await flite(sentence), { language: 'en' });
    expect([normalise(text), language]).toEqual([normalise(sentence), 'en']);
  });

  it('hears a product that it would not know, by its hints', SLOW, async () => {
    const sentence = 'I want five boxes of paracetamol.';
    const { text } = await hear(await flite(sentence), { language: 'en', hints: HINTS });
    expect(normalise(text).replace('5', 'five')).toBe(normalise(sentence));
  });

  it('finds out the language', SLOW, async () => {
    expect((await hear(await flite('Where is the nearest pharmacy?'), {})).language).toBe('en');
  });

  it('tells what it has so far', SLOW, async () => {
    const told: string[] = [];
    const onPartial = (text: string) => void told.push(text);
    const { text } = await hear(await flite('How much does the delivery cost?'), { language: 'en', onPartial });
    expect(told.at(-1)).toBe(text);
  });

  it('hears nothing where nobody speaks, whatever it makes up', SLOW, async () => {
    expect(spokenPart((await hear(silence(2), { language: 'en' })).text)).toBe('');
  });

  it('hears what espeak-ng says for us', SLOW, async () => {
    const pieces: Uint8Array[] = [silence(0.4)];
    const speaking = { language: 'en', signal: new AbortController().signal };
    for await (const piece of createEspeakSpeaker()('I want five boxes of paracetamol.', speaking)) pieces.push(piece);
    const { text } = await hear(Buffer.concat([...pieces, silence(0.4)]), { language: 'en', hints: HINTS });
    expect(normalise(text).replace('5', 'five')).toBe('i want five boxes of paracetamol');
  });

  it('hears a voice note of ours, Opus in Ogg', SLOW, async () => {
    const { signal } = new AbortController();
    const sentence = 'Please order two bottles of water.';
    const note = await encodeOpus(await flite(sentence), signal);
    const transcribe = createOpenAiTranscriber({ apiKey: '', baseUrl: whisper.url, model: 'whisper-1' });
    const { text } = await transcribe(note, { type: 'ogg', language: 'en', signal });
    expect(normalise(text)).toBe(normalise(sentence));
  });

  it('refuses what is no sound', SLOW, async () => {
    const transcribe = createOpenAiTranscriber({ apiKey: '', baseUrl: whisper.url, model: 'whisper-1' });
    const hearing = { type: 'wav', language: 'en', signal: new AbortController().signal } as const;
    await expect(transcribe(Buffer.from('<html>'), hearing)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      retryable: false,
    });
  });
});
