/**
 * One answer from one server: the tool loop, by whichever API and kind of continuity the server has. A conversation that the server kept
 * is an optimisation; where it is lost, refused or ignored, everything is sent once more and the answer goes on.
 */
import type { OpenAI } from 'openai';
import type { Usage } from '../../core/model.ts';
import type { AnswerRequest, Continuity } from '../../core/ports.ts';
import { askCompletions } from './completions.ts';
import type { Dialogue } from './dialogue.ts';
import { lacksResponses, lacksState, refusesHead } from './errors.ts';
import type { Ask, Item, Round } from './items.ts';
import { memoryOf } from './memory.ts';
import type { Preset } from './presets.ts';
import { textOf } from './reply.ts';
import { askResponses, IGNORED } from './responses.ts';
import { NO_STREAM, speaker, withoutThoughts } from './stream.ts';
import { runCalls, UNKNOWN_RESULT } from './tools.ts';
import { addUsage } from './usage.ts';

/** Requests of one answer; in the last one the model must answer in words. */
const MAX_ROUNDS = 6;

/**
 * A conversation that the server keeps grows with every turn and is paid whole each time. Above this many tokens the next turn begins a
 * new one with our own, shortened history.
 */
const LONGEST_KEPT_TOKENS = 24_000;

export interface Setup {
  client: OpenAI;
  model: string;
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

export async function converse(
  setup: Setup,
  request: AnswerRequest,
  dialogue: Dialogue,
  spend: Spend,
): Promise<Outcome> {
  const { client, preset, continuity, endpoint } = setup;
  const memory = memoryOf(endpoint);
  const history = dialogue.messages.map(({ role, text }): Item => ({ kind: 'message', role, text }));
  const work = callsOf(request, preset);
  const voice = request.onDelta && speaker(request.onDelta);

  let chat = preset?.api === 'chat' || memory.is('chat-only');
  let keeps = !chat && mayKeep(continuity, preset) && !memory.is('stateless');
  let previous = keeps && request.head?.endpoint === endpoint ? request.head.responseId : undefined;
  /** What the server does not know yet where it keeps the rest. */
  let news = [...history.slice(dialogue.messages.findLastIndex(({ role }) => role === 'assistant') + 1), ...work];
  let usage: Usage = { input: 0, output: 0 };
  const said: string[] = [];

  for (let round = 1; ; round++) {
    const closing = round === MAX_ROUNDS;
    const reply = await ask(closing);
    work.push(...reply.items);
    if (reply.calls.length && !closing) {
      const words = withoutThoughts(reply.text).trim();
      if (words) said.push(words);
      voice?.pause();
      const made = await runCalls(request, reply.calls, setup.until - Date.now());
      news = made.map(({ call, result }): Item => ({ kind: 'result', id: call.id, output: result ?? UNKNOWN_RESULT }));
      work.push(...news);
      previous = keeps ? reply.id : undefined;
      continue;
    }
    const text = textOf(reply, said, voice?.spoke() ?? false);
    if (reply.stopped && voice?.spoke()) request.onDelta?.('…');
    const closed = !reply.calls.length && !reply.stopped && (reply.tokens?.input ?? 0) < LONGEST_KEPT_TOKENS;
    return { text, usage, tools: toolsIn(work), ...(keeps && closed && reply.id ? { responseId: reply.id } : {}) };
  }

  /** One round; asks again by other means as long as the server turns out not to know those. */
  async function ask(closing: boolean): Promise<Round> {
    let assumed = false;
    for (;;) {
      const question = questionOf(closing);
      try {
        const reply = await (chat ? askCompletions : askResponses)(client, question);
        usage = addUsage(usage, reply, question, [...history, ...work]);
        spend(usage);
        if (question.previous !== undefined) {
          if (reply.previous !== question.previous) throw IGNORED;
          memory.kept();
        }
        if (assumed) memory.learn('chat-only');
        if (question.toolChoice !== 'none' || !reply.calls.length || reply.text.trim()) return reply;
        memory.learn('no-tool-choice');
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
        } else {
          throw error;
        }
      }
    }
  }

  function questionOf(closing: boolean): Ask {
    return {
      model: setup.model,
      instructions: dialogue.instructions,
      items: previous === undefined ? [...history, ...work] : news,
      previous,
      store: keeps,
      tools: request.tools ?? [],
      toolChoice: !closing ? 'auto' : memory.is('no-tool-choice') ? 'omit' : 'none',
      customerId: preset?.customerId ? request.session : undefined,
      onText: voice && !memory.is('no-stream') ? (piece) => voice.hear(piece) : undefined,
      idleMs: setup.idleMs,
      options: setup.options,
    };
  }
}

const toolsIn = (work: Item[]) => {
  const ran = new Set(work.flatMap((item) => (item.kind === 'result' ? [item.id] : [])));
  const names = work.flatMap((item) => (item.kind === 'call' && ran.has(item.call.id) ? [item.call.name] : []));
  return [...new Set(names)];
};

const mayKeep = (continuity: Continuity, preset: Preset | undefined) =>
  continuity === 'server' || (continuity === 'auto' && preset?.keeps !== false);

/** What an attempt before this one did: the model learns of it instead of doing it again. */
function callsOf(request: AnswerRequest, preset: Preset | undefined): Item[] {
  return (request.calls ?? []).flatMap(({ call, result, extra = preset?.foreignCall }): Item[] => [
    { kind: 'call', call, ...(extra === undefined ? {} : { extra }) },
    { kind: 'result', id: call.id, output: result ?? UNKNOWN_RESULT },
  ]);
}
