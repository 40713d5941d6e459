/** The contract tests of engines that speak and that hear, published with the provider contract. */
import type { Json } from '../core/model.ts';
import type { Heard, Hearing, ProviderPlugin, ServiceSettings, Speak } from '../core/ports.ts';
import { SPEECH_RATE, wavOf } from '../core/sound/wav.ts';
import type { Failure, ProviderKit } from './provider-kit.ts';
import { type Body, serveJson } from './server.ts';

const SENTENCES: Record<string, string> = {
  en: 'Five boxes of paracetamol are 12 euros.',
  ar: 'خمس علب من باراسيتامول بسعر 12 يورو.',
  es: 'Cinco cajas de paracetamol cuestan 12 euros.',
  fa: 'پنج جعبه پاراستامول ۱۲ یورو است.',
  it: 'Cinque scatole di paracetamolo costano 12 euro.',
  ru: 'Пять упаковок парацетамола стоят 12 евро.',
};
/** What no engine may take for anything but words. */
const ODD = [
  '-v de --help',
  '[[h@loU]]',
  '\u0001900S fast',
  '<speak><break time="9s"/>one</speak>',
  '`id` $(id) %n',
  '"\\',
  'half \ud83d',
];
const LONG = `${'This is said again and again. '.repeat(20)}`;

const never = new AbortController().signal;

async function spoken(speak: Speak, text: string, language = 'en'): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of speak(text, { language, signal: never })) pieces.push(piece);
  return Buffer.concat(pieces);
}

const seconds = (pcm: Buffer) => pcm.length / 2 / SPEECH_RATE;

/** The loudest sample. */
const loudest = (pcm: Buffer) =>
  Array.from({ length: pcm.length >> 1 }, (_, at) => Math.abs(pcm.readInt16LE(2 * at))).reduce(
    (most, one) => Math.max(most, one),
    0,
  );

/**
 * Of an engine that speaks, wherever it is.
 * @param name of the engine, for the test's names.
 * @param make what speaks, at the engine, or at a stand-in that answers as it does.
 */
export function speakerContract(name: string, make: () => Speak, kit: ProviderKit): void {
  const { describe, it, expect } = kit;
  describe(`speaker contract: ${name}`, () => {
    it('speaks six languages, in whole samples, loud enough and about as long as a person', async () => {
      for (const [language, text] of Object.entries(SENTENCES)) {
        const pcm = await spoken(make(), text, language);
        expect(pcm.length % 2, language).toBe(0);
        expect(seconds(pcm) > 0.8 && seconds(pcm) < 12, `${language}: ${seconds(pcm)} s`).toBe(true);
        expect(loudest(pcm) > 1_000, `${language}: ${loudest(pcm)}`).toBe(true);
      }
    });

    it('takes longer for more', async () => {
      const [short, long] = [await spoken(make(), 'Yes.'), await spoken(make(), LONG)];
      expect(seconds(long) > 4 * seconds(short)).toBe(true);
    });

    it('says nothing for nothing', async () => {
      for (const text of ['', ' \n\t']) expect((await spoken(make(), text)).length).toBe(0);
    });

    it('takes every text for words', async () => {
      for (const text of ODD) {
        const pcm = await spoken(make(), text);
        expect(seconds(pcm) > 0.1 && seconds(pcm) < 20, `${JSON.stringify(text)}: ${seconds(pcm)} s`).toBe(true);
      }
    });

    it('speaks for several at once', async () => {
      const texts = Array.from({ length: 12 }, (_, at) => `This is number ${at}.`);
      const all = await Promise.all(texts.map((text) => spoken(make(), text)));
      expect(all.every((pcm) => seconds(pcm) > 0.3)).toBe(true);
    });

    it('ends when it is told to: before the first sound, and in the middle', async () => {
      const told = (error: Failure) => [error.code, Boolean(error.message && error.action)];
      const before = spoken((text, speaking) => make()(text, { ...speaking, signal: AbortSignal.abort() }), LONG).then(
        () => [],
        told,
      );
      expect(await before).toEqual(['PROVIDER_FAILED', true]);
      const stop = new AbortController();
      let pieces = 0;
      const middle = async () => {
        for await (const _ of make()(LONG, { language: 'en', signal: stop.signal })) {
          pieces++;
          stop.abort();
        }
      };
      expect(await middle().then(() => [], told)).toEqual(['PROVIDER_FAILED', true]);
      expect(pieces).toBe(1);
    });

    it('minds nobody who stops listening', async () => {
      for (let time = 0; time < 12; time++)
        for await (const piece of make()(LONG, { language: 'en', signal: never })) {
          expect(piece.length > 0).toBe(true);
          break;
        }
      expect((await spoken(make(), 'Still here.')).length > 0).toBe(true);
    });
  });
}

/** What the contract must know of an engine behind HTTP that hears, or speaks. */
export interface ServiceSamples {
  /** With a made-up key of at least 12 letters. */
  settings: Pick<ServiceSettings, 'apiKey' | 'model'>;
  /** Put after the contract's server, e.g. `/v1`. */
  path: string;
  /** `words` are the engine's own. */
  refused(status: 400 | 401 | 429 | 500, words: string): Json;
}

export interface TranscriberSamples extends ServiceSamples {
  /** The engine's answer to a sound in which this is said. */
  hears(say: string): Body;
}

const SAID = 'عايز 5 علب باراسيتامول 500';
/** Half a second of silence. */
const SOUND = wavOf(new Uint8Array(SPEECH_RATE));

/** Of an engine behind HTTP that hears. */
export function transcriberContract(
  name: string,
  plugin: Pick<Required<ProviderPlugin>, 'transcriber'>,
  samples: TranscriberSamples,
  kit: ProviderKit,
): void {
  const { describe, it, expect } = kit;
  const hear = (url: string, more: Partial<Hearing> = {}): Promise<Heard> =>
    plugin.transcriber({ ...samples.settings, baseUrl: url + samples.path, fetch })(SOUND, {
      type: 'wav',
      signal: never,
      ...more,
    });
  describe(`transcriber contract: ${name}`, () => {
    it('gives the words, and the language that it was told', async () => {
      await using server = await serveJson(() => samples.hears(` ${SAID}\n`));
      expect(await hear(server.url, { language: 'ar' })).toEqual({ text: SAID, language: 'ar' });
      expect((await hear(server.url)).text).toBe(SAID);
    });

    it('sends the language and the names to expect', async () => {
      let sent = '';
      const send: typeof fetch = async (url, init) => {
        sent = Buffer.from(init?.body as unknown as Uint8Array).toString();
        return fetch(url, init);
      };
      await using server = await serveJson(() => samples.hears(SAID));
      const config = { ...samples.settings, baseUrl: server.url + samples.path, fetch: send };
      await plugin.transcriber(config)(SOUND, { type: 'wav', signal: never, language: 'ar', hints: ['Paracetamol'] });
      expect([/\bar\b/.test(sent), sent.includes('Paracetamol'), sent.includes('RIFF')]).toEqual([true, true, true]);
    });

    it('tells an empty answer from none', async () => {
      await using silent = await serveJson(() => samples.hears(''));
      expect((await hear(silent.url, { language: 'en' })).text).toBe('');
      await using page = await serveJson(() => ({ status: 200, text: '<html>Welcome to nginx</html>' }));
      await failureOf(hear(page.url), kit, samples);
    });

    serviceRules((url, signal) => hear(url, { signal, language: 'en' }), samples, kit);
  });
}

/** What holds for every endpoint of sound: it is called inside a `describe`. */
function serviceRules(
  ask: (url: string, signal: AbortSignal) => Promise<unknown>,
  samples: ServiceSamples,
  kit: ProviderKit,
): void {
  const { it, expect } = kit;
  const refusing = (status: 400 | 401 | 429 | 500, headers: Record<string, string> = {}) =>
    serveJson(({ body, headers: told }) => ({
      status,
      headers,
      json: samples.refused(status, `No: ${JSON.stringify(body)} ${JSON.stringify(told)}`),
    }));
  const failing = (url: string) => failureOf(ask(url, never), kit, samples);

  it('goes to no other host than the one configured', async () => {
    await using other = await serveJson(() => ({ status: 200, json: {} }));
    await using server = await serveJson(() => ({ status: 307, headers: { location: `${other.url}/v1` }, json: {} }));
    await failing(server.url);
    expect(other.asked.length).toBe(0);
  });

  it('tells a refused key from what may be asked again, and never repeats it', async () => {
    await using wrongKey = await refusing(401);
    expect((await failing(wrongKey.url)).retryable ?? false).toBe(false);
    await using unfit = await refusing(400);
    expect((await failing(unfit.url)).retryable ?? false).toBe(false);
    await using broken = await refusing(500);
    expect((await failing(broken.url)).retryable).toBe(true);
    await using busy = await refusing(429, { 'retry-after': '7' });
    const { retryable, retryAfterMs } = await failing(busy.url);
    expect([retryable, retryAfterMs]).toEqual([true, 7_000]);
  });

  it('ends when it is told to, and lets go of the connection', async () => {
    const stop = new AbortController();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    await using server = await serveJson(({ closed }) => {
      void closed.then(resolve);
      stop.abort();
      return undefined;
    });
    const ended = await ask(server.url, stop.signal).then(
      () => '',
      (error: Failure) => error.code,
    );
    expect(ended).toBe('PROVIDER_FAILED');
    await gone;
  });
}

/** Of an engine behind HTTP that speaks: `speakerContract` besides. */
export function speechServiceContract(
  name: string,
  plugin: Pick<Required<ProviderPlugin>, 'speaker'>,
  samples: ServiceSamples,
  kit: ProviderKit,
): void {
  kit.describe(`speech service contract: ${name}`, () => {
    const ask = async (url: string, signal: AbortSignal) => {
      const speak = plugin.speaker({ ...samples.settings, baseUrl: url + samples.path, fetch });
      for await (const _ of speak('Xochitl orders five boxes.', { language: 'en', signal }));
    };
    kit.it('takes no page for sound', async () => {
      await using page = await serveJson(() => ({ status: 200, text: '<html>Welcome to nginx</html>' }));
      await failureOf(ask(page.url, never), kit, samples);
    });
    serviceRules(ask, samples, kit);
  });
}

async function failureOf(asking: Promise<unknown>, { expect }: ProviderKit, samples: ServiceSamples): Promise<Failure> {
  const error: Failure = await asking.then(
    () => ({ message: 'It answered.' }),
    (thrown: Failure) => thrown,
  );
  const told = `${error.message} ${error.action} ${JSON.stringify(error)}`;
  for (const secret of [samples.settings.apiKey, 'Xochitl']) expect(told.includes(secret)).toBe(false);
  expect(error.code, error.message).toBe('PROVIDER_FAILED');
  expect(Boolean(error.message && error.action), 'says what happened and what to do').toBe(true);
  return error;
}
