import type { NodeAPI } from 'node-red';
import { whatsapp } from './whatsapp.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-whatsapp', { type: 'dragoman-channel', channel: whatsapp } as never);
}
