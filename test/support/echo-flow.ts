/** A flow that answers with the words it was given, through all gates, on three channels. */
import { accountConfig } from './flow-nodes.ts';

const accounts = ['telegram', 'whatsapp', 'instagram'] as const;

const account = (channel: string) => accountConfig(`acc-${channel}`, { name: channel, channel, burst: true });

export function echoFlow(): object[] {
  const place = { z: 'tab', x: 100, y: 100 };
  const gate = (id: string, next: string, more: object = {}) => ({
    id,
    type: `dragoman-${id}`,
    version: 1,
    ...more,
    ...place,
    wires: [[next], []],
  });
  return [
    { id: 'tab', type: 'tab', label: 'Echo' },
    ...accounts.map(account),
    ...accounts.flatMap((channel) => [
      {
        id: `post-${channel}`,
        type: 'http in',
        url: `/hook/${channel}`,
        method: 'post',
        skipBodyParsing: true,
        ...place,
        wires: [[`in-${channel}`]],
      },
      {
        id: `in-${channel}`,
        type: 'dragoman-channel-in',
        account: `acc-${channel}`,
        version: 1,
        ...place,
        wires: [['opt-out']],
      },
    ]),
    gate('opt-out', 'status-gate', { confirmOut: '', confirmIn: '' }),
    gate('status-gate', 'handoff'),
    gate('handoff', 'rate-limit'),
    gate('rate-limit', 'echo', { perSecond: 10_000, perMinute: 10_000 }),
    {
      id: 'echo',
      type: 'function',
      func: "msg.payload = 'got ' + msg.payload; return msg;",
      outputs: 1,
      ...place,
      wires: [['out']],
    },
    { id: 'out', type: 'dragoman-channel-out', version: 1, ...place, wires: [] },
  ];
}
