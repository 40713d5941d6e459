/** The words of a turn that is about an order; who wrote them is noted on the turn, and which variant they are on the follow-up. */
import { createSpending, timeForAnswer } from '../../core/answering/budget.ts';
import { DragomanError } from '../../core/errors.ts';
import type { AnswerSource, OrderEvent } from '../../core/model.ts';
import type { Variant } from '../../core/orders/experiment.ts';
import { noteGeneration, noteVariant } from '../../core/orders/follow-up.ts';
import type { OrderTexts } from '../../core/orders/texts.ts';
import { variantOf } from '../../core/orders/variants.ts';
import { lookAgain } from '../../core/policy/outreach.ts';
import { dayOf } from '../../core/policy/rate.ts';
import { type AnswerOptions, ownAnswer } from '../answer-turn.ts';
import type { Engine } from '../engine.ts';
import type { LiveTurn } from '../turn.ts';
import { type ApprovedOptions, approvedOf } from './approved.ts';
import type { Wording, WordingModel, WordingRule } from './wording.ts';

export interface WordOptions {
  /** Id of the node that words: what it wrote in an earlier attempt is said again. */
  node: string;
  /** Those of a variant; undefined: there are none. */
  texts(event: OrderEvent, variant: string | undefined): OrderTexts;
  /** For where the platform takes no free text, in the same way. */
  approved: ApprovedOptions['approved'];
  experiment: { name: string; variants: readonly Variant[] } | undefined;
  /** Undefined: the template is to be said as it is. */
  provider: AnswerOptions['provider'] | undefined;
  /** Off: nothing is said where the model has no words. */
  fallbackEnabled: boolean;
  /** Told before the model is asked. */
  onAsk?(): void;
}

export type TurnWords =
  | { kind: 'worded'; text: string; source: Wording['source'] | 'approved' }
  /** An attempt before this one had words. */
  | { kind: 'repeated'; text: string }
  /** A model is to word it, there is none, and the fallback is off. */
  | { kind: 'none' }
  /** The platform takes no free text now, and no template can say it. */
  | { kind: 'held' };

type Parts = Pick<Engine, 'store' | 'answering' | 'responses' | 'wordings' | 'clock'>;

/** @throws DragomanError ORDER_MISSING; PROVIDER_FAILED, retryable, where the model failed and the fallback is off */
export async function wordTurn(parts: Parts, live: LiveTurn, options: WordOptions): Promise<TurnWords> {
  const { store, wordings, clock } = parts;
  const { about, account, view, contact, conversation } = live;
  if (!about)
    throw new DragomanError(
      'ORDER_MISSING',
      'This turn is about no order.',
      'Let only turns of an order-in node come to this node.',
    );
  const earlier = view.attempt > 1 ? ownAnswer(await store.replies(view.id), options.node) : undefined;
  if (earlier) {
    live.source = earlier.source;
    return { kind: 'repeated', text: earlier.text };
  }
  const { order, followUp } = about;
  const { experiment, provider, fallbackEnabled } = options;
  const person = conversation.contactId ?? conversation.id;
  const variant = experiment && variantOf(experiment.name, person, experiment.variants);
  const note = (result: 'pass' | 'block', rule: string, reason: string, until?: number) =>
    view.decisions.push({ gate: 'order-text', result, rule, reason, at: clock.now(), ...(until && { until }) });

  const now = clock.now();
  const { closed, template, lacks, differs } = approvedOf(live, options, variant, now);
  if (closed && !template) {
    const { reason, until } = lookAgain(`${closed} ${lacks}`, now);
    note('block', 'window', reason, until);
    return { kind: 'held' };
  }
  live.template = template;
  // Where all variants leave as one template, nobody reads theirs.
  if (experiment) await store.run(noteVariant(followUp.id, closed && !differs ? undefined : variant, experiment.name));
  // What a template says needs no model.
  const asked = provider && provider.endpoints.length > 0 && !closed ? askedModel(parts, live, provider) : undefined;
  if (provider && !asked && !closed && !fallbackEnabled) {
    note('block', 'no-model', 'A model is to word it, none is configured, and the fallback is switched off.');
    return { kind: 'none' };
  }
  if (asked) options.onAsk?.();
  const wording = await wordings.word({
    ...{ order, event: followUp.event, account, variant, fallbackEnabled },
    texts: options.texts(followUp.event, variant),
    language: contact?.language,
    model: asked?.model,
    timeoutMs: timeForAnswer(account, provider?.timeoutMs),
  });
  if (WITH_MODEL.includes(wording.rule)) await store.run(noteGeneration(followUp.id, wording.cached ? 'hit' : 'miss'));
  const written = asked?.source();
  live.source = {
    // Words that are not said are paid for all the same.
    ...written,
    ...(wording.source === 'llm' ? !written && { kind: 'llm' } : { kind: 'static' }),
    ...{ node: options.node, usage: wording.usage },
  } as AnswerSource;
  if (closed) note('pass', 'template', `${closed} The template "${template!.name}" says it.`);
  else note('pass', wording.rule, wording.reason);
  return { kind: 'worded', text: wording.text, source: closed ? 'approved' : wording.source };
}

/** Rules of texts for which a model, or what it had said before, was asked. */
const WITH_MODEL: readonly WordingRule[] = ['reworded', 'model-failed', 'facts-changed'];

/** The provider's endpoints as the one model of a wording. `source` tells which of them wrote, once one did. */
function askedModel(
  { store, answering, responses, clock }: Parts,
  { account, conversation }: LiveTurn,
  { id, endpoints, budgets, priced }: AnswerOptions['provider'],
): { model: WordingModel; source(): AnswerSource | undefined } {
  let source: AnswerSource | undefined;
  const purse = {
    ...{ provider: id, budgets, priced },
    contact: conversation.contactId ?? conversation.id,
    day: dayOf(clock.now(), account.timezone),
  };
  responses.use(endpoints);
  return {
    source: () => source,
    model: {
      name: endpoints[0]!.key,
      async ask(question) {
        const about = { passages: [], session: conversation.session, onKept: responses.note(conversation.id) };
        const answered = await createSpending({ store, clock }, purse).answer(endpoints, (chain) =>
          answering.answer(chain, { ...question, ...about }, { text: '' }),
        );
        source = answered.source;
        return { text: answered.text, usage: answered.spent };
      },
    },
  };
}
