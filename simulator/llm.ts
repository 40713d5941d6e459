/**
 * A stand-in for an LLM service, with the shapes and the errors of OpenAI's API: /v1/responses and /v1/chat/completions (also streamed),
 * /v1/embeddings, /v1/models, /v1/audio/transcriptions and /v1/audio/speech. It checks every request and its own answers strictly, keeps conversations behind `previous_response_id`
 * as its dialect does, answers the same to the same, keeps a journal, and can be told to fail.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultBody, formIn, type SpeechBody, speak, speechFault, transcribe, transcriptionFault } from './llm-audio.ts';
import {
  type Answer,
  completionBody,
  completionChunks,
  cutShort,
  embeddings,
  endingOf,
  modelList,
  parrot,
  responseBody,
  responseEvents,
} from './llm-bodies.ts';
import { checked } from './llm-checks.ts';
import { apiError, fail, type LlmFault, type SendJson, stream } from './llm-faults.ts';
import {
  type Asked,
  type ChatMessage,
  chatItems,
  type Item,
  lacksSignature,
  type Part,
  pairingFault,
  responsesItems,
  textOf,
  understand,
} from './llm-items.ts';
import { headersOf, isStreamed, type LlmCall, parseJson, readBody } from './llm-request.ts';
import { isLlmPath, requestFault, strictFault } from './llm-schemas.ts';
import { createVoice } from './llm-voice.ts';

export type { LlmFault } from './llm-faults.ts';
export type { Asked, Part } from './llm-items.ts';
export type { LlmCall } from './llm-request.ts';

/**
 * What differs between servers; all but `openai` take calls without a key.
 * - `openai`: keeps conversations; an unknown `previous_response_id` is its 400.
 * - `vllm`: the same, but an unknown one is a 404.
 * - `ollama`: ignores `previous_response_id` and `tool_choice`, and says null of the first.
 * - `llamacpp`: refuses `previous_response_id`, and items without a type.
 * - `chat-only`: no /v1/responses, as Gemini; a call must come back with the signature it was made with.
 */
export type LlmDialect = 'openai' | 'vllm' | 'ollama' | 'llamacpp' | 'chat-only';

export interface LlmOptions {
  dialect?: LlmDialect;
  /** The only key that is taken; without it, any. */
  key?: string;
  /** The only models there are; without it, any. */
  models?: string[];
}

export interface LlmStandIn {
  /** Answers one request. `path` is the part from `/v1` on, without query. */
  handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void>;
  /** The newest calls, oldest first. */
  journal: LlmCall[];
  /** Each is used for one request, in order. */
  faults: LlmFault[];
  /** Holds for every request while set. */
  fault: LlmFault | null;
  /** Writes the answers. At first it quotes the first passage, else repeats what was said. Calls are left out where none is allowed. */
  brain: (asked: Asked) => string | Part[];
  /** What is heard, each once, in order; where there is none, what was said in the stand-in's own voice. */
  transcripts: string[];
  /** The stand-in's voice: 16-bit samples of one channel, 24,000 a second. In a WAV file it hears it again. */
  say(text: string): Buffer;
  /** Forgets all conversations, as a restart or the end of the retention time does. */
  lose(): void;
  /** Ids of the responses that are kept. */
  kept(): string[];
}

const JOURNAL_LENGTH = 1000;
const REFUSAL = "I'm sorry, but I can't help with that.";

interface Body {
  model: string;
  stream?: boolean;
  store?: boolean;
  input: Parameters<typeof responsesItems>[0];
  instructions?: string;
  previous_response_id?: string;
  tools?: { name: string; strict?: boolean; parameters: object; function?: { name: string } }[];
  tool_choice?: string;
  messages: ChatMessage[];
  stream_options?: { include_usage?: boolean };
}

/** A request that is served. */
interface Exchange {
  body: Body;
  call: LlmCall;
  streamed: boolean;
  fault: LlmFault | undefined;
  res: ServerResponse;
  send: SendJson;
}

export function createLlm({ dialect = 'openai', key, models }: LlmOptions = {}): LlmStandIn {
  let serial = 0;
  const keeps = dialect === 'openai' || dialect === 'vllm';
  const conversations = new Map<string, Item[]>();
  const voice = createVoice();

  const standIn: LlmStandIn = {
    handle,
    journal: [],
    faults: [],
    fault: null,
    brain: parrot,
    transcripts: [],
    say: voice.say,
    lose: () => conversations.clear(),
    kept: () => [...conversations.keys()],
  };
  return standIn;

  async function handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const raw = await readBody(req);
    const fault = standIn.faults.shift() ?? standIn.fault ?? undefined;
    const form = await formIn(raw, req.headers['content-type'] ?? '');
    const told = form ? { ...form.fields, file: form.file } : parseJson(raw);
    const call: LlmCall = { path, body: told, headers: headersOf(req), status: 0, fault: fault?.kind };
    standIn.journal.push(call);
    if (standIn.journal.length > JOURNAL_LENGTH) standIn.journal.shift();
    const send: SendJson = (status, body, headers = {}) => {
      call.status = status;
      res.writeHead(status, { 'content-type': 'application/json', 'x-request-id': `req_${++serial}`, ...headers });
      res.end(JSON.stringify(body));
    };

    if (fault && (await fail(fault, isStreamed(call.body) || path === '/v1/audio/speech', res, send))) return;
    if (!authorized(req.headers.authorization))
      return send(401, apiError('Incorrect API key provided.', 'invalid_api_key'));
    if (path === '/v1/models' && req.method === 'GET') return send(200, modelList(models));
    const [, kept] = /^\/v1\/responses\/([\w-]+)$/.exec(path) ?? [];
    if (req.method === 'DELETE' && kept !== undefined && dialect !== 'chat-only')
      return conversations.delete(kept)
        ? send(200, { id: kept, object: 'response', deleted: true })
        : send(404, apiError(`Response with id '${kept}' not found.`, null));
    if (path === '/v1/audio/transcriptions' && req.method === 'POST') {
      const wrong = transcriptionFault(form ?? { fields: {} });
      if (wrong) return send(400, faultBody(wrong));
      if (unknownModel(form!.fields.model!, send)) return;
      call.status = 200;
      const text = standIn.transcripts.shift() ?? voice.hear(form!.content!);
      return transcribe(form!, text, { res, send, fault });
    }
    if (req.method !== 'POST' || !isLlmPath(path) || (path === '/v1/responses' && dialect === 'chat-only'))
      return send(404, apiError(`Invalid URL (${req.method} ${path})`, null));
    if (call.body === undefined) return send(400, apiError('We could not parse the JSON body of your request.', null));
    const wrong = requestFault(path, call.body);
    if (wrong) return send(400, apiError(wrong.message, wrong.code, wrong.param));

    const body = call.body as Body;
    if (unknownModel(body.model, send)) return;
    if (path === '/v1/embeddings') return send(200, embeddings(body.model, body.input as string | string[]));

    if (path === '/v1/audio/speech') {
      const said = call.body as SpeechBody;
      const unfit = speechFault(said, dialect === 'openai');
      if (unfit) return send(400, faultBody(unfit));
      call.status = 200;
      return speak(said, voice, res, fault);
    }

    call.status = 200;
    const streamed = body.stream === true && fault?.kind !== 'no-stream';
    return (path === '/v1/responses' ? respond : complete)({ body, call, streamed, fault, res, send });
  }

  async function respond({ body, call, streamed, fault, res, send }: Exchange): Promise<void> {
    const previous = body.previous_response_id;
    const known = previous === undefined ? [] : conversations.get(previous);
    if (previous !== undefined && dialect === 'llamacpp')
      return send(400, apiError("llama.cpp does not support 'previous_response_id'.", 400));
    if (keeps && !known)
      return dialect === 'vllm'
        ? send(404, apiError(`Response with id '${previous}' not found.`, 404, 'response_id', 'NotFoundError'))
        : send(
            400,
            apiError(
              `Previous response with id '${previous}' not found.`,
              'previous_response_not_found',
              'previous_response_id',
            ),
          );
    if (dialect === 'llamacpp' && Array.isArray(body.input) && body.input.some(({ type }) => !type))
      return send(400, apiError("Cannot determine type of 'item'", 400));
    if (known?.length) call.kept = known.map(textOf);
    const items = [...(known ?? []), ...responsesItems(body.input)];
    // Ollama takes what it gets where the rest is behind an id that it does not know.
    const loose = dialect === 'ollama' && previous ? null : pairingFault(items, 'responses');
    if (loose) return send(400, apiError(loose, null, 'input'));
    const unfit = strictFault(body.tools ?? []);
    if (unfit) return send(400, apiError(unfit, 'invalid_function_parameters', 'tools'));

    const tools = (body.tools ?? []).map(({ name }) => name);
    const answer = answerTo(body, items, tools, fault);
    const whole = checked(
      'response',
      responseBody(answer, {
        store: body.store ?? true,
        previous: keeps ? (previous ?? null) : null,
        tools: body.tools ?? [],
        toolChoice: body.tool_choice ?? 'auto',
      }),
    );
    const said = whole.output.map(
      (item): Item =>
        'content' in item
          ? { type: 'message', role: 'assistant', text: (item.content ?? []).map((part) => part.text ?? '').join('') }
          : { type: 'function_call', call_id: item.call_id, name: item.name, arguments: item.arguments },
    );
    if (keeps && whole.store) conversations.set(whole.id, [...items, ...said]);
    if (!streamed) return send(200, whole);
    return stream(
      res,
      responseEvents(whole).map((event) => checked('responseEvent', event)),
      fault,
    );
  }

  async function complete({ body, streamed, fault, res, send }: Exchange): Promise<void> {
    const items = chatItems(body.messages);
    const loose = pairingFault(items, 'chat');
    if (loose) return send(400, apiError(loose, null, 'messages'));
    const signed = dialect === 'chat-only';
    if (signed && lacksSignature(items))
      return send(400, [{ error: { code: 400, message: 'Function call is missing a thought_signature.' } }]);
    if (body.stream_options && !body.stream)
      return send(400, apiError("'stream_options' needs 'stream'.", null, 'stream_options'));
    if (fault?.kind === 'failed') return send(500, apiError('The model failed.', null, null, 'server_error'));

    const tools = (body.tools ?? []).map((tool) => tool.function?.name ?? '');
    const whole = checked('completion', completionBody(answerTo(body, items, tools, fault), signed));
    if (!streamed) return send(200, whole);
    const chunks = completionChunks(whole, body.stream_options?.include_usage ?? false);
    return stream(res, [...chunks.map((chunk) => checked('completionChunk', chunk)), '[DONE]'], fault);
  }

  function answerTo(body: Body, items: Item[], tools: string[], fault: LlmFault | undefined): Answer {
    const mayCall = tools.length > 0 && (body.tool_choice !== 'none' || dialect === 'ollama');
    const asked = understand(body.model, body.instructions ?? '', items, mayCall ? tools : []);
    const ending = endingOf(fault);
    serial++;
    if (fault?.kind === 'empty') return { asked, parts: [{ text: '' }], ending, serial };
    if (ending === 'refusal') return { asked, parts: [{ text: REFUSAL }], ending, serial };
    const said = standIn.brain(asked);
    const parts = (typeof said === 'string' ? [{ text: said }] : said).filter((part) => mayCall || 'text' in part);
    if (!parts.length) parts.push({ text: parrot(asked) });
    return { asked, parts: parts.map((part) => cutShort(part, ending)), ending, serial };
  }

  /** True where it was refused. */
  function unknownModel(model: string, send: SendJson): boolean {
    if (!models || models.includes(model)) return false;
    send(404, apiError(`The model '${model}' does not exist or you do not have access to it.`, 'model_not_found'));
    return true;
  }

  function authorized(header: string | undefined): boolean {
    if (key !== undefined) return header === `Bearer ${key}`;
    return dialect !== 'openai' || /^Bearer \S+$/.test(header ?? '');
  }
}

/** A server of its own on loopback; `url` ends in `/v1`. */
export async function startLlm(
  options: LlmOptions & { port?: number } = {},
): Promise<LlmStandIn & { url: string; close(): Promise<void> }> {
  const standIn = createLlm(options);
  const server = createServer((req, res) => {
    standIn.handle(req, res, new URL(req.url ?? '/', 'http://stand-in').pathname).catch((error: Error) => {
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end(error.message);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}
