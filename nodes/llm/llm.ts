import type { NodeAPI } from 'node-red';
import { type ContactMask, maskedProvider } from '../../app/masking.ts';
import type { LiveTurn } from '../../app/turns.ts';
import type { Endpoint } from '../../core/answering/answering.ts';
import { createSpending, type Purse } from '../../core/answering/budget.ts';
import { usableHead } from '../../core/answering/continuity.ts';
import { composeInstructions, historyOf, trimHistory } from '../../core/answering/prompt.ts';
import { staticText, textIn } from '../../core/answering/texts.ts';
import { describe } from '../../core/errors.ts';
import type { AnswerSource, Passage } from '../../core/model.ts';
import { dayOf } from '../../core/policy/rate.ts';
import { judge } from '../../core/policy/rules.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { providerOf } from '../../node-red/plugins.ts';
import type { ProviderNode } from '../provider/provider.ts';
import { migrations } from './migrations.ts';

interface Config {
  provider: string;
  /** Messages of the conversation that the model sees, this turn's included. */
  history: number;
  /** Names of the tools that the model may call; absent in nodes from before there were any. */
  tools?: string[];
}

/** Characters of history that go to the model; older messages are left out. */
const HISTORY_CHARACTERS = 24_000;

export default function register(RED: NodeAPI): void {
  // The editor offers the tools that are there.
  RED.httpAdmin.get('/dragoman/tools', RED.auth.needsPermission('flows.read'), (_request, response) => {
    Promise.resolve()
      .then(() => engine().tools.box.ready)
      .then(
        () => response.json({ tools: engine().tools.box.list() }),
        (error) => response.status(500).json({ error: describe(error) }),
      );
  });
  defineNode<Config>(RED, {
    name: 'llm',
    migrations,
    create({ config, status }) {
      const quoting = providerOf(RED as never, 'extractive');
      const extractive = quoting?.create({ apiKey: '', baseUrl: '', model: '', kind: 'llm' });
      return {
        async input(msg, send) {
          const { turns, store, answering, masking, tools, log, clock } = engine();
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
          const before = await messagesBefore(live, config.history);
          const humanPart = before.some((message) => message.author === 'human');
          const instructions = composeInstructions({ ...account.prompt, language: view.language, humanPart });
          if (!instructions.configured) {
            const reason = `Account "${account.name}" has no prompt: give its config node a manual prompt or the facts of the business.`;
            view.decisions.push({ gate: 'llm', result: 'block', rule: 'not-configured', reason, at: clock.now() });
            log.warn(reason);
            status('error', 'notConfigured');
            return;
          }
          status('busy', 'thinking');
          const words = typeof msg.payload === 'string' ? msg.payload : '';
          const history = trimHistory(historyOf(before), HISTORY_CHARACTERS);
          const offered = await tools.forTurn(live, config.tools ?? []);
          const provider = RED.nodes.getNode(config.provider) as unknown as ProviderNode | null;
          const mask = await masking.of(live);
          const spending = createSpending({ store, clock }, purseOf(config.provider, provider, live, clock.now()));
          const answered = await spending.answer(
            masked(provider?.endpoints?.(account.envPrefix) ?? [], mask),
            (chain) =>
              answering.answer(
                chain,
                {
                  instructions: instructions.text,
                  history: [...history, { role: 'user', text: words }],
                  passages: view.passages,
                  language: view.language,
                  session: view.session,
                  head: usableHead(live.conversation.head, before, view.id),
                  ...offered,
                },
                { provider: extractive, text: staticText(account, view.language) },
              ),
          );
          for (const failure of answered.trail)
            log.warn(`Turn ${view.id}: ${failure.name} did not answer (${failure.code}): ${failure.message}`);
          live.source = answered.source;
          // A human, an opt-out or a closed status may have come while the model was thinking.
          const conversation = (await store.conversation(live.conversation.id)) ?? live.conversation;
          const decision = judge('llm', { conversation, now: clock.now(), purpose: 'reply' }, [
            'consent',
            'status',
            'takeover',
          ]);
          if (decision.result === 'block') {
            view.decisions.push(decision);
            log.info(`Turn ${view.id}: the answer is not used. ${decision.reason}`);
            status('warn', 'overtaken');
            return;
          }
          const text = labelled(answered.text, answered.source, view.passages, view.language);
          live.head = answered.head ? { at: answered.head, text } : null;
          msg.payload = text;
          status(answered.source.kind === 'llm' ? 'ok' : 'warn', answered.source.kind);
          send(msg);
        },
      };

      /** The conversation before this turn, with answers to earlier messages that came while this turn's were already there. */
      async function messagesBefore({ conversation, messages, view }: LiveTurn, limit: number) {
        const newest = await engine().store.messages(conversation.id, { limit: limit + messages.length });
        const others = newest.filter(
          ({ state, turnId, pending }) => state !== 'discarded' && turnId !== view.id && !pending,
        );
        return others.slice(-limit);
      }
    },
  });
}

/** Nothing personal reaches an endpoint, whatever the flow does; its words keep their tokens until they are sent. */
const masked = (endpoints: Endpoint[], mask: ContactMask): Endpoint[] =>
  endpoints.map((endpoint) => ({ ...endpoint, provider: maskedProvider(endpoint.provider, mask) }));

function purseOf(id: string, provider: ProviderNode | null, { account, conversation }: LiveTurn, now: number): Purse {
  return {
    provider: id,
    budgets: provider?.budgets ?? { daily: 0, contact: 0 },
    priced: provider?.priced ?? false,
    contact: conversation.contactId ?? conversation.id,
    day: dayOf(now, account.timezone),
  };
}

/** A quotation says that it is one, and of what. */
function labelled(text: string, source: AnswerSource, passages: Passage[], language: string): string {
  if (source.kind !== 'extractive') return text;
  const quoted = passages.find((passage) => source.passages?.includes(passage.id));
  return quoted ? `${text}\n\n_${textIn(language, 'quoted', { title: quoted.title })}_` : text;
}
