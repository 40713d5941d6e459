import type { NodeAPI } from 'node-red';
import { reply } from '../../app/reply.ts';
import { textIn } from '../../core/answering/texts.ts';
import { judge } from '../../core/policy/rules.ts';
import { engine } from '../../node-red/current.ts';
import { defineGate, type JudgeContext } from '../../node-red/kit/gate.ts';
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
    async judge(context) {
      const { conversation, now } = context;
      // The word itself was recorded when the message arrived; here it is only confirmed, once.
      const change = context.live.messages.findLast((message) => message.consent)?.consent;
      if (change) await confirm(context, change);
      if (change === 'in')
        return {
          gate: 'opt-out',
          result: 'block',
          rule: 'consent',
          reason: 'The contact opted in again; that is confirmed.',
          at: now,
        };
      return judge('opt-out', { conversation, now, purpose: 'reply' }, ['consent']);
    },
  });
}

async function confirm({ live, config, nodeId }: JudgeContext<Config>, change: 'out' | 'in'): Promise<void> {
  const own = change === 'out' ? config.confirmOut : config.confirmIn;
  const text = own?.trim() || textIn(live.view.language, change === 'out' ? 'optedOut' : 'optedIn');
  await reply(engine(), live, { nodeId }, { text }, 'confirmation');
}
