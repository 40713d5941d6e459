import type { NodeAPI } from 'node-red';
import { answerTurn } from '../../app/answer-turn.ts';
import { courtesyOf } from '../../core/answering/courtesy.ts';
import { personButton } from '../../core/handovers/texts.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { answeringProviderOf } from '../../node-red/plugins.ts';
import { chosenProvider } from '../chosen-provider.ts';
import { migrations } from './migrations.ts';

interface Config {
  provider: string;
  /** Messages of the conversation that the model sees, this turn's included. */
  history: number;
  /** Names of the tools that the model may call; absent in nodes from before there were any. */
  tools?: string[];
  /** The customer sees the words of a slow answer as they are written. */
  showsWords: boolean;
  /** Where nothing can answer, a person is offered by a button. */
  offersPerson: boolean;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'llm',
    migrations,
    create({ node, config, status }) {
      const quoting = answeringProviderOf(RED as never, 'extractive');
      const provider = chosenProvider(RED, config.provider);
      const extractive = quoting?.create({ apiKey: '', baseUrl: '', model: '', kind: 'llm' });
      return {
        async input(msg, send) {
          const live = engine().turns.of(msg);
          const words = typeof msg.payload === 'string' ? msg.payload : '';
          const answer = await answerTurn(engine(), live, {
            node: node.id,
            words,
            history: config.history,
            tools: config.tools ?? [],
            provider: provider(live.account.envPrefix),
            extractive,
            showsWords: config.showsWords,
            onAsk: () => status('busy', 'thinking'),
          });
          if (answer.kind === 'not-configured') return status('error', 'notConfigured');
          if (answer.kind === 'overtaken') return status('warn', 'overtaken');
          const lost = answer.source.kind === 'static' && !live.goodbye && !courtesyOf(words);
          const buttons = config.offersPerson && lost;
          msg.payload = buttons ? { text: answer.text, buttons: [personButton(live.view.language)] } : answer.text;
          if (answer.kind === 'answered') status(answer.source.kind === 'llm' ? 'ok' : 'warn', answer.source.kind);
          send(msg);
        },
      };
    },
  });
}
