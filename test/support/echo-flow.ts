/** A flow that answers with the words it was given, through all gates, on three channels; or asks a model, as the shipped ones do. */
import { accountConfig } from './flow-nodes.ts';

const accounts = ['telegram', 'whatsapp', 'instagram'] as const;

const account = (channel: string) => accountConfig(`acc-${channel}`, { name: channel, channel, burst: true });

const place = { z: 'tab', x: 100, y: 100 };

const byFunction = {
  id: 'function',
  type: 'function',
  func: "msg.payload = 'got ' + msg.payload; return msg;",
  outputs: 1,
  ...place,
  wires: [['out']],
};

const byModel = [
  { id: 'llm', type: 'dragoman-anonymize', version: 2, kinds: ['PHONE', 'EMAIL'], ...place, wires: [['ask']] },
  { id: 'ask', type: 'dragoman-llm', provider: 'provider', history: 20, version: 2, ...place, wires: [['out']] },
  { id: 'provider', type: 'dragoman-provider', provider: 'openai', baseUrl: '', model: '', fallbackModel: '' },
];

export function echoFlow(answer: 'function' | 'llm' = 'function'): object[] {
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
    gate('rate-limit', answer, { perSecond: 10_000, perMinute: 10_000 }),
    ...(answer === 'function' ? [byFunction] : byModel),
    { id: 'out', type: 'dragoman-channel-out', version: 1, ...place, wires: [] },
  ];
}
