import type { NodeAPI } from 'node-red';
import { confirmConsent } from '../../app/confirm-consent.ts';
import { because } from '../../core/policy/reasons.ts';
import { judge } from '../../core/policy/rules.ts';
import { engine } from '../../node-red/current.ts';
import { defineGate } from '../../node-red/kit/gate.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Empty: our text in the contact's language. */
  confirmOut: string;
  confirmIn: string;
}

export default function register(RED: NodeAPI): void {
  defineGate<Config>(RED, {
    name: 'opt-out',
    migrations,
    async judge({ live, conversation, config, nodeId, now }) {
      const words = { out: config.confirmOut, in: config.confirmIn };
      if ((await confirmConsent(engine(), live, nodeId, words)) === 'in')
        return {
          gate: 'opt-out',
          result: 'block',
          rule: 'consent',
          reason: because('consent.in'),
          at: now,
        };
      return judge('opt-out', { conversation, now, purpose: 'reply' }, ['consent']);
    },
  });
}
