/** What hears and what speaks. Plugins load in any order and provider nodes come with the flows, so it is looked up at each use. */
import { DragomanError } from '../core/errors.ts';
import type { ServiceSettings, Speak, Transcribe } from '../core/ports.ts';
import { setting } from '../core/settings.ts';
import { spokenPart } from '../core/sound/phantoms.ts';
import type { Speller } from '../core/spoken/speller.ts';
import { toSpoken } from '../core/spoken/to-spoken.ts';
import type { Host } from './host.ts';
import { endpointFor } from './provider/service-endpoint.ts';
import type { Registry } from './registry.ts';

export interface Speech {
  /** Undefined where nothing is set up that hears. What is made up of silence is no words. */
  readonly transcribe: Transcribe | undefined;
  /** Undefined where nothing is set up that speaks. Marks are not read, and numbers, prices and codes as a person reads them. */
  readonly speak: Speak | undefined;
  /** Why there is none of them, or why one cannot work as it is set up, and what to do. */
  missing(): { stt?: DragomanError; tts?: DragomanError };
}

/** What `TTS_MODEL` calls the program. */
const ESPEAK = 'espeak-ng';
const STT_MODEL = 'whisper-1';
const TTS_MODEL = 'tts-1';

export function createSpeech(
  host: Pick<Host, 'provider'>,
  egress: typeof fetch,
  registry: Pick<Registry, 'providers'>,
  loadSpeller: (language: string) => Promise<Speller | undefined>,
): Speech {
  const endpoint = (use: 'stt' | 'tts', model: string) => ({
    ...endpointFor(use, registry.providers()),
    model,
    fetch: egress,
  });
  const transcribers = keptByConfig((config) => host.provider('openai')?.transcriber?.(config));
  const speakers = keptByConfig((config) => host.provider('openai')?.speaker?.(config));
  const programs = keptByConfig((config) => host.provider('espeak')?.speaker?.(config));

  /** @throws DragomanError SPEECH_MISSING, PROVIDER_MISSING, SETTING_INVALID */
  function transcriber(): Transcribe {
    const model = setting('sttModel') || (setting('sttBase') && STT_MODEL);
    if (!model)
      throw new DragomanError(
        'SPEECH_MISSING',
        'Nothing is set up that hears.',
        'Set STT_BASE_URL to an endpoint that transcribes, or STT_MODEL to a model of the LLM’s endpoint that does.',
      );
    return transcribers(endpoint('stt', model)) ?? absent('hears', 'openai');
  }

  /** @throws DragomanError SPEECH_MISSING, PROVIDER_MISSING, SETTING_INVALID */
  function speaker(): Speak {
    const model = setting('ttsModel') || (setting('ttsBase') && TTS_MODEL);
    if (model && model !== ESPEAK) return speakers(endpoint('tts', model)) ?? absent('speaks', 'openai');
    return programs({ apiKey: '', baseUrl: '', model: ESPEAK }) ?? absent('speaks', 'espeak');
  }

  return {
    get transcribe(): Transcribe | undefined {
      if (isUnset(transcriber)) return undefined;
      return async (sound, hearing) => {
        const { text, language } = await transcriber()(sound, hearing);
        return { text: spokenPart(text, hearing.hints), language };
      };
    },
    get speak(): Speak | undefined {
      if (isUnset(speaker)) return undefined;
      return async function* (text, speaking) {
        const { language } = speaking;
        const words = toSpoken(text, language, await loadSpeller(language));
        if (!words) return;
        const voice = speaking.voice ?? voiceFor(speaking.language, setting('ttsVoice'));
        yield* speaker()(words, { ...speaking, voice });
      };
    },
    missing: () => ({ stt: failureOf(transcriber), tts: failureOf(speaker) }),
  };
}

/** The last one that was made, for as long as it is set up so: it remembers what it learned of its server. */
function keptByConfig<Engine>(make: (config: ServiceSettings) => Engine | undefined) {
  let made: { from: string; engine: Engine } | undefined;
  return (config: ServiceSettings): Engine | undefined => {
    const from = JSON.stringify(config);
    if (made?.from === from) return made.engine;
    const engine = make(config);
    made = engine && { from, engine };
    return engine;
  };
}

function absent(does: string, plugin: string): never {
  throw new DragomanError('PROVIDER_MISSING', `No provider ${does}.`, `Enable the ${plugin} provider plugin.`);
}

/** What is set up wrongly is there all the same, and says so when it is used. */
const isUnset = (make: () => unknown) => failureOf(make)?.code === 'SPEECH_MISSING';

function failureOf(make: () => unknown): DragomanError | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (DragomanError.is(error)) return error;
    throw error;
  }
}

/** Of `ar=nova, es=coral, alloy` the language's own, else the one that has none. */
export function voiceFor(language: string, voices: string): string | undefined {
  const each = voices
    .split(',')
    .map((voice) => voice.split('='))
    .map(([first = '', second]) =>
      second === undefined ? ['', first.trim()] : [first.trim().toLowerCase(), second.trim()],
    );
  const tag = language.toLowerCase().replace('_', '-');
  for (const wanted of [tag, tag.split('-')[0], ''])
    for (const [of, voice] of each) if (of === wanted && voice) return voice;
  return undefined;
}
