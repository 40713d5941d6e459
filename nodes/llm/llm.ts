import type { NodeAPI } from 'node-red';
import type { Endpoint } from '../../core/answering.ts';
import type { AnswerSource, Passage } from '../../core/model.ts';
import { composeInstructions, historyOf, trimHistory } from '../../core/prompt.ts';
import { staticText, textIn } from '../../core/texts.ts';
import { engine } from '../../runtime/current.ts';
import { defineNode } from '../../runtime/define-node.ts';
import { providerOf } from '../../runtime/registry.ts';
import type { LiveTurn } from '../../runtime/turns.ts';
import type { ProviderNode } from '../provider/provider.ts';
import { migrations } from './migrations.ts';

interface Config {
  provider: string;
  /** Messages of the conversation that the model sees, this turn's included. */
  history: number;
}

/** Characters of history that go to the model; older messages are left out. */
const HISTORY_CHARACTERS = 24_000;

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'llm',
    migrations,
    create({ config, status }) {
      const quoting = providerOf(RED as never, 'extractive');
      const extractive = quoting?.create({ apiKey: '', baseUrl: '', model: '', kind: 'llm' });
      return {
        async input(msg, send) {
          const { turns, store, answering, log, clock } = engine();
          const live = turns.of(msg);
          const { account, view } = live;
          const stored =
            view.attempt > 1 ? (await store.replies(view.id)).find((message) => message.source) : undefined;
          if (stored) {
            // An attempt before this one had answered; the words are not made again.
            live.source = stored.source!;
            msg.payload = stored.text;
            send(msg);
            return;
          }
          const instructions = composeInstructions({ ...account.prompt, language: view.language });
          if (!instructions.configured) {
            const reason = `Account "${account.name}" has no prompt: give its config node a manual prompt or the facts of the business.`;
            view.decisions.push({ gate: 'llm', result: 'block', rule: 'not-configured', reason, at: clock.now() });
            log.warn(reason);
            status('error', 'notConfigured');
            return;
          }
          status('busy', 'thinking');
          const words = typeof msg.payload === 'string' ? msg.payload : '';
          const history = trimHistory(historyOf(await historyBefore(live, config.history)), HISTORY_CHARACTERS);
          const answered = await answering.answer(
            endpoints(RED, config.provider, account.envPrefix),
            {
              instructions: instructions.text,
              history: [...history, { role: 'user', text: words }],
              passages: view.passages,
              language: view.language,
              session: view.session,
            },
            { provider: extractive, text: staticText(account, view.language) },
          );
          for (const failure of answered.trail)
            log.warn(`Turn ${view.id}: ${failure.name} did not answer (${failure.code}): ${failure.message}`);
          live.source = answered.source;
          msg.payload = labelled(answered.text, answered.source, view.passages, view.language);
          status(answered.source.kind === 'llm' ? 'ok' : 'warn', answered.source.kind);
          send(msg);
        },
      };

      /** The conversation before this turn. */
      async function historyBefore(live: LiveTurn, limit: number) {
        const first = live.messages[0];
        const messages = await engine().store.messages(live.conversation.id, { limit, before: first?.seq });
        return messages.filter((message) => message.state !== 'discarded');
      }
    },
  });
}

function endpoints(RED: NodeAPI, provider: string, envPrefix: string): Endpoint[] {
  const node = RED.nodes.getNode(provider) as unknown as ProviderNode | null;
  return node?.endpoints?.(envPrefix) ?? [];
}

/** A quotation says that it is one, and of what. */
function labelled(text: string, source: AnswerSource, passages: Passage[], language: string): string {
  if (source.kind !== 'extractive') return text;
  const quoted = passages.find((passage) => source.passages?.includes(passage.id));
  return quoted ? `${text}\n\n_${textIn(language, 'quoted', { title: quoted.title })}_` : text;
}
