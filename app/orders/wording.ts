/**
 * The text of a message about an order: the filled template in a model's words where these keep its facts, else the template itself, else a
 * text that needs nothing of the order. Who the customer is never leaves: the model sees tokens, put back in what it wrote.
 */
import type { Account } from '../../core/accounts.ts';
import { bounded, cancelled, TIMED_OUT } from '../../core/answering/waits.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Order, OrderEvent, Usage } from '../../core/model.ts';
import { type FactsKept, keepsFacts } from '../../core/orders/facts.ts';
import { type Generations, generationKey } from '../../core/orders/generations.ts';
import { type Filled, fill, type Problem, templateFor } from '../../core/orders/template.ts';
import { DEFAULT_TEXTS, type OrderTexts, wordingInstructions } from '../../core/orders/texts.ts';
import { createOutages } from '../../core/outages.ts';
import type { AnswerRequest, Clock, Logger, PersonalData } from '../../core/ports.ts';
import { breakTokens, createMask, type Mask } from '../../core/privacy/masking.ts';

/** Nobody waits for a message that was not asked for; milliseconds. */
const WORDING_TIME_MS = 30_000;

/** What a provider is asked, without passages and session, which are the caller's to add. */
export type WordingQuestion = Pick<AnswerRequest, 'instructions' | 'history' | 'language' | 'timeoutMs' | 'signal'>;

/**
 * A model. Rejects as providers do; null when it has nothing to say. What it is asked holds tokens already, so it does not stand behind a
 * `maskedProvider`, which takes tokens in a text for a customer's trick.
 */
export interface WordingModel {
  /** Tells one engine from another, for the cache and the log: provider and model. */
  name: string;
  ask(question: WordingQuestion): Promise<{ text: string; usage?: Usage } | null>;
}

export interface WordingRequest {
  order: Order;
  event: OrderEvent;
  /** Those of the variant. */
  texts: OrderTexts;
  /** ISO 639-1, the contact's; undefined: not known. */
  language: string | undefined;
  account: Pick<Account, 'language' | 'timezone' | 'prompt'>;
  /** Name of the A/B variant. */
  variant?: string;
  /** Undefined: none is configured, so the template is said. */
  model: WordingModel | undefined;
  /** Off: where the model fails nothing is said. */
  fallbackEnabled: boolean;
  /** For the model; milliseconds, 30 s at first. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Why a text is what it is. */
export type WordingRule = 'reworded' | 'no-model' | 'model-failed' | 'facts-changed' | 'template-not-filled';

export interface Wording {
  text: string;
  /** ISO 639-1: the template's. */
  language: string;
  source: 'llm' | 'template' | 'fallback';
  rule: WordingRule;
  /** A sentence a person understands. Holds nobody's name. */
  reason: string;
  /** The model's words were known from before, and cost nothing. */
  cached: boolean;
  /** What the model cost, also where its words were not taken. */
  usage?: Usage;
}

export interface Wordings {
  /**
   * @throws DragomanError PROVIDER_FAILED, retryable: the model failed and the fallback is off, or the signal ended it.
   */
  word(request: WordingRequest): Promise<Wording>;
}

interface Parts {
  clock: Clock;
  log: Logger;
  generations: Generations;
  /** Called when the first message is worded by a model. */
  personalData(): Promise<PersonalData>;
}

/** One for a process: it remembers which models fail, to say so once. */
export function createWordings({ clock, log, generations, personalData }: Parts): Wordings {
  const outages = createOutages(log, clock.now);

  /** Rejects with the reason as a sentence, having noted the failure. */
  async function ask(model: WordingModel, question: Omit<WordingQuestion, 'signal'>, signal: AbortSignal | undefined) {
    let reason: string;
    try {
      const answer = await bounded(clock, question.timeoutMs, signal, (inner) =>
        model.ask({ ...question, signal: inner }),
      );
      if (answer?.text.trim()) {
        outages.works(model.name, model.name);
        return { ...answer, text: answer.text.trim() };
      }
      reason = 'It had nothing to say.';
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      reason = explain(error, question.timeoutMs);
    }
    outages.failed(model.name, `${model.name} did not word a message: ${reason}`);
    return { failed: reason };
  }

  return {
    async word(request) {
      const { order, event, texts, account, model } = request;
      const languages = [request.language, order.customer.language, account.language];
      const template = templateFor(texts.template, languages);
      const place = { language: template?.language ?? account.language, timezone: account.timezone };
      const filling = fill(template?.text ?? '', order, place);
      if (!filling.ok) return fallback(request, languages, filling);
      const { filled } = filling;
      const plainly = (rule: WordingRule, reason: string, usage?: Usage): Wording => ({
        ...{ text: filled.text, language: place.language, source: 'template', rule, reason, cached: false },
        ...(usage ? { usage } : {}),
      });
      if (!model) return plainly('no-model', 'No model is configured, so the template is said.');

      const { message, mask } = masked(filled, order, account, await personalData());
      const instructions = wordingInstructions(event, place.language, account.prompt.facts.tone, texts.style);
      const key = generationKey({
        ...{ model: model.name, variant: request.variant ?? '', language: place.language },
        ...{ instructions, template: template!.text, message },
      });
      const reworded = (words: string): { text: string; kept: FactsKept } => {
        const text = mask.restore(words);
        return { text, kept: keepsFacts(text, filled, order) };
      };
      const told = { language: place.language, source: 'llm', rule: 'reworded' } as const;

      const known = await generations.get(key);
      const again = known === undefined ? undefined : reworded(known);
      if (again?.kept.ok)
        return { ...told, text: again.text, reason: 'Worded by a model before, of the same content.', cached: true };

      const history = [{ role: 'user' as const, text: message }];
      const timeoutMs = request.timeoutMs ?? WORDING_TIME_MS;
      const answer = await ask(model, { instructions, history, language: place.language, timeoutMs }, request.signal);
      if ('failed' in answer) {
        if (request.fallbackEnabled) return plainly('model-failed', `The template is said: ${answer.failed}`);
        throw new DragomanError(
          'PROVIDER_FAILED',
          `The model did not word the message about an order: ${answer.failed}`,
          'It is tried again. Switch the fallback on to have the template said meanwhile.',
          { retryable: true },
        );
      }
      const { text, kept } = reworded(answer.text);
      const { usage } = answer;
      if (!kept.ok) {
        log.debug(`${model.name} changed what a template says (${kept.broken}); the template is said.`);
        return plainly('facts-changed', `The model's words are not used (${kept.broken}): ${kept.what}.`, usage);
      }
      await generations.set(key, answer.text);
      return { ...told, text, reason: 'Worded by a model.', cached: false, ...(usage ? { usage } : {}) };
    },
  };
}

/** A text that needs nothing of the order: the integrator's, else our own. */
function fallback(
  { order, event, texts, account }: WordingRequest,
  languages: readonly (string | undefined)[],
  { missing, problems }: { missing: string[]; problems: Problem[] },
): Wording {
  const reason = problems[0]
    ? `The template is broken (${problems[0].code}), so the fallback text is said.`
    : `The order lacks ${missing.join(', ')}, so the fallback text is said.`;
  for (const templates of [texts.fallback ?? {}, DEFAULT_TEXTS[event].fallback]) {
    const found = templateFor(templates, languages);
    const filling = found && fill(found.text, order, { language: found.language, timezone: account.timezone });
    if (filling?.ok)
      return {
        ...{ text: filling.filled.text, language: found!.language, source: 'fallback' },
        ...{ rule: 'template-not-filled', reason, cached: false },
      };
  }
  throw new Error('Our own fallback texts need nothing of an order.');
}

/** Fields that are no person's. */
const IMPERSONAL = new Set(['shop', 'items', 'total', 'date']);
const NAME = '[NAME_1]';
const NUMBER = '[ID_1]';

/** The message with tokens for whatever is the customer's, and the mask that puts them back. The template's own words are for everybody. */
function masked(
  { parts }: Filled,
  { customer }: Order,
  account: WordingRequest['account'],
  { detect, hintsOf }: PersonalData,
): { message: string; mask: Mask } {
  const contact = {
    ...{ id: '', createdAt: 0, name: customer.name, language: customer.language },
    identities: [{ kind: 'phone', value: customer.phone, accountId: '' }],
  };
  const textOf = (field: string) => parts.find((part) => part.field === field)?.text;
  const originals = Object.fromEntries(
    [
      [NAME, textOf('name')],
      [NUMBER, textOf('number')],
    ].filter(([, text]) => text !== undefined),
  );
  const mask = createMask(detect, hintsOf(contact, account), { tokens: {}, originals });
  const message = parts.map(({ field, text }) => {
    if (field === null) return text;
    if (field === 'name') return NAME;
    if (field === 'number') return NUMBER;
    return IMPERSONAL.has(field) ? breakTokens(text) : mask.mask(text);
  });
  return { message: message.join(''), mask };
}

/** Words of an unknown error stay out: they may hold the request. */
function explain(error: unknown, timeoutMs: number): string {
  if (error === TIMED_OUT) return `It gave no answer within ${Math.round(timeoutMs / 1000)} s.`;
  if (DragomanError.is(error)) return describe(error);
  return `It broke with a ${error instanceof Error ? error.name : typeof error}.`;
}
