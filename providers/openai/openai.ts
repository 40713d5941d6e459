/**
 * Answers by any endpoint that speaks OpenAI's API. The whole conversation is sent each time and nothing is kept at the provider
 * (`store: false`): our own history is the truth.
 */
import type { OpenAI } from 'openai';
import type { AnswerRequest, Provider, ProviderAnswer } from '../../core/ports.ts';
import { type Connection, checkConnection, limits, openClient } from './client.ts';
import { type Dialogue, dialogueOf } from './dialogue.ts';
import { explainFailure, lacksResponses } from './errors.ts';
import { PRESETS, type PresetName, presetOf } from './presets.ts';
import { type Reply, readCompletion, readResponse } from './reply.ts';

export interface OpenAiConfig extends Connection {
  /** Recorded with each answer. */
  kind: 'llm' | 'fallback-llm';
  /** Default: known by the host of `baseUrl`. */
  preset?: PresetName;
}

/** Bounds what one answer can cost; models that reason spend a part of it before the first word. */
const MAX_OUTPUT_TOKENS = 4096;

/** How long a server's lack of the Responses API is remembered: it may be updated meanwhile. */
const CHAT_ONLY_MS = 10 * 60_000;

/** Base URL and model → until when only chat completions are asked there. One for all providers of the process. */
const chatOnlyUntil = new Map<string, number>();

/**
 * `answer` rejects with DragomanError PROVIDER_FAILED; `retryable` where the endpoint may answer soon, with `retryAfterMs` if it said
 * when. It gives null only when the history holds no customer message.
 * @throws DragomanError SETTING_INVALID for a key, base URL or model that can never work.
 */
export function createOpenAiProvider(config: OpenAiConfig): Provider {
  const host = checkConnection(config);
  const name = config.preset ?? presetOf(config.baseUrl);
  const preset = name && PRESETS[name];
  const endpoint = `${config.baseUrl} ${config.model}`;
  let client: Promise<OpenAI> | undefined;

  return {
    async answer(request) {
      const dialogue = dialogueOf(request);
      if (!dialogue) return null;
      const { deadline, options } = limits(request.timeoutMs, request.signal);
      const call = { model: config.model, dialogue, options };
      try {
        client ??= openClient(config);
        const openai = await client;
        const chatOnly = preset?.api === 'chat' || Date.now() < (chatOnlyUntil.get(endpoint) ?? 0);
        const reply = chatOnly
          ? await complete(openai, call)
          : await respond(openai, call, preset?.customerId ? request.session : undefined).catch(async (error) => {
              if (!lacksResponses(error)) throw error;
              const instead = await complete(openai, call);
              chatOnlyUntil.set(endpoint, Date.now() + CHAT_ONLY_MS);
              return instead;
            });
        return toAnswer(reply, request);
      } catch (error) {
        const { timeoutMs, signal } = request;
        throw explainFailure(error, { host, model: config.model, timeoutMs, deadline, signal });
      }
    },
  };

  function toAnswer({ text, usage }: Reply, { passages }: AnswerRequest): ProviderAnswer {
    return {
      text,
      source: {
        kind: config.kind,
        provider: name ?? host,
        model: config.model,
        ...(passages.length ? { passages: passages.map(({ id }) => id) } : {}),
        ...(usage ? { usage } : {}),
      },
    };
  }
}

interface Call {
  model: string;
  dialogue: Dialogue;
  options: { signal: AbortSignal; timeout: number };
}

async function respond(client: OpenAI, { model, dialogue, options }: Call, customerId?: string): Promise<Reply> {
  const response = await client.responses.create(
    {
      model,
      instructions: dialogue.instructions,
      // llama.cpp wants the type said.
      input: dialogue.messages.map(({ role, text }) => ({ type: 'message', role, content: text })),
      store: false,
      max_output_tokens: MAX_OUTPUT_TOKENS,
      ...(customerId ? { safety_identifier: customerId } : {}),
    },
    options,
  );
  return readResponse(response);
}

async function complete(client: OpenAI, { model, dialogue, options }: Call): Promise<Reply> {
  const completion = await client.chat.completions.create(
    {
      model,
      messages: [
        ...(dialogue.instructions ? [{ role: 'system' as const, content: dialogue.instructions }] : []),
        ...dialogue.messages.map(({ role, text }) => ({ role, content: text })),
      ],
      // Not `max_completion_tokens`: servers that have no Responses API often do not know it.
      max_tokens: MAX_OUTPUT_TOKENS,
    },
    options,
  );
  return readCompletion(completion);
}
