import { describe, expect, it } from 'vitest';
import { type Body, type Json, type ProviderSamples, providerContract } from '../contracts/provider.ts';
import { createOpenAiEmbedder } from './openai/embeddings.ts';
import { createOpenAiProvider } from './openai/openai.ts';

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
