import type { NodeAPI } from 'node-red';
import { createWebChannel } from './web.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-web', { type: 'dragoman-channel', channel: createWebChannel() } as never);
}
