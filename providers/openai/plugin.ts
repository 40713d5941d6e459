import type { NodeAPI } from 'node-red';
import type { ProviderPlugin } from '../../core/ports.ts';
import { createOpenAiEmbedder } from './embeddings.ts';
import { createOpenAiProvider } from './openai.ts';
import { createOpenAiSpeaker } from './speech.ts';
import { createOpenAiTranscriber } from './transcriptions.ts';

const provider: ProviderPlugin = {
  id: 'openai',
  create: createOpenAiProvider,
  embedder: createOpenAiEmbedder,
  transcriber: createOpenAiTranscriber,
  speaker: (config) => createOpenAiSpeaker(config),
};

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-provider-openai', { type: 'dragoman-provider', provider } as never);
}
