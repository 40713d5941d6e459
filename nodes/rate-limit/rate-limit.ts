import type { NodeAPI } from 'node-red';
import { ARRIVALS } from '../../core/inbox/accept.ts';
import { judgeRate, type RateLimit, receivedWithin } from '../../core/policy/rate.ts';
import { judge } from '../../core/policy/rules.ts';
import { engine } from '../../node-red/current.ts';
import { defineGate } from '../../node-red/kit/gate.ts';
import { migrations } from './migrations.ts';

interface Config {
  perSecond: number;
  perMinute: number;
}

export default function register(RED: NodeAPI): void {
  defineGate<Config>(RED, {
    name: 'rate-limit',
    migrations,
    async judge({ conversation, live, config, now }) {
      const loop = judge('rate-limit', { conversation, now, purpose: 'reply' }, ['loop']);
      if (loop.result === 'block') return loop;
      const limits: RateLimit[] = [
        { count: config.perSecond, windowMs: 1_000 },
        { count: config.perMinute, windowMs: 60_000 },
      ];
      // Counted up to the turn's newest message: what came while it waited is the next turn's matter.
      const until = live.messages.at(-1)?.at ?? now;
      const count = (windowMs: number) =>
        receivedWithin(conversation.arrivals, until - windowMs + 1, until, ARRIVALS) ??
        engine().store.countInbound(conversation.id, until - windowMs + 1, until);
      // A burst counts once, but one of more texts than a minute may have is a flood.
      const texts = live.messages.filter(({ media }) => media.length === 0).length;
      const counted = await count(60_000);
      const minute = texts > config.perMinute ? Math.max(texts, counted) : counted;
      // A second holds no more than its minute.
      const second = minute > config.perSecond ? await count(1_000) : minute;
      return judgeRate('rate-limit', limits, [second, minute], now);
    },
  });
}
