import type { NodeAPI } from 'node-red';
import type { ProviderPlugin } from '../../core/ports.ts';
import { createEspeakSpeaker } from './espeak.ts';

const provider: ProviderPlugin = { id: 'espeak', speaker: createEspeakSpeaker };

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-provider-espeak', { type: 'dragoman-provider', provider } as never);
}
