import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSpeller } from '../adapters/number-words/number-words.ts';
import type { ProviderPlugin } from '../core/ports.ts';
import { SETTINGS } from '../core/settings.ts';
import { wavOf } from '../core/sound/wav.ts';
import { createEspeakSpeaker } from '../providers/espeak/espeak.ts';
import { createOpenAiSpeaker } from '../providers/openai/speech.ts';
import { createOpenAiTranscriber } from '../providers/openai/transcriptions.ts';
import { startLlm } from '../simulator/llm.ts';
import { createSpeech, voiceFor } from './speech.ts';

const openai: ProviderPlugin = {
  id: 'openai',
  transcriber: createOpenAiTranscriber,
  speaker: (config) => createOpenAiSpeaker(config),
};
const espeak: ProviderPlugin = { id: 'espeak', speaker: createEspeakSpeaker };
const NAMES = [
  'sttModel',
  'sttBase',
  'sttKey',
  'ttsModel',
  'ttsBase',
  'ttsKey',
  'ttsVoice',
  'openaiKey',
  'openaiBase',
] as const;

let llm: Awaited<ReturnType<typeof startLlm>>;
let outer: NodeJS.ProcessEnv;
let empty: string;
beforeEach(async () => {
  outer = { ...process.env };
  for (const name of NAMES) delete process.env[SETTINGS[name].env];
  empty = mkdtempSync(`${tmpdir()}/dragoman-path-`);
  llm = await startLlm();
});
afterEach(async () => {
  process.env = outer;
  rmSync(empty, { recursive: true });
  await llm.close();
});

const set = (values: Record<string, string>) => void Object.assign(process.env, values);
const make = (plugins: ProviderPlugin[] = [openai, espeak], providers: { baseUrl: string; apiKey: string }[] = []) =>
  createSpeech(
    { provider: (id) => plugins.find((plugin) => plugin.id === id) },
    fetch,
    { providers: () => providers.map((place) => ({ ...place, name: 'LLM', asks: () => place })) },
    loadSpeller,
  );
const signal = new AbortController().signal;
const hear = (speech: ReturnType<typeof make>, text: string) =>
  speech.transcribe!(wavOf(llm.say(text)), { type: 'wav', language: 'en', signal });
const asked = () => llm.journal.map(({ path, body }) => [path, body]);

async function said(speech: ReturnType<typeof make>, language = 'en', voice?: string): Promise<number> {
  let bytes = 0;
  for await (const piece of speech.speak!('Good morning', { language, voice, signal })) bytes += piece.length;
  return bytes;
}

describe('what hears', () => {
  it('is nothing, and says so, where nothing is set up', () => {
    const speech = make();
    expect(speech.transcribe).toBeUndefined();
    expect(speech.missing().stt).toMatchObject({
      code: 'SPEECH_MISSING',
      action: expect.stringContaining('STT_BASE_URL'),
    });
    // The key of a model that answers says nothing of one that hears.
    set({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: llm.url });
    expect(speech.transcribe).toBeUndefined();
  });

  it('is whisper-1 where only the endpoint is named', async () => {
    set({ STT_BASE_URL: llm.url, STT_API_KEY: 'k' });
    const speech = make();
    expect(await hear(speech, 'five boxes')).toEqual({ text: 'five boxes', language: 'en' });
    expect(asked()).toMatchObject([['/v1/audio/transcriptions', { model: 'whisper-1' }]]);
    expect(speech.missing().stt).toBeUndefined();
  });

  it('is the model that is named, at the provider node’s endpoint', async () => {
    set({ STT_MODEL: 'gpt-4o-transcribe' });
    const node = { baseUrl: llm.url, apiKey: 'typed' };
    expect(await hear(make([openai], [node]), 'yes')).toMatchObject({ text: 'yes' });
    expect(asked()).toMatchObject([['/v1/audio/transcriptions', { model: 'gpt-4o-transcribe' }]]);
  });

  it('makes no words of silence', async () => {
    set({ STT_BASE_URL: llm.url, STT_API_KEY: 'k' });
    llm.transcripts.push('Thanks for watching!', 'ترجمة نانسي قنقر');
    expect(await hear(make(), 'x')).toMatchObject({ text: '' });
    expect(await hear(make(), 'x')).toMatchObject({ text: '' });
  });

  it('is there though it cannot work, and tells why', async () => {
    set({ STT_BASE_URL: 'ftp://nowhere' });
    const speech = make();
    expect(speech.missing().stt).toMatchObject({ code: 'SETTING_INVALID' });
    await expect(hear(speech, 'x')).rejects.toMatchObject({ code: 'SETTING_INVALID' });
    set({ STT_BASE_URL: llm.url });
    expect(make([]).missing().stt).toMatchObject({ code: 'PROVIDER_MISSING' });
  });
});

describe('what speaks', () => {
  it('is the endpoint, with tts-1 where no model is named', async () => {
    set({ TTS_BASE_URL: llm.url, TTS_API_KEY: 'k', TTS_VOICE: 'ar=nova, es=coral, echo' });
    const speech = make();
    expect(await said(speech, 'ar-EG')).toBe(llm.say('Good morning').length);
    await said(speech, 'ru');
    await said(speech, 'es', 'sage');
    expect(llm.journal.map(({ body }) => body)).toMatchObject([
      { model: 'tts-1', voice: 'nova' },
      { model: 'tts-1', voice: 'echo' },
      { model: 'tts-1', voice: 'sage' },
    ]);
  });

  it('is the model that is named, at the LLM’s endpoint', async () => {
    set({ TTS_MODEL: 'gpt-4o-mini-tts', OPENAI_BASE_URL: llm.url, OPENAI_API_KEY: 'k' });
    await said(make());
    expect(asked()).toMatchObject([['/v1/audio/speech', { model: 'gpt-4o-mini-tts', voice: 'alloy' }]]);
  });

  it.each<Record<string, string>>([
    {},
    { TTS_MODEL: 'espeak-ng' },
    { TTS_MODEL: 'espeak-ng', TTS_BASE_URL: 'http://127.0.0.1:9' },
  ])('is nothing where espeak-ng would be it and is not installed: %j', (values) => {
    set({ ...values, PATH: empty });
    const speech = make();
    expect(speech.speak).toBeUndefined();
    expect(speech.missing().tts).toMatchObject({
      code: 'SPEECH_MISSING',
      message: 'espeak-ng is not installed on this machine.',
      action: expect.stringContaining('TTS_BASE_URL'),
    });
  });

  it('is no program where an endpoint is set up', async () => {
    set({ TTS_BASE_URL: llm.url, TTS_API_KEY: 'k', PATH: empty });
    expect(make().missing().tts).toBeUndefined();
    expect(await said(make())).toBeGreaterThan(0);
  });
});

it.each([
  ['en', '', undefined],
  ['en', 'alloy', 'alloy'],
  ['en', 'ar=nova', undefined],
  ['ar', 'alloy, ar = nova', 'nova'],
  ['pt-BR', 'pt=one, pt-br=two', 'two'],
  ['pt_PT', 'pt=one, pt-br=two', 'one'],
  ['es', 'es=, alloy', 'alloy'],
])('the voice for %s of %j is %s', (language, voices, voice) => {
  expect(voiceFor(language, voices)).toBe(voice);
});
