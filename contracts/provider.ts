/**
 * The contract test that every provider plugin whose engine is behind HTTP must pass, built in or not. It brings no test runner: hand it
 * vitest's (or a like-minded one's) `describe`, `it` and `expect`.
 */
import type { Json } from '../core/model.ts';
import type { AnsweringPlugin, AnswerRequest, MadeCall, ProviderSettings, ToolSchema } from '../core/ports.ts';
import type { Failure, ProviderKit } from './provider-kit.ts';
import { type Body, type Server, serveJson } from './server.ts';

// For authors of providers, who have no other way to these types.
export type { Json, JsonObject } from '../core/model.ts';
export type * from '../core/ports.ts';
export type { ProviderKit } from './provider-kit.ts';
export type { Body } from './server.ts';
export {
  type ServiceSamples,
  speakerContract,
  speechServiceContract,
  type TranscriberSamples,
  transcriberContract,
} from './speech.ts';

/** What the contract must know of the engine. */
export interface ProviderSamples {
  /** With a made-up key of at least 12 letters. The contract puts in its own server's base URL, and the client. */
  settings: Omit<ProviderSettings, 'baseUrl' | 'fetch'>;
  /** Put after the contract's server, e.g. `/v1`. */
  path: string;
  /** The engine's answer to this request. `call`: it wants a tool to be run, and says nothing yet. */
  answers(asked: { path: string; body: Json }, say: string, call?: { id: string; name: string; args: string }): Body;
  /** `words` are the engine's own. */
  refused(status: 400 | 401 | 429 | 500, words: string): Json;
  /** The vectors of as many texts; where the engine makes any. */
  vectors?(count: number): Json;
}

const WORDS = 'My number is 0034 600 111 222, says Xochitl.';
const PROMPT = 'You are the assistant of a nursery called Verdemar.';
const SAID = 'Hola, ¿qué tal?';

const TOOL: ToolSchema = {
  name: 'find_order',
  description: 'Finds an order.',
  parameters: {
    type: 'object',
    properties: { number: { type: 'string' } },
    required: ['number'],
    additionalProperties: false,
  },
};

/** @param name of the engine, for the test's names. */
export function providerContract(
  name: string,
  plugin: AnsweringPlugin,
  samples: ProviderSamples,
  kit: ProviderKit,
): void {
  const { describe, it, expect } = kit;
  const make = ({ url }: Server, fetching: typeof fetch = fetch) =>
    plugin.create({ ...samples.settings, baseUrl: url + samples.path, fetch: fetching });
  const request = (more: Partial<AnswerRequest> = {}): AnswerRequest => ({
    ...{ instructions: PROMPT, history: [{ role: 'user', text: WORDS }], passages: [], session: 'session-of-a-test' },
    timeoutMs: 5_000,
    ...more,
  });
  /** Always says `SAID`; `calls` are wanted first, one a request. */
  const talking = (...calls: { id: string; name: string; args: string }[]) =>
    serveJson((asked) => {
      const answer = samples.answers(asked, SAID, calls[0]);
      // What the engine does not know may be asked by another route.
      if (answer.status === 200) calls.shift();
      return answer;
    });
  /** Repeats all that it was told, the worst a server could do. */
  const refusing = (status: 400 | 401 | 429 | 500, headers: Record<string, string> = {}) =>
    serveJson(({ body, headers: told }) => ({
      status,
      headers,
      json: samples.refused(status, `No: ${JSON.stringify(body)} ${JSON.stringify(told)}`),
    }));

  async function failureOf(answering: Promise<unknown>): Promise<Failure> {
    const error: Failure = await answering.then(
      () => ({ message: 'It answered.' }),
      (thrown: Failure) => thrown,
    );
    const told = `${error.message} ${error.action} ${JSON.stringify(error)}`;
    for (const secret of [samples.settings.apiKey, WORDS, 'Xochitl', PROMPT]) expect(told.includes(secret)).toBe(false);
    expect(error.code, error.message).toBe('PROVIDER_FAILED');
    expect(Boolean(error.message && error.action), 'says what happened and what to do').toBe(true);
    return error;
  }

  describe(`provider contract: ${name}`, () => {
    it('answers with the engine’s words, and says who answered', async () => {
      await using server = await talking();
      const answer = await make(server).answer(request());
      expect(answer?.text).toBe(SAID);
      expect(answer?.source.kind).toBe(samples.settings.kind);
      const sent = JSON.stringify(server.asked.at(-1)?.body);
      for (const words of [PROMPT, WORDS]) expect(sent.includes(words)).toBe(true);
    });

    it('leaves by the client it is given, and by no other', async () => {
      await using server = await talking();
      const never: typeof fetch = () => Promise.reject(new TypeError('not today'));
      await failureOf(make(server, never).answer(request()));
      expect(server.asked.length).toBe(0);
    });

    it('says nothing where nobody asked', async () => {
      await using server = await talking();
      expect(await make(server).answer(request({ history: [] }))).toBe(null);
      expect(server.asked.length).toBe(0);
    });

    it('goes to no other host than the one configured', async () => {
      await using other = await talking();
      await using server = await serveJson(() => ({ status: 307, headers: { location: `${other.url}/v1` }, json: {} }));
      await failureOf(make(server).answer(request()));
      expect(other.asked.length).toBe(0);
    });

    it('tells a refused key from what may be asked again', async () => {
      await using wrongKey = await refusing(401);
      expect((await failureOf(make(wrongKey).answer(request()))).retryable ?? false).toBe(false);
      await using broken = await refusing(500);
      expect((await failureOf(make(broken).answer(request()))).retryable).toBe(true);
    });

    it('keeps the pause that the engine asks for', async () => {
      await using server = await refusing(429, { 'retry-after': '7' });
      const { retryable, retryAfterMs } = await failureOf(make(server).answer(request()));
      expect([retryable, retryAfterMs]).toEqual([true, 7_000]);
    });

    it('gives up when its time is over, and lets go of the connection', async () => {
      const { promise: gone, resolve } = Promise.withResolvers<void>();
      await using server = await serveJson(({ closed }) => {
        void closed.then(resolve);
        return undefined;
      });
      await failureOf(make(server).answer(request({ timeoutMs: 200 })));
      await gone;
    });

    it('ends when it is told to', async () => {
      const stop = new AbortController();
      await using server = await serveJson(() => {
        stop.abort();
        return undefined;
      });
      const ended = await make(server)
        .answer(request({ signal: stop.signal }))
        .then(
          () => false,
          () => true,
        );
      expect(ended).toBe(true);
    });

    it('takes no page for an answer', async () => {
      await using server = await serveJson(() => ({ status: 200, text: '<html>Welcome to nginx</html>' }));
      await failureOf(make(server).answer(request()));
    });

    it('runs a tool once, tells the engine its result, and notes the call', async () => {
      await using server = await talking({ id: 'call_1', name: TOOL.name, args: '{"number":"A-77"}' });
      const ran: string[] = [];
      const calls: MadeCall[] = [];
      const callTool: AnswerRequest['callTool'] = async ({ arguments: given }) => {
        ran.push(given);
        return '{"state":"on its way to the harbour"}';
      };
      const answer = await make(server).answer(request({ tools: [TOOL], callTool, calls }));
      expect([answer?.text, ran]).toEqual([SAID, ['{"number":"A-77"}']]);
      expect(JSON.stringify(server.asked.at(-1)?.body).includes('on its way to the harbour')).toBe(true);
      expect(calls.map(({ call, result }) => [call.name, result])).toEqual([
        [TOOL.name, '{"state":"on its way to the harbour"}'],
      ]);
    });

    it('goes on from calls that were made before, and makes none of them again', async () => {
      await using server = await talking();
      const call = { id: 'call_0', name: TOOL.name, arguments: '{"number":"B-1"}' };
      const callTool = () => Promise.reject(new Error('It was made before.'));
      const calls = [{ call, result: '{"state":"lost in Cádiz"}' }];
      const answer = await make(server).answer(request({ tools: [TOOL], callTool, calls }));
      expect(answer?.text).toBe(SAID);
      expect(JSON.stringify(server.asked.at(-1)?.body).includes('lost in Cádiz')).toBe(true);
    });

    const { vectors } = samples;
    const { embedder } = plugin;
    if (vectors && embedder)
      it('makes one vector a text', async () => {
        await using server = await serveJson(() => ({ status: 200, json: vectors(2) }));
        const { apiKey, model } = samples.settings;
        const made = embedder({ apiKey, model, baseUrl: server.url + samples.path, fetch });
        const [one, two, ...more] = await made.embed(['one', 'two']);
        expect([one instanceof Float32Array, two instanceof Float32Array, more.length]).toEqual([true, true, 0]);
      });
  });
}
