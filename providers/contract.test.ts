import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Body,
  type Json,
  type ProviderSamples,
  providerContract,
  speakerContract,
  speechServiceContract,
  transcriberContract,
} from '../contracts/provider.ts';
import { startLlm } from '../simulator/llm.ts';
import { createEspeakSpeaker } from './espeak/espeak.ts';
import { isInstalled } from './espeak/program.ts';
import { createOpenAiEmbedder } from './openai/embeddings.ts';
import { createOpenAiProvider } from './openai/openai.ts';
import { createOpenAiSpeaker } from './openai/speech.ts';
import { createOpenAiTranscriber } from './openai/transcriptions.ts';

const plugin = { id: 'openai', create: createOpenAiProvider, embedder: createOpenAiEmbedder };
const kit = { describe, it, expect };

const common: Omit<ProviderSamples, 'answers'> = {
  settings: { apiKey: 'sk-key-of-a-test', model: 'model-of-a-test', kind: 'llm' },
  path: '/v1',
  refused: (status, message) => ({ error: { message, type: 'refused', code: String(status) } }),
  vectors: (count) => ({
    object: 'list',
    model: 'model-of-a-test',
    data: Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding: [0.6, 0.8] })),
    usage: { prompt_tokens: 2, total_tokens: 2 },
  }),
};

const ok = (json: Json): Body => ({ status: 200, json });

const completions: ProviderSamples = {
  ...common,
  answers({ path }, say, call) {
    if (!path.endsWith('/chat/completions')) return { status: 404, json: { error: { message: 'no such route' } } };
    const calls = call && [
      { id: call.id, type: 'function', function: { name: call.name, arguments: call.args } } as const,
    ];
    const message = { role: 'assistant', content: call ? null : say, ...(calls && { tool_calls: calls }) };
    return ok({
      id: 'chat-1',
      object: 'chat.completion',
      created: 1,
      model: 'model-of-a-test',
      choices: [{ index: 0, message, finish_reason: call ? 'tool_calls' : 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
    });
  },
};

const responses: ProviderSamples = {
  ...common,
  answers(_asked, say, call) {
    const output: Json = call
      ? { type: 'function_call', id: 'item-1', call_id: call.id, name: call.name, arguments: call.args }
      : { type: 'message', id: 'item-1', role: 'assistant', content: [{ type: 'output_text', text: say }] };
    return ok({
      id: 'resp-1',
      object: 'response',
      status: 'completed',
      model: 'model-of-a-test',
      output: [output],
      usage: { input_tokens: 5, output_tokens: 5 },
    });
  },
};

providerContract('openai, a server of chat completions', plugin, completions, kit);
providerContract('openai, a server of responses', plugin, responses, kit);

const service = {
  settings: { apiKey: 'sk-key-of-a-test', model: 'model-of-a-test' },
  path: '/v1',
  refused: common.refused,
};
const speaking = { transcriber: createOpenAiTranscriber, speaker: createOpenAiSpeaker };

transcriberContract('openai, JSON', speaking, { ...service, hears: (text) => ok({ text }) }, kit);
transcriberContract(
  'openai, a text',
  speaking,
  { ...service, hears: (text) => ({ status: 200, headers: { 'content-type': 'text/plain' }, text }) },
  kit,
);
transcriberContract(
  'openai, events',
  speaking,
  {
    ...service,
    hears: (text) => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      text: `data: ${JSON.stringify({ type: 'transcript.text.done', text })}\n\n`,
    }),
  },
  kit,
);
speechServiceContract('openai', speaking, service, kit);

let llm: Awaited<ReturnType<typeof startLlm>>;
beforeAll(async () => {
  llm = await startLlm();
});
afterAll(() => llm.close());
speakerContract('openai', () => createOpenAiSpeaker({ apiKey: 'sk-key', baseUrl: llm.url, model: 'tts-1' }), kit);

/** Says that nothing was tried, and counts as no pass. */
const skipping = {
  ...kit,
  it: (name: string) => it(name, ({ skip }) => skip('not run: espeak-ng is not installed')),
};
speakerContract('espeak', createEspeakSpeaker, isInstalled() ? kit : skipping);
