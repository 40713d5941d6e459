import type { NodeAPI } from 'node-red';
import { marketplace } from './marketplace.ts';

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('dragoman-orders-marketplace', { type: 'dragoman-orders', source: marketplace } as never);
}
