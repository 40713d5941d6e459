/** An answer to a turn: the model's where it may and can be asked, else the next best; or none, with the reason among the turn's decisions. */

import type { Account } from '../core/accounts.ts';
import type { Answered, Question } from '../core/answering/answering.ts';
import { type Answerer, createSpending, timeForAnswer } from '../core/answering/budget.ts';
import { usableHead } from '../core/answering/continuity.ts';
import { courtesyOf } from '../core/answering/courtesy.ts';
import { composeInstructions, historyOf, questionOf, trimHistory, withQuestion } from '../core/answering/prompt.ts';
import { plainText, textIn } from '../core/answering/texts.ts';
import type { AnswerSource, Media, Message, Passage, Said, TracedQuestion } from '../core/model.ts';
import { dayOf } from '../core/policy/rate.ts';
import { because } from '../core/policy/reasons.ts';
import { judge } from '../core/policy/rules.ts';
import type { AnswerRequest, Picture, Provider, ToolCall } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { maskedProvider } from './masking.ts';
import { picturesOf } from './media.ts';
import { askedOf, keptText, keptTool, note } from './timeline/notes.ts';
import type { LiveTurn } from './turn.ts';
import { isAskedAloud } from './voice-notes.ts';

/** Characters of history that go to the model; older messages are left out. */
const HISTORY_CHARACTERS = 24_000;

/** A fixed text is not said again word for word within this time. */
const LATELY_MS = 10 * 60_000;

export interface AnswerOptions {
  /** Id of the node that answers: what it wrote before is told from what others wrote. */
  node: string;
  /** What the customer said, as the flow has it. */
  words: string;
  /** Messages of the conversation that the model sees, this turn's included. */
  history: number;
  /** Names of the tools that the model may call. */
  tools: readonly string[];
  /** Whose endpoints are asked, and whose money is spent; an empty id and no endpoints: none. */
  provider: Answerer;
  /** Quotes the knowledge where no endpoint answers. */
  extractive: Provider | undefined;
  /** The words of a slow answer are shown as they are written: nothing in the flow changes them after this. */
  showsWords?: boolean;
  /** Told before the model is asked. */
  onAsk?(): void;
}

/** `repeated`: an attempt before this one had answered. */
export type TurnAnswer =
  | { kind: 'answered' | 'repeated'; text: string; source: AnswerSource }
  | { kind: 'not-configured' }
  | { kind: 'overtaken' };

type Parts = Pick<Engine, 'store' | 'answering' | 'masking' | 'tools' | 'responses' | 'log' | 'clock' | 'http'>;

/** The turn's answer; its source, and what the provider keeps, are noted on the turn for the reply. */
export async function answerTurn(parts: Parts, live: LiveTurn, options: AnswerOptions): Promise<TurnAnswer> {
  const { store, answering, log, clock } = parts;
  const { account, view } = live;
  const earlier = view.attempt > 1 ? ownAnswer(await store.replies(view.id), options.node) : undefined;
  if (earlier) {
    live.source = earlier.source;
    return { kind: 'repeated', ...earlier };
  }
  // Looked at first: an account that has nothing to say needs no history.
  if (!composeInstructions(account.prompt).configured) {
    const reason = because('prompt', { account: account.name });
    view.decisions.push({
      ...{ gate: 'llm', result: 'block', rule: 'not-configured', reason, at: clock.now(), node: options.node },
    });
    log.warn(reason);
    return { kind: 'not-configured' };
  }
  options.onAsk?.();
  live.provider = options.provider;
  const { endpoints, purse, question, lastResort, asked } = await prepared(parts, live, options);
  const begunAt = clock.now();
  let answered: Answered;
  try {
    answered = await createSpending({ store, clock }, purse).answer(endpoints, (chain) =>
      answering.answer(chain, question, lastResort),
    );
  } catch (error) {
    // Nobody waits for it: the customer went on speaking.
    if (live.stop.signal.aborted) return { kind: 'overtaken' };
    throw error;
  } finally {
    live.asked = { from: begunAt, until: clock.now() };
  }
  for (const failure of answered.trail)
    log.debug(`Turn ${view.id}: ${failure.name} did not answer (${failure.code}): ${failure.message}`);
  // The model got a person for the customer and then had no words: nothing is quoted to who waits for a person.
  const words = answered.source.kind === 'llm' || answered.source.kind === 'fallback-llm' ? undefined : live.goodbye;
  const source: AnswerSource = { ...(words ? { kind: 'static' } : answered.source), node: options.node };
  live.source = source;
  noteAnswer(live, clock.now(), { begunAt, source, answered, asked: asked(), text: words ?? answered.text });
  if (await isOvertaken(parts, live, options.node)) return { kind: 'overtaken' };
  const text = labelled(words ?? answered.text, source, view.passages, view.language);
  live.head = answered.head ? { at: answered.head, text } : null;
  return { kind: 'answered', text, source };
}

function noteAnswer(
  live: LiveTurn,
  now: number,
  told: { begunAt: number; source: AnswerSource; answered: Answered; asked: TracedQuestion | undefined; text: string },
): void {
  const { begunAt, source, answered, asked, text } = told;
  const usage = source.usage ?? answered.spent;
  note(live, now, {
    ...{ kind: 'answer', node: source.node, source: usage ? { ...source, usage } : source, took: now - begunAt },
    ...(answered.trail.length > 0 && { failures: answered.trail }),
    ...{ asked, text: keptText(text) },
  });
}

/**
 * Who is asked, and what. Apart from the asking, which takes long: what was read for it need not stay in memory for so long.
 */
async function prepared(parts: Parts, live: LiveTurn, options: AnswerOptions) {
  const { store, masking, tools, responses, clock } = parts;
  const { account, view } = live;
  const { before, cut } = await messagesBefore(store, live, options.history);
  const humanPart = before.some((message) => message.author === 'human');
  const media = view.messages.flatMap((message) => message.media).filter(({ heard }) => !heard);
  const made = {
    ...{ language: live.answerIn ?? view.language, ordered: Boolean(live.answerIn) },
    ...{ humanPart, media: media.length > 0 },
  };
  const instructions = composeInstructions({ ...account.prompt, ...made });
  const asked = questionOf(media, options.words);
  const offered = await tools.forTurn(live, options.tools);
  const mask = await masking.of(live);
  const { id, endpoints, budgets, priced } = options.provider;
  const purse = {
    ...{ provider: id, budgets, priced },
    contact: live.conversation.contactId ?? live.conversation.id,
    day: dayOf(clock.now(), account.timezone),
  };
  responses.use(endpoints);
  // A picture cannot be masked, so only those see it that the integrator lets.
  const pictures = endpoints.some((endpoint) => endpoint.pictures) ? await picturesOf(parts, live) : [];
  let left: AnswerRequest | undefined;
  const watch = live.noted && {
    asked: (request: AnswerRequest) => {
      left = request;
    },
    called: (call: ToolCall, result: string, began: number) =>
      note(live, clock.now(), {
        ...{ kind: 'tool', node: options.node, tool: call.name, took: Math.round(performance.now() - began) },
        ...{ args: keptTool(call.arguments), result: keptTool(result) },
      }),
  };
  // Nothing personal reaches an endpoint, whatever the flow does; its words keep their tokens until they are sent.
  const masked = endpoints.map((endpoint) => {
    const provider = maskedProvider(endpoint.provider, mask, watch);
    return { ...endpoint, provider: endpoint.pictures ? shown(provider, pictures) : provider };
  });
  const question: Question = {
    instructions: instructions.text,
    history: withQuestion(trimHistory(historyOf(before), HISTORY_CHARACTERS), asked, cut),
    passages: view.passages,
    language: view.language,
    session: view.session,
    head: live.rehearsal ? null : usableHead(live.conversation.head, before, view.id),
    onKept: responses.note(live.conversation.id),
    signal: live.stop.signal,
    timeoutMs: timeForAnswer(account, options.provider.timeoutMs),
    ...(options.showsWords &&
      account.autoReply &&
      !isAskedAloud(live) &&
      account.channel.draft && { onWords: (soFar) => live.showing.words(mask.restoreBegun(soFar)) }),
    ...offered,
  };
  const said = lately(before, clock.now());
  const lastResort = {
    provider: options.extractive,
    // Found when it is said: most answers are a model's.
    get text() {
      return lastWords(account, view.language, media, options, said);
    },
  };
  return {
    ...{ endpoints: masked, purse, question, lastResort },
    asked: () => left && askedOf({ ...left, instructions: instructions.text }, made),
  };
}

const shown = (provider: Provider, pictures: Picture[]): Provider =>
  pictures.length ? { answer: (request) => provider.answer({ ...request, pictures }) } : provider;

/**
 * What is said where nothing else can answer: to a photo alone, what can be read here; to a courtesy, one. Where a model was to answer and did
 * not, nobody was misunderstood.
 */
function lastWords(
  account: Account,
  language: string,
  media: Media[],
  { words, provider }: Pick<AnswerOptions, 'words' | 'provider'>,
  said: string[],
): string {
  if (media.length && !words.trim()) return textIn(language, 'wordsOnly');
  const kind = courtesyOf(words) ?? (provider.endpoints.length ? 'unavailable' : 'unclear');
  return plainText(account, language, kind, said);
}

/** What the bot said in the last minutes. */
const lately = (before: Said[], now: number): string[] =>
  before.filter(({ direction, at }) => direction === 'out' && now - at < LATELY_MS).map(({ text }) => text);

/** What this node wrote; replies stored before nodes were noted are taken for its own unless a flow wrote them. */
export function ownAnswer(replies: Message[], node: string): { text: string; source: AnswerSource } | undefined {
  for (const { text, source } of replies)
    if (source && (source.node === undefined ? source.kind !== 'flow' : source.node === node)) return { text, source };
  return undefined;
}

/** The conversation before this turn, with answers to earlier messages that came while this turn's were already there. */
async function messagesBefore(
  store: Parts['store'],
  { conversation, messages, view, rehearsal }: LiveTurn,
  limit: number,
) {
  const newest: Said[] = rehearsal
    ? await store.messages(conversation.id, { limit: limit + messages.length, before: rehearsal.before })
    : await store.history(conversation.id, limit + messages.length);
  const before = newest.filter(({ state, turnId, pending }) => state !== 'discarded' && turnId !== view.id && !pending);
  const cut = newest.length === limit + messages.length || before.length > limit;
  return { before: before.slice(-limit), cut };
}

/** A human, an opt-out or a closed status may have come while the model was thinking. */
async function isOvertaken({ store, clock, log }: Parts, live: LiveTurn, node: string): Promise<boolean> {
  const conversation = (await store.conversation(live.conversation.id)) ?? live.conversation;
  const decision = judge('llm', { conversation, now: clock.now(), purpose: 'reply' }, [
    'consent',
    'status',
    'takeover',
  ]);
  if (decision.result === 'pass') return false;
  live.view.decisions.push({ ...decision, node });
  log.debug(`Turn ${live.view.id}: the answer is not used. ${decision.reason}`);
  return true;
}

/** A quotation says that it is one, and of what. */
function labelled(text: string, source: AnswerSource, passages: Passage[], language: string): string {
  if (source.kind !== 'extractive') return text;
  const quoted = passages.find((passage) => source.passages?.includes(passage.id));
  return quoted ? `${text}\n\n_${textIn(language, 'quoted', { title: quoted.title })}_` : text;
}
