import type { NodeAPI } from 'node-red';
import { searchKnowledge } from '../../app/search-knowledge.ts';
import { note } from '../../app/timeline/notes.ts';
import type { LiveTurn, TurnMessage } from '../../app/turn.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode, type Send } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Folder name below the knowledge folder. */
  base: string;
  limit: number;
}

export default function register(RED: NodeAPI): void {
  /** Nodes that show nothing before the flows have started, when status nodes hear it. */
  const waiting = new Set<() => void>();
  RED.events.on('flows:started', () => {
    for (const follow of waiting) follow();
    waiting.clear();
  });
  defineNode<Config>(RED, {
    name: 'rag',
    migrations,
    create({ node, config, status }) {
      const { knowledge } = engine();
      let stop = () => {};
      const follow = () => {
        stop = knowledge.follow(config.base, (state) => {
          if (state?.kind === 'missing') status('error', 'missing', { base: config.base });
          else if (state?.kind === 'ready') status('ok', 'ready', { count: state.passages });
          else if (state?.percent !== undefined) status('busy', 'indexing', { percent: state.percent });
          else if (state) status('busy', 'reading', { file: state.file, of: state.of });
        });
      };
      waiting.add(follow);
      return {
        input,
        close() {
          waiting.delete(follow);
          stop();
        },
      };

      function noteFound(live: LiveTurn, error?: string): void {
        const found = live.view.passages.map(({ id, title, source, score }) => ({ id, title, source, score }));
        note(live, engine().clock.now(), { kind: 'passages', node: node.id, base: config.base, found, error });
      }

      async function input(msg: TurnMessage, send: Send) {
        const live = engine().turns.of(msg);
        const question =
          typeof msg.payload === 'string' ? msg.payload : live.view.messages.map((message) => message.text).join('\n');
        try {
          live.view.passages = await searchKnowledge(engine(), live, question, config);
          noteFound(live);
          status('ok', 'found', { count: live.view.passages.length });
        } catch (error) {
          // The LLM still answers, from what it knows of the account.
          live.view.passages = [];
          noteFound(live, DragomanError.is(error) ? error.code : 'STORE_UNAVAILABLE');
          engine().log.warn(
            `Knowledge "${config.base}" could not be searched for turn ${live.turn.id}: ${describe(error)}`,
          );
          if (DragomanError.is(error) && error.code === 'KNOWLEDGE_MISSING')
            status('error', 'missing', { base: config.base });
          else status('warn', 'failed');
        }
        send(msg);
      }
    },
  });
}
