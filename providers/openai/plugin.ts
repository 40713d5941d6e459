import type { NodeAPI } from 'node-red';
import type { ProviderPlugin } from '../../core/ports.ts';
import { createOpenAiEmbedder } from './embeddings.ts';
import { createOpenAiProvider } from './openai.ts';
import { createOpenAiTranscriber } from './transcriptions.ts';

const provider: ProviderPlugin = {
  id: 'openai',
  create: createOpenAiProvider,
  embedder: createOpenAiEmbedder,
  transcriber: createOpenAiTranscriber,
};

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-provider-openai', { type: 'dragoman-provider', provider } as never);
}
