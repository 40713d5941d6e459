import type { NodeAPI } from 'node-red';
import { instagram } from './instagram.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-instagram', { type: 'dragoman-channel', channel: instagram } as never);
}
