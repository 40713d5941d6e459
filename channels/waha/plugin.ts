import type { NodeAPI } from 'node-red';
import { waha } from './waha.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-waha', { type: 'dragoman-channel', channel: waha } as never);
}
