import type { NodeAPI } from 'node-red';
import { judgeUnasked } from '../../app/orders/judge.ts';
import { engine } from '../../node-red/current.ts';
import { defineGate } from '../../node-red/kit/gate.ts';
import { migrations } from './migrations.ts';

export default function register(RED: NodeAPI): void {
  defineGate<object>(RED, {
    name: 'send-policy',
    migrations,
    warns: ({ about, account }) => (about && account.outreach?.testMode ? 'test' : undefined),
    judge: ({ live, conversation, now }) => judgeUnasked(engine(), live, conversation, now),
  });
}
