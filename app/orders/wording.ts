/**
 * The text of a message about an order: the filled template in a model's words where these keep its facts, else the template itself, else a
 * text that needs nothing of the order. Who the customer is never leaves: the model sees tokens, put back in what it wrote.
 */
import type { Account } from '../../core/accounts.ts';
import type { ProviderError } from '../../core/answering/answering.ts';
import { bounded, cancelled, TIMED_OUT } from '../../core/answering/waits.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Order, OrderEvent, Usage } from '../../core/model.ts';
import { keepsFacts } from '../../core/orders/facts.ts';
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

/** A message that is to be worded by a model. */
interface Draft extends WordingRequest {
  model: WordingModel;
  filled: Filled;
  language: string;
  instructions: string;
  /** As the model gets it. */
  message: string;
  mask: Mask;
  key: string;
}

/** One for a process: it remembers which models fail, to say so once. */
export function createWordings({ clock, log, generations, personalData }: Parts): Wordings {
  const outages = createOutages(log, clock.now);
  /** By key: what is being worded. Never rejects. */
  const running = new Map<string, Promise<unknown>>();

  /** `failed`: why there are no words, as a sentence. @throws DragomanError where the request was ended */
  async function ask({ model, instructions, message, language, timeoutMs = WORDING_TIME_MS, signal }: Draft) {
    const history = [{ role: 'user' as const, text: message }];
    let failed: string;
    let usage: Usage | undefined;
    try {
      const answer = await bounded(clock, timeoutMs, signal, (inner) =>
        model.ask({ instructions, history, language, timeoutMs, signal: inner }),
      );
      if (answer?.text.trim()) {
        outages.works(model.name, model.name);
        return { text: answer.text.trim(), usage: answer.usage };
      }
      failed = 'It had nothing to say.';
      usage = answer?.usage;
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      failed = explain(error, timeoutMs);
      usage = DragomanError.is(error) ? (error as ProviderError).spent : undefined;
    }
    outages.failed(model.name, `${model.name} did not word a message: ${failed}`);
    return { failed, usage };
  }

  async function reword(draft: Draft): Promise<Wording> {
    const { model, filled, language, mask, key, order } = draft;
    const known = await generations.get(key);
    if (known !== undefined) {
      const text = mask.restore(known);
      if (keepsFacts(text, filled, order).ok)
        return wording(text, language, 'reworded', 'Worded by a model before, of the same content.', { cached: true });
    }
    const answer = await ask(draft);
    const { usage } = answer;
    if ('failed' in answer) {
      if (draft.fallbackEnabled)
        return wording(filled.text, language, 'model-failed', `The template is said: ${answer.failed}`, { usage });
      throw new DragomanError(
        'PROVIDER_FAILED',
        `The model did not word the message about an order: ${answer.failed}`,
        'It is tried again. Switch the fallback on to have the template said meanwhile.',
        { retryable: true },
      );
    }
    const text = mask.restore(answer.text);
    const kept = keepsFacts(text, filled, order);
    if (!kept.ok) {
      log.debug(`${model.name} changed what a template says (${kept.broken}); the template is said.`);
      const reason = `The model's words are not used (${kept.broken}): ${kept.what}.`;
      return wording(filled.text, language, 'facts-changed', reason, { usage });
    }
    await generations.set(key, answer.text);
    return wording(text, language, 'reworded', 'Worded by a model.', { usage });
  }

  return {
    async word(request) {
      const { order, event, texts, account, model } = request;
      const languages = [request.language, order.customer.language, account.language];
      const template = templateFor(texts.template, languages);
      const language = template?.language ?? account.language;
      const filling = fill(template?.text ?? '', order, { language, timezone: account.timezone });
      if (!filling.ok) return fallback(request, languages, filling);
      const { filled } = filling;
      if (!model) return wording(filled.text, language, 'no-model', 'No model is configured, so the template is said.');

      const { message, mask } = masked(filled, order, account, await personalData());
      const instructions = wordingInstructions(event, language, account.prompt.facts.tone, texts.style);
      const key = generationKey({
        ...{ model: model.name, variant: request.variant ?? '', language },
        ...{ instructions, template: template!.text, message },
      });
      const draft: Draft = { ...request, model, filled, language, instructions, message, mask, key };
      const first = running.get(key);
      if (first) {
        // A batch asks for the same many times at once: the others say what the first was told.
        await first;
        return reword(draft);
      }
      const worded = reword(draft);
      running.set(
        key,
        worded.catch(() => {}),
      );
      return worded.finally(() => running.delete(key));
    },
  };
}

function wording(
  text: string,
  language: string,
  rule: WordingRule,
  reason: string,
  { cached = false, usage }: { cached?: boolean; usage?: Usage } = {},
): Wording {
  return { text, language, source: SOURCES[rule], rule, reason, cached, ...(usage ? { usage } : {}) };
}

const SOURCES: Record<WordingRule, Wording['source']> = {
  reworded: 'llm',
  'no-model': 'template',
  'model-failed': 'template',
  'facts-changed': 'template',
  'template-not-filled': 'fallback',
};

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
    if (filling?.ok) return wording(filling.filled.text, found!.language, 'template-not-filled', reason);
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
