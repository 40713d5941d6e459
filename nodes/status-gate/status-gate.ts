import type { NodeAPI } from 'node-red';
import { purposeOf } from '../../app/turn.ts';
import { judge } from '../../core/policy/rules.ts';
import { defineGate } from '../../node-red/kit/gate.ts';
import { migrations } from './migrations.ts';

export default function register(RED: NodeAPI): void {
  defineGate<object>(RED, {
    name: 'status-gate',
    migrations,
    judge: ({ conversation, live, now }) =>
      judge('status-gate', { conversation, now, purpose: purposeOf(live) }, ['status']),
  });
}
