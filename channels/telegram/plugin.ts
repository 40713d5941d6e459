import type { NodeAPI } from 'node-red';
import { telegram } from './telegram.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-telegram', { type: 'dragoman-channel', channel: telegram } as never);
}
