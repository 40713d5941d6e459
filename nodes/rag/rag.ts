import type { NodeAPI } from 'node-red';
import { searchKnowledge } from '../../app/search-knowledge.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Folder name below the knowledge folder. */
  base: string;
  limit: number;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'rag',
    migrations,
    create: ({ config, status }) => ({
      async input(msg, send) {
        const live = engine().turns.of(msg);
        const question =
          typeof msg.payload === 'string' ? msg.payload : live.view.messages.map((message) => message.text).join('\n');
        try {
          live.view.passages = await searchKnowledge(engine(), live, question, config);
          status('ok', 'found', { count: live.view.passages.length });
        } catch (error) {
          // The LLM still answers, from what it knows of the account.
          live.view.passages = [];
          engine().log.warn(
            `Knowledge "${config.base}" could not be searched for turn ${live.turn.id}: ${describe(error)}`,
          );
          if (DragomanError.is(error) && error.code === 'KNOWLEDGE_MISSING')
            status('error', 'missing', { base: config.base });
          else status('warn', 'failed');
        }
        send(msg);
      },
    }),
  });
}
