import type { NodeAPI } from 'node-red';
import { api } from './api.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-orders-api', { type: 'dragoman-orders', source: api } as never);
}
