/** A channel of somebody else's package, as small as the contract allows. */
import type { NodeAPI } from 'node-red';
import type { Channel } from '../../../core/ports.ts';

const pigeon: Channel = {
  id: 'pigeon',
  fields: { ringKey: { env: 'PIGEON_RING_KEY', secret: true }, loft: { env: 'PIGEON_LOFT' } },
  realWhen: ['ringKey'],
  capabilities: { textLimit: 100, unit: 'utf16', media: [] },
  handshake: () => null,
  verify: () => ({ ok: true, signed: false }),
  parse: () => [],
  render: ({ text }) => [{ text }],
  send: async () => ({ ok: true }),
};

export default function register(RED: NodeAPI): void {
  RED.plugins.registerPlugin('somebodys-pigeon', { type: 'dragoman-channel', channel: pigeon } as never);
}
