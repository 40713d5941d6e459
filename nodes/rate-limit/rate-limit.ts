import type { NodeAPI } from 'node-red';
import { judgeRate, type RateLimits } from '../../core/policy/rate.ts';
import { judge } from '../../core/policy/rules.ts';
import { engine } from '../../node-red/current.ts';
import { defineGate } from '../../node-red/kit/gate.ts';
import { migrations } from './migrations.ts';

export default function register(RED: NodeAPI): void {
  defineGate<RateLimits>(RED, {
    name: 'rate-limit',
    migrations,
    judge({ conversation, live, config, now }) {
      const loop = judge('rate-limit', { conversation, now, purpose: 'reply' }, ['loop']);
      if (loop.result === 'block') return loop;
      return judgeRate('rate-limit', config, { conversation, messages: live.messages, now }, engine().store);
    },
  });
}
