import type { NodeAPI } from 'node-red';
import { handOver } from '../../app/hand-over.ts';
import { asksForHuman } from '../../core/policy/handover.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Empty: ours, in the customer's language. */
  goodbye: string;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'ask-human',
    migrations,
    create: ({ node, config, status }) => ({
      async input(msg, send) {
        const { turns, clock } = engine();
        const live = turns.of(msg);
        const words = typeof msg.payload === 'string' ? msg.payload : '';
        const languages = asksForHuman(words);
        const decide = (result: 'pass' | 'block', reason: string) =>
          live.view.decisions.push({
            ...{ gate: 'ask-human', result, rule: 'handover', reason, at: clock.now(), node: node.id },
          });
        if (languages.length === 0) {
          decide('pass', 'The customer asks for no person.');
          status('ok', 'goesOn');
          send([msg, null]);
          return;
        }
        const goodbye = await handOver(engine(), live, { by: 'words', reason: words, languages });
        msg.payload = config.goodbye.trim() || goodbye;
        decide('block', 'The customer asks for a person.');
        status('warn', 'asks');
        send([null, msg]);
      },
    }),
  });
}
