/**
 * The contract test that every channel plugin must pass, built in or not. It brings no test runner: hand it vitest's (or a like-minded one's)
 * `describe`, `it` and `expect`, and the HTTP client that the channel is to be used with.
 */
import type { Json, JsonObject } from '../core/model.ts';
import type {
  Channel,
  ChannelSettings,
  Http,
  InboundRequest,
  Outgoing,
  OutgoingKind,
  ParsedEvent,
  SendResult,
} from '../core/ports.ts';
import { type ChatSamples, heldChats } from './channel-chat.ts';
import { heldLines, type LineSamples } from './channel-line.ts';
import { isPlain, mutants, secretsIn, stringsIn } from './channel-tools.ts';
import { serve, serveBytes } from './server.ts';

// For authors of channels, who have no other way to these types.
export type { Json, JsonObject } from '../core/model.ts';
export type * from '../core/ports.ts';
export type { ChatSamples } from './channel-chat.ts';
export type { LineSamples } from './channel-line.ts';

/** The part of a test runner that is used. */
export interface ContractKit {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
  expect(value: unknown, message?: string): { toBe(expected: unknown): void; toEqual(expected: unknown): void };
  /** Must reject with an `HttpError` as the port says. */
  http: Http;
}

/** What the contract must know: of a platform, or of a channel with `live` or `chat`. */
export type ContractSamples = PlatformSamples | LineSamples | ChatSamples;

export interface PlatformSamples {
  /** A real account's: every field that is a secret has a made-up value of at least 12 letters. The API's address is put in by the contract. */
  settings: ChannelSettings;
  /** Bodies of webhooks, by name. */
  bodies: Record<string, Json>;
  /** What the platform sends with these bytes when it signs with `settings`. */
  sign(body: Uint8Array, settings: ChannelSettings): { headers: Record<string, string>; header: string };
  /** The setting that signatures are checked with, and whether they cover the body. */
  signature: { setting: string; coversBody: boolean };
  address: Json;
  /** The platform's answers. `message` is its own words. */
  accepted: Json;
  /** Its answer where a file is uploaded before the message that names it; absent where none is. */
  uploaded?: Json;
  refused(status: 401 | 429 | 500, message: string): Json;
}

const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Hard to split: right-to-left with marks, families and flags, one endless word, a letter with more marks than a message can hold. */
const TEXTS: Record<string, string> = {
  'a short sentence': 'Hola, ¿en qué puedo ayudarte?',
  'Arabic with vowel marks': 'مَرْحَبًا بِكُمْ فِي خِدْمَةِ الْعُمَلَاءِ، كَيْفَ نُسَاعِدُكُمُ الْيَوْمَ؟ '.repeat(160),
  'Persian with joiners': 'می‌خواهم سرعت اینترنت خانه‌ام را بیشتر کنم. '.repeat(300),
  'emoji families': '👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇮🇷'.repeat(400),
  'one endless word': 'ñ'.repeat(9_000),
  'Hindi clusters': 'क्षत्रिय नमस्ते '.repeat(600),
};

export function channelContract(channel: Channel, samples: ContractSamples, kit: ContractKit): void {
  kit.describe(`channel contract: ${channel.id}`, () => {
    shapes(channel, samples, kit);
    parsing(channel, samples, kit);
    rendering(channel, kit);
    templates(channel, kit);
    kit.it('has samples of a line where it has lines, and of a platform else', () => {
      kit.expect('frames' in samples).toBe(Boolean(channel.live ?? channel.chat));
    });
    if ('frames' in samples) {
      if (channel.live && 'key' in samples) heldLines(channel, channel.live, samples, kit);
      if (channel.chat) heldChats(channel, channel.chat, samples, kit);
    } else {
      verifying(channel, samples, kit);
      sending(channel, samples, kit);
    }
  });
}

function shapes(channel: Channel, { settings }: ContractSamples, { it, expect }: ContractKit): void {
  it('has fields that exist, with environment names of its own', () => {
    const envs = Object.values(channel.fields).map(({ env }) => env);
    expect(new Set(envs).size).toBe(envs.length);
    for (const env of envs) expect(/^[A-Z][A-Z0-9_]*$/.test(env), env).toBe(true);
    for (const name of channel.realWhen) expect(name in channel.fields, name).toBe(true);
    for (const name of Object.keys(settings)) expect(name in channel.fields, name).toBe(true);
  });

  it('reaches people by their numbers, if it says that it writes as a phone does', () => {
    const { unofficial } = channel.capabilities;
    expect(unofficial === undefined || unofficial === true).toBe(true);
    if (unofficial) expect(channel.threadOf?.('+34600111222').identities.length).toBe(1);
  });

  it('tells the account its events are for, or leaves it to the URL', () => {
    expect(channel.identity?.({}) || '', 'nothing configured').toBe('');
    const identity = channel.identity?.(settings);
    if (identity !== undefined) expect(Object.values(settings).includes(identity)).toBe(true);
  });
}

function verifying(channel: Channel, samples: PlatformSamples, { it, expect }: ContractKit): void {
  const { settings, signature } = samples;
  // Escapes that JSON.stringify would not write: a channel must look at the bytes.
  const raw = '{"a":"caf\\u00e9 \\/ ok","b" : 1}';
  const request = (body: string, headers: Record<string, string>): InboundRequest => ({
    method: 'POST',
    path: '/webhook',
    query: {},
    headers,
    body: new TextEncoder().encode(body),
  });
  const signed = () => samples.sign(new TextEncoder().encode(raw), settings);
  it('answers the proof of its URL that it names, and names none without the word for it', () => {
    const proof = channel.proof?.(settings);
    expect(channel.proof?.({})).toBe(undefined);
    if (!proof) return;
    const asked = { ...request('', {}), method: 'GET', query: proof.query };
    expect(channel.handshake(asked, settings)).toEqual({ status: 200, body: proof.answer });
    expect(channel.handshake(asked, {})?.status === 200).toBe(false);
  });

  const refuses = (body: string, headers: Record<string, string>, why: string) => {
    const verdict = channel.verify(request(body, headers), settings);
    expect(verdict.ok, why).toBe(false);
    expect(secretsIn(JSON.stringify(verdict), channel, settings), why).toEqual([]);
  };

  it('accepts what the platform signed', () => {
    expect(channel.verify(request(raw, signed().headers), settings)).toEqual({ ok: true, signed: true });
  });

  it('refuses a changed, short, long, empty or missing signature', () => {
    const { headers, header } = signed();
    const value = headers[header]!;
    const flipped = value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
    for (const wrong of [flipped, value.slice(0, -1), `${value}0`, '', 'sha256=', value.slice(7), '\u00e9'])
      refuses(raw, { ...headers, [header]: wrong }, `signature "${wrong.slice(0, 12)}"`);
    const { [header]: _, ...rest } = headers;
    refuses(raw, rest, 'no signature');
  });

  if (signature.coversBody)
    it('refuses a body with one byte changed, or written anew from its JSON', () => {
      refuses(raw.replace('1', '2'), signed().headers, 'one byte');
      refuses(JSON.stringify(JSON.parse(raw)), signed().headers, 'written anew');
    });

  it('lets calls pass unsigned while no secret is set, and says so', () => {
    const open = { ...settings, [signature.setting]: '' };
    expect(channel.verify(request(raw, {}), open)).toEqual({ ok: true, signed: false });
    expect(channel.verify(request(raw, {}), {})).toEqual({ ok: true, signed: false });
  });
}

function parsing(channel: Channel, { bodies }: ContractSamples, { it, expect }: ContractKit): void {
  for (const [name, body] of Object.entries(bodies)) {
    it(`parses ${name} into events with keys of their own, the same each time`, () => {
      const events = channel.parse(structuredClone(body));
      expect(problems(events)).toEqual([]);
      expect(events.length > 0).toBe(true);
      const keys = events.flatMap(({ key }) => key ?? []);
      expect(new Set(keys).size).toBe(keys.length);
      expect(channel.parse(structuredClone(body))).toEqual(events);
    });

    it(`never throws on ${name} with anything missing or of another type`, () => {
      for (const mutant of mutants(body)) {
        let found: string[];
        try {
          found = problems(channel.parse(mutant));
        } catch (error) {
          found = [`threw ${String(error)}`];
        }
        expect(found, JSON.stringify(mutant)).toEqual([]);
      }
    });
  }

  it('never throws on other JSON', () => {
    let deep: Json = 'x';
    for (let level = 0; level < 2_000; level++) deep = level % 2 ? [deep] : { entry: deep, message: deep };
    for (const body of [null, true, 0, -1e308, '', 'text', [], [null], {}, { entry: {} }, deep, { constructor: 1 }])
      expect(problems(channel.parse(body))).toEqual([]);
  });
}

const KINDS = 'message echo status edit delete reaction identity reach consent health other'.split(' ');

/** What is wrong with parsed events, as sentences. */
function problems(events: ParsedEvent[]): string[] {
  return events.flatMap((event) => {
    const wrong: string[] = [];
    if (!KINDS.includes(event.kind)) wrong.push(`kind ${event.kind}`);
    if (typeof event.type !== 'string' || !event.type) wrong.push('no type');
    if (event.key !== undefined && (typeof event.key !== 'string' || !event.key)) wrong.push('a key that is no text');
    if (event.route !== undefined && (typeof event.route !== 'string' || !event.route)) wrong.push('an empty route');
    if (event.platformAt !== undefined && !Number.isFinite(event.platformAt)) wrong.push('no time');
    if (!isPlain(event)) wrong.push('not plain JSON');
    if ('platformId' in event && event.platformId !== undefined && typeof event.platformId !== 'string')
      wrong.push('platformId');
    if (event.kind === 'health' && event.error && !(event.error.message && event.error.action))
      wrong.push('trouble without a sentence, or without what to do');
    if (event.kind === 'health' && event.phone !== undefined && !(typeof event.phone === 'string' && event.phone))
      wrong.push('a phone that is no text');
    if (event.kind === 'message' || event.kind === 'echo') {
      if (typeof event.text !== 'string' || !Array.isArray(event.media)) wrong.push('no text or media');
      if (!event.text && event.media.length === 0) wrong.push('says nothing');
      if (event.thread.kind === 'private' && event.thread.identities.length === 0) wrong.push('nobody said it');
      if (event.thread.identities.some(({ kind, value }) => !kind || !value)) wrong.push('an empty identity');
    }
    return wrong.map((what) => `${event.kind}: ${what}`);
  });
}

function rendering(channel: Channel, { it, expect }: ContractKit): void {
  const { capabilities } = channel;
  const length = (text: string) => (capabilities.unit === 'bytes' ? Buffer.byteLength(text) : text.length);
  const check = (content: Outgoing): string[] => {
    const parts = channel.render(content);
    expect(parts.length > 0, 'parts').toBe(true);
    for (const part of parts) expect(isPlain(part), 'plain JSON').toBe(true);
    const texts = parts.map((part) => String((part as JsonObject).text));
    for (const text of texts) expect(length(text) <= capabilities.textLimit, `${length(text)} fits`).toBe(true);
    return texts;
  };
  const letters = (texts: string[]) =>
    texts
      .flatMap((text) => [...GRAPHEMES.segment(text)].map(({ segment }) => segment))
      .filter((letter) => letter.trim());

  for (const [name, text] of Object.entries(TEXTS))
    it(`splits ${name} without losing or breaking a letter`, () => {
      expect(letters(check({ text }))).toEqual(letters([text]));
    });

  it('keeps its limits for a letter that is longer than they are', () => {
    check({ text: `e${'\u0301'.repeat(9_000)}` });
  });

  it('sends a short reply as one message, with its buttons', () => {
    expect(check({ text: 'Which one?', buttons: [{ id: 'a', title: 'A' }] }).length).toBe(1);
  });

  it('renders any buttons and media it says it has', () => {
    const buttons = Array.from({ length: 120 }, (_, index) => ({ id: '', title: `${'ف'.repeat(40)} ${index % 7}` }));
    check({ text: '', buttons });
    check({ text: 'x'.repeat(capabilities.textLimit * 2), buttons });
    check({ text: 'y', buttons: [{ id: '', title: ' ' }] });
    for (const kind of capabilities.media)
      check({
        text: '',
        media: [{ kind, url: 'https://example.com/file', caption: 'word '.repeat(2_000), name: 'a' }],
      });
  });

  it('has nothing to send for nothing', () => {
    expect(channel.render({ text: ' \n ' })).toEqual([]);
  });
}

function templates(channel: Channel, { it, expect }: ContractKit): void {
  const { renderTemplate, capabilities } = channel;
  if (!renderTemplate) return;
  it('says a template as one part, with its words and all that is filled in', () => {
    expect(capabilities.windowHours !== undefined, 'it is for where the window is closed').toBe(true);
    for (const names of [
      ['', ''],
      ['order', 'customer'],
    ])
      for (const values of [[], ['A-1'], ['A-1', 'سلام 🎉']]) {
        const parameters = values.map((text, index) => ({ ...(names[index] && { name: names[index] }), text }));
        const part = renderTemplate({ name: 'thanks', language: 'es_ES', parameters, text: 'Gracias.' }) as JsonObject;
        expect(isPlain(part), 'plain JSON').toBe(true);
        expect(part.text).toBe('Gracias.');
        const strings = stringsIn(part);
        for (const told of ['thanks', 'es_ES', ...values]) expect(strings.includes(told), told).toBe(true);
      }
  });
}

function sending(channel: Channel, samples: PlatformSamples, kit: ContractKit): void {
  const { it, expect, http } = kit;
  const part = channel.render({ text: 'Hola' })[0]!;
  const template = channel.renderTemplate?.({
    name: 'thanks',
    language: 'es',
    parameters: [{ text: 'A-1' }],
    text: 'Hola',
  });
  const base = Object.entries(channel.fields).find(([, field]) => field.base)?.[0] ?? 'apiBase';
  const at = (url: string): ChannelSettings => ({
    ...Object.fromEntries(Object.entries(channel.fields).map(([name, field]) => [name, field.default ?? ''])),
    ...samples.settings,
    [base]: url,
  });
  const sendTo = async (url: string, said: Json = part): Promise<SendResult> => {
    const result = await channel.send(said, samples.address, at(url), http);
    expect(secretsIn(JSON.stringify(result), channel, samples.settings)).toEqual([]);
    if (!result.ok) expect(Boolean(result.error.code && result.error.message && result.error.action)).toBe(true);
    return result;
  };
  const failureOf = (result: SendResult) => (result.ok ? 'ok' : result.failure);
  /** Answers with the request's own secrets in the platform's words, the worst it could do. */
  const refusing = (status: 401 | 429 | 500, headers: Record<string, string> = {}) =>
    serve((req, res) => {
      const words = `No: ${req.url} ${decodeURIComponent(req.url ?? '')} ${JSON.stringify(req.headers)}`;
      res.writeHead(status, { 'content-type': 'application/json', ...headers });
      res.end(JSON.stringify(samples.refused(status, words)));
    });

  it('reads an acceptance', async () => {
    await using server = await serve((_req, res) => res.end(JSON.stringify(samples.accepted)));
    for (const said of [part, ...(template === undefined ? [] : [template])]) {
      const result = await sendTo(server.url, said);
      expect(result.ok && typeof result.platformId === 'string').toBe(true);
    }
  });

  it('blames the account for a refused token', async () => {
    await using server = await refusing(401);
    expect(failureOf(await sendTo(server.url))).toBe('account');
  });

  it('tries again when asked to slow down, not before it may', async () => {
    await using server = await refusing(429, { 'retry-after': '7' });
    const result = await sendTo(server.url);
    expect(failureOf(result)).toBe('retry');
    expect(!result.ok && result.retryAfterMs).toBe(7_000);
  });

  it('tries again after an error of the server, whatever its body', async () => {
    await using server = await refusing(500);
    expect(failureOf(await sendTo(server.url))).toBe('retry');
    await using broken = await serve((_req, res) => res.writeHead(502).end('<html>Bad gateway</html>'));
    expect(failureOf(await sendTo(broken.url))).toBe('retry');
  });

  it('tries again when the request never left', async () => {
    const server = await serve((_req, res) => res.end());
    await server[Symbol.asyncDispose]();
    expect(failureOf(await sendTo(server.url))).toBe('retry');
  });

  if (channel.draft)
    it('shows drafts or says that it does not, whatever the platform does', async () => {
      const drafts = async (url: string) =>
        typeof (await channel.draft!(part, 1, samples.address, at(url), http).catch(() => 'it threw'));
      const server = await serve((_req, res) => res.end());
      await server[Symbol.asyncDispose]();
      await using refused = await refusing(500);
      await using cut = await serve((req) => void req.socket.destroy());
      await using strange = await serve((_req, res) => res.end('<html>Hello</html>'));
      for (const { url } of [server, refused, cut, strange]) expect(await drafts(url)).toBe('boolean');
    });

  const { sendVoice, sendFile } = channel;
  const { address } = samples;
  if (sendVoice)
    givenSending('a voice note', (sound, url) => sendVoice(sound, address, at(url), kit.http), channel, samples, kit);
  if (sendFile)
    for (const kind of Object.keys(channel.capabilities.files ?? {}) as OutgoingKind[]) {
      const send = (bytes: Uint8Array, url: string) => {
        const [part] = channel.render({ text: '', media: [{ kind, url: 'upload:1', name: 'Tür "1".txt' }] });
        return sendFile(part!, { name: 'Tür "1".txt', type: 'text/plain', bytes }, address, at(url), kit.http);
      };
      givenSending(`a file as ${kind}`, send, channel, samples, kit);
    }

  it('does not know what became of a request that got no answer it can read', async () => {
    await using cut = await serve((req) => void req.socket.destroy());
    expect(failureOf(await sendTo(cut.url))).toBe('unknown');
    await using strange = await serve((_req, res) => res.end('<html>Hello</html>'));
    expect(failureOf(await sendTo(strange.url))).toBe('unknown');
  });
}

/** What goes along or is uploaded first: it is called inside a `describe`. */
function givenSending(
  what: string,
  send: (bytes: Uint8Array, url: string) => Promise<SendResult>,
  channel: Channel,
  samples: PlatformSamples,
  { it, expect }: ContractKit,
): void {
  const SOUND = new TextEncoder().encode(`OggS, and bytes that are no text: ${'\u00ff\u0000'.repeat(40)}`);
  const say = async (url: string) => {
    const result = await send(SOUND, url);
    expect(secretsIn(JSON.stringify(result), channel, samples.settings)).toEqual([]);
    return result.ok ? 'ok' : result.failure;
  };
  const first = samples.uploaded ?? samples.accepted;
  const hasSound = (body: Buffer) =>
    body.includes(Buffer.from(SOUND)) || body.includes(Buffer.from(SOUND).toString('base64'));
  /** @param answers in their order; the last one again and again. Undefined: the connection breaks. */
  const platform = (...answers: ({ status: number; json: Json } | undefined)[]) => {
    const bodies: Buffer[] = [];
    const server = serveBytes((_req, res, body) => {
      const answer = answers[Math.min(bodies.length, answers.length - 1)];
      bodies.push(body);
      if (!answer) return void res.destroy();
      res.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
    });
    return server.then((running) => ({ ...running, bodies }));
  };
  const ok = (json: Json) => ({ status: 200, json });
  const no = (status: 401 | 429 | 500) => ({ status, json: samples.refused(status, 'No.') });

  it(`sends ${what} byte for byte, once`, async () => {
    await using server = await platform(ok(first), ok(samples.accepted));
    const result = await send(SOUND, server.url);
    expect(result.ok && typeof result.platformId === 'string').toBe(true);
    expect(server.bodies.filter(hasSound).length).toBe(1);
    expect(server.bodies.some((body) => body.includes('upload:1'))).toBe(false);
    expect(server.bodies.length).toBe(samples.uploaded ? 2 : 1);
  });

  it(`tells what became of ${what} as of a text`, async () => {
    for (const [status, failure] of [
      [401, 'account'],
      [429, 'retry'],
      [500, 'retry'],
    ] as const) {
      await using server = await platform(no(status));
      expect(await say(server.url)).toBe(failure);
    }
    const server = await platform(no(500));
    await server[Symbol.asyncDispose]();
    expect(await say(server.url)).toBe('retry');
    await using cut = await platform(...(samples.uploaded ? [ok(samples.uploaded)] : []), undefined);
    expect(await say(cut.url)).toBe('unknown');
  });

  if (samples.uploaded)
    it(`tries again where the upload of ${what} got no answer: nothing was sent by it`, async () => {
      await using server = await platform(undefined);
      expect(await say(server.url)).toBe('retry');
      expect(server.bodies.length).toBe(1);
    });
}
