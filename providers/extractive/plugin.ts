import type { NodeAPI } from 'node-red';
import { createExtractive } from './extractive.ts';

export default function register(RED: NodeAPI): void {
  const provider = { id: 'extractive', create: createExtractive };
  RED.plugins.registerPlugin('dragoman-provider-extractive', { type: 'dragoman-provider', provider } as never);
}
