import type { NodeAPI } from 'node-red';
import { createCallChannel } from './call.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-call', { type: 'dragoman-channel', channel: createCallChannel() } as never);
}
