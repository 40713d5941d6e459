import type { NodeAPI } from 'node-red';
import type { LiveTurn } from '../../app/turns.ts';
import { describe } from '../../core/errors.ts';
import { withoutTokens } from '../../core/privacy/masking.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Folder name below the knowledge folder. */
  base: string;
  limit: number;
}

export default function register(RED: NodeAPI): void {
  // The editor offers the bases that are there.
  RED.httpAdmin.get('/dragoman/knowledge', RED.auth.needsPermission('flows.read'), (_request, response) => {
    Promise.resolve()
      .then(() => engine().knowledge.bases())
      .then(
        (bases) => response.json({ bases }),
        (error) => response.status(500).json({ error: describe(error) }),
      );
  });
  defineNode<Config>(RED, {
    name: 'rag',
    migrations,
    create: ({ config, status }) => ({
      async input(msg, send) {
        const { turns, knowledge, log } = engine();
        const live = turns.of(msg);
        const question =
          typeof msg.payload === 'string' ? msg.payload : live.view.messages.map((message) => message.text).join('\n');
        try {
          live.view.passages = question.trim()
            ? await knowledge.search(config.base, await impersonal(live, question), config.limit)
            : [];
          status('ok', 'found', { count: live.view.passages.length });
        } catch (error) {
          // The LLM still answers, from what it knows of the account.
          live.view.passages = [];
          log.warn(`Knowledge "${config.base}" could not be searched for turn ${live.turn.id}: ${describe(error)}`);
          status('warn', 'failed');
        }
        send(msg);
      },
    }),
  });
}

/** What is asked, without who asks: the question may go to an embedding server. */
async function impersonal(live: LiveTurn, question: string): Promise<string> {
  const mask = await engine().masking.of(live);
  return withoutTokens(mask.mask(question));
}
