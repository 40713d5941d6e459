/**
 * One answer from one server: the tool loop, by whichever API and kind of continuity the server has. A conversation that the server kept
 * is an optimisation; where it is lost, refused or ignored, everything is sent once more and the answer goes on.
 */
import type { OpenAI } from 'openai';
import type { Usage } from '../../core/model.ts';
import type { AnswerRequest, Continuity, Logger } from '../../core/ports.ts';
import { askCompletions } from './completions.ts';
import { isTooLong, leastIn, longestIn, meaningOf, type Refusal, roomIn, traitIn } from './dialects.ts';
import { dialogueOf, fitted, lettersOf } from './dialogue.ts';
import { lacksResponses, lacksState, refusalOf, refusesHead } from './errors.ts';
import { heard } from './heard.ts';
import type { Ask, CallExtra, Item, Round } from './items.ts';
import { beginsInThoughts } from './marks.ts';
import { memoryOf } from './memory.ts';
import type { Preset } from './presets.ts';
import { hideQuoted } from './quoted-marks.ts';
import { textOf } from './reply.ts';
import { askResponses, IGNORED } from './responses.ts';
import { NO_STREAM, speaker } from './stream.ts';
import { runCalls, UNKNOWN_RESULT } from './tools.ts';
import { addUsage } from './usage.ts';

/** Requests of one answer; in the last one the model must answer in words. */
const MAX_ROUNDS = 6;

/**
 * A conversation that the server keeps grows with every turn and is paid whole each time. Above this many tokens the next turn begins a
 * new one with our own, shortened history.
 */
const LONGEST_KEPT_TOKENS = 24_000;

/** How much of a request that did not fit is tried next. */
const SHRINKING = 0.6;
/** How many answers' tokens a model gets that used up one for its thoughts. */
const THINKING = 4;

export interface Setup {
  client: OpenAI;
  model: string;
  /** For the log. */
  host: string;
  log?: Pick<Logger, 'info'>;
  /** Of one answer, in tokens. */
  limit: number;
  /** Base URL and model, as a head names them. */
  endpoint: string;
  preset?: Preset;
  continuity: Continuity;
  idleMs: number;
  options: Ask['options'];
  /** When the time for the answer ends; UTC milliseconds. */
  until: number;
}

export interface Outcome {
  text: string;
  usage: Usage;
  /** Of the response to go on from in the next turn; none while a call in it is open. */
  responseId?: string;
  /** Names of the tools that ran. */
  tools: string[];
}

/** Told of every request that was paid for, so that the tokens of an answer that fails are known too. */
export type Spend = (usage: Usage) => void;

export async function converse(setup: Setup, request: AnswerRequest, spend: Spend): Promise<Outcome> {
  const { client, preset, continuity, endpoint } = setup;
  const memory = memoryOf(endpoint);
  const tools = (request.tools ?? []).map(({ name }) => name);
  let { asked, instructions, history } = opening(request, memory.bound('letters'));
  const work = callsOf(request, preset);
  const voice = request.onDelta && speaker(request.onDelta, tools, memory.is('thinks-first'));

  let chat = preset?.api === 'chat' || memory.is('chat-only');
  let keeps = !chat && mayKeep(continuity, preset) && !memory.is('stateless');
  let previous = keeps && request.head?.endpoint === endpoint ? request.head.responseId : undefined;
  /** What the server does not know yet where it keeps the rest. */
  let news = [...history.slice(history.findLastIndex(isSpoken) + 1), ...work];
  let usage: Usage = { input: 0, output: 0 };
  const said: string[] = [];

  for (let round = 1; ; round++) {
    const closing = round === MAX_ROUNDS;
    const reply = await ask(closing);
    work.push(...reply.items);
    if (reply.calls.length && !closing) {
      if (reply.text) said.push(reply.text);
      voice?.pause();
      const made = await runCalls(request, reply.calls, setup.until - Date.now());
      news = made.map(({ call, result }): Item => ({ kind: 'result', id: call.id, output: result ?? UNKNOWN_RESULT }));
      work.push(...news);
      previous = keeps ? reply.id : undefined;
      continue;
    }
    voice?.pause();
    const text = textOf(reply, said);
    const closed = !reply.calls.length && !reply.stopped && (reply.tokens?.input ?? 0) < LONGEST_KEPT_TOKENS;
    return { text, usage, tools: toolsIn(work), ...(keeps && closed && reply.id ? { responseId: reply.id } : {}) };
  }

  /** One round; asks again by other means as long as the server turns out not to know those. */
  async function ask(closing: boolean): Promise<Round> {
    let assumed = false;
    for (;;) {
      const question = questionOf(closing);
      try {
        const came = await (chat ? askCompletions : askResponses)(client, question);
        usage = addUsage(usage, came, question, [...history, ...work]);
        spend(usage);
        if (question.store && !chat && came.id) request.onKept?.(came.id, endpoint);
        if (question.previous !== undefined) {
          if (came.previous !== question.previous) throw IGNORED;
          memory.kept();
        }
        if (assumed) memory.learn('chat-only');
        if (beginsInThoughts(hideQuoted(came.text))) memory.learn('thinks-first');
        const reply = heard(came, tools, idsOf(work));
        const thoughtOnly = reply.stopped === 'length' && !reply.text && !reply.refused;
        if (thoughtOnly && !question.dialect.has('long-thoughts')) {
          learnt('thinks longer than an answer may be, so that it gets more tokens', () =>
            memory.speaks('long-thoughts'),
          );
        } else if (question.toolChoice !== 'none' || !reply.calls.length || reply.text) return reply;
        else memory.learn('no-tool-choice');
      } catch (error) {
        if (previous !== undefined && (error === IGNORED || refusesHead(error))) {
          if (error === IGNORED || lacksState(error)) memory.learn('stateless');
          else memory.lost();
          if (memory.is('stateless')) keeps = false;
          previous = undefined;
        } else if (!chat && lacksResponses(error)) {
          chat = true;
          keeps = false;
          assumed = true;
        } else if (error === NO_STREAM) {
          memory.learn('no-stream');
        } else if (!adapt(refusalOf(error), question)) {
          throw error;
        }
      }
    }
  }

  /** Learns from a refusal how the server wants to be asked. False: nothing new. */
  function adapt(refusal: Refusal | undefined, question: Ask): boolean {
    if (!refusal) return false;
    if (isTooLong(refusal)) return shrink(refusal, question);
    const longestAnswer = longestIn(refusal);
    if (longestAnswer !== undefined && longestAnswer < question.limit)
      return learnt(`answers with at most ${longestAnswer} tokens`, () => memory.bind('output', longestAnswer));
    const least = leastIn(refusal);
    if (least !== undefined && least > question.limit && memory.bound('least') === undefined)
      return learnt(`bounds an answer by ${least} tokens or more`, () => memory.bind('least', least));
    const trait = traitIn(refusal, question.dialect, Boolean(request.pictures?.length));
    return trait !== null && learnt(meaningOf(trait), () => memory.speaks(trait));
  }

  /** Sends less, and wants less, after a request that did not fit. */
  function shrink(refusal: Refusal, question: Ask): boolean {
    const room = roomIn(refusal);
    const limit = room ? Math.floor(room / 4) : question.limit;
    const target = Math.floor(lettersOf(asked) * SHRINKING);
    const next = opening(request, target);
    const less = lettersOf(next.asked) < lettersOf(asked);
    if (!less && limit >= question.limit) return false;
    return learnt('has a small context, so that old messages and passages are left out', () => {
      if (limit < question.limit) memory.bind('output', limit);
      if (!less) return;
      memory.bind('letters', target);
      ({ asked, instructions, history } = next);
    });
  }

  function learnt(what: string, learn: () => void): true {
    learn();
    setup.log?.info(`The LLM ${setup.model} at ${setup.host} ${what}.`);
    return true;
  }

  function questionOf(closing: boolean): Ask {
    const dialect = memory.dialect();
    const wanted = setup.limit * (dialect.has('long-thoughts') ? THINKING : 1);
    return {
      model: setup.model,
      instructions,
      items: previous === undefined ? [...history, ...work] : news,
      previous,
      store: keeps,
      tools: request.tools ?? [],
      toolChoice: !closing ? 'auto' : memory.is('no-tool-choice') || dialect.has('no tool_choice') ? 'omit' : 'none',
      customerId: preset?.customerId ? request.session : undefined,
      onText: voice && !memory.is('no-stream') ? (piece) => voice.hear(piece) : undefined,
      limit: Math.min(Math.max(wanted, memory.bound('least') ?? 0), memory.bound('output') ?? Number.POSITIVE_INFINITY),
      dialect,
      idleMs: setup.idleMs,
      options: setup.options,
    };
  }
}

/** The question as messages, at most so many letters long where the endpoint has a bound. */
function opening(request: AnswerRequest, letters: number | undefined) {
  const asked = letters === undefined ? request : fitted(request, letters);
  const { instructions = '', messages = [] } = dialogueOf(asked) ?? {};
  const history = messages.map(({ role, text }): Item => ({ kind: 'message', role, text }));
  const question = history.findLastIndex((item) => item.kind === 'message' && item.role === 'user');
  if (request.pictures?.length && question >= 0)
    history[question] = { ...(history[question] as Item & { kind: 'message' }), pictures: request.pictures };
  return { asked, instructions, history };
}

const isSpoken = (item: Item) => item.kind === 'message' && item.role === 'assistant';
const idsOf = (work: Item[]) => work.flatMap((item) => (item.kind === 'call' ? [item.call.id] : []));

const toolsIn = (work: Item[]) => {
  const ran = new Set(work.flatMap((item) => (item.kind === 'result' ? [item.id] : [])));
  const names = work.flatMap((item) => (item.kind === 'call' && ran.has(item.call.id) ? [item.call.name] : []));
  return [...new Set(names)];
};

const mayKeep = (continuity: Continuity, preset: Preset | undefined) =>
  continuity === 'server' || (continuity === 'auto' && preset?.keeps !== false);

/** What an attempt before this one did: the model learns of it instead of doing it again. */
function callsOf(request: AnswerRequest, preset: Preset | undefined): Item[] {
  return (request.calls ?? []).flatMap(({ call, result, extra }): Item[] => [
    { kind: 'call', call, extra: (extra as CallExtra | undefined) ?? preset?.foreignCall },
    { kind: 'result', id: call.id, output: result ?? UNKNOWN_RESULT },
  ]);
}
