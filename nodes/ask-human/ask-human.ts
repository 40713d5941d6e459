import type { NodeAPI } from 'node-red';
import { handOver } from '../../app/hand-over.ts';
import { backWords, tapsForPerson, tookAssistant } from '../../core/handovers/texts.ts';
import { asksForHuman } from '../../core/policy/handover.ts';
import { because } from '../../core/policy/reasons.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { chosenProvider } from '../chosen-provider.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Empty: ours, in the customer's language. */
  goodbye: string;
  /** Said outside the hours of the account's people, with `{when}` for when they are back. Empty: ours. */
  goodbyeClosed: string;
  /** Writes the summary for whoever comes. Empty: whatever the environment says. */
  provider: string;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'ask-human',
    migrations,
    create({ node, config, status }) {
      const provider = chosenProvider(RED, config.provider);
      const own = { open: config.goodbye.trim(), closed: config.goodbyeClosed.trim() };
      return {
        async input(msg, send) {
          const { turns, clock, store } = engine();
          const live = turns.of(msg);
          const words = typeof msg.payload === 'string' ? msg.payload : '';
          const decide = (result: 'pass' | 'block', reason: string) =>
            live.view.decisions.push({
              ...{ gate: 'ask-human', result, rule: 'handover', reason, at: clock.now(), node: node.id },
            });
          if (tookAssistant(live.messages)) {
            const [wish] = await store.handovers({ conversationId: live.conversation.id, limit: 1 });
            msg.payload = backWords(wish?.language ?? live.view.language);
            decide('block', because('person.back'));
            status('ok', 'back');
            send([null, msg]);
            return;
          }
          const taps = tapsForPerson(live.messages);
          const languages = taps ? [live.view.language] : asksForHuman(words);
          if (languages.length === 0) {
            decide('pass', 'The customer asks for no person.');
            status('ok', 'goesOn');
            send([msg, null]);
            return;
          }
          const said = await handOver(engine(), live, {
            ...{ by: taps ? 'button' : 'words', reason: words, languages, own },
            provider: provider(live.account.envPrefix),
          });
          msg.payload = said.buttons ? said : said.text;
          decide('block', because('person.asked'));
          status('warn', 'asks');
          send([null, msg]);
        },
      };
    },
  });
}
