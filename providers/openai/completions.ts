/** One request by chat completions, which know no state: the whole conversation goes each time. */
import type { OpenAI } from 'openai';
import type {
  ChatCompletion,
  ChatCompletionContentPart,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { isObject } from '../../core/model/json.ts';
import { adapted, limitField, withoutFields } from './dialects.ts';
import { providerFailed } from './errors.ts';
import {
  type Ask,
  type CallExtra,
  type CallItem,
  type Item,
  pictureUrl,
  type Round,
  sendableArguments,
  tokensOf,
} from './items.ts';
import { objectText } from './loose-json.ts';
import { watch } from './stream.ts';
import { argumentsText, plainName } from './text-calls.ts';

/** After the answer only its numbers are still to come. */
const USAGE_WAIT_MS = 2_000;

interface Call {
  id: string;
  name: string;
  arguments: string;
  signed?: unknown;
}

/** What is used of an answer, whole or put together from its chunks. */
interface Completion {
  text: string;
  refused: boolean;
  finish: string | null;
  calls: Call[];
  thoughts: Record<string, unknown>;
  usage?: ChatCompletion['usage'] | null;
}

/** Rejects with `NO_STREAM`, or whatever the SDK throws. */
export async function askCompletions(client: OpenAI, ask: Ask): Promise<Round> {
  const body = withoutFields(bodyOf(adapted(ask)), ask.dialect);
  if (ask.onText) return toRound(await streamed(client, body, ask));
  const completion = await client.chat.completions.create(body, ask.options);
  // A page, or another API's answer; `choices: null` is half an answer.
  if (typeof completion !== 'object' || !('choices' in completion)) throw new TypeError('This is no completion.');
  const { choices, usage } = completion;
  const choice = choices?.[0];
  const message: Partial<NonNullable<typeof choice>['message']> = choice?.message ?? {};
  return toRound({
    text: textIn(message.content),
    refused: Boolean(message.refusal),
    finish: finishOf(choice),
    calls: callsOf(message).map((call) => ({
      id: call.id ?? '',
      ...calledIn(call),
      signed: signedIn(call),
    })),
    thoughts: thoughtsIn(message),
    usage,
  });
}

/** A router tells there that the server behind it failed. */
const finishOf = (choice: object | undefined): string | null => {
  const { error, finish_reason: finish } = (choice ?? {}) as { error?: unknown; finish_reason?: string | null };
  return error ? 'error' : (finish ?? null);
};

/** A call in any shape: the function apart, or its name and arguments beside the id. */
interface GivenCall {
  id?: string | null;
  index?: number;
  function?: { name?: string; arguments?: unknown } | null;
  name?: string;
  arguments?: unknown;
}

/** A list, one call that is none, or the one of the older field. */
function callsOf(message: object | undefined): GivenCall[] {
  const { tool_calls: given, function_call: older } = (message ?? {}) as Record<string, unknown>;
  if (Array.isArray(given)) return given.filter(isObject);
  if (isObject(given)) return [given];
  return isObject(older) ? [{ function: older }] : [];
}

function calledIn(call: GivenCall): { name: string; arguments: string } {
  const { name, arguments: given } = call.function ?? call;
  return { name: name ?? '', arguments: argumentsText(given) };
}

/** Content is a text, or parts of which some are thoughts. */
function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textIn).join('');
  if (typeof content !== 'object' || content === null) return '';
  const { type = 'text', text } = content as { type?: string; text?: unknown };
  return type === 'text' || type === 'output_text' ? textIn(text) : '';
}

/** The fields in which servers give a model's thoughts, apart from its words. */
const THOUGHTS = ['reasoning_content', 'reasoning', 'reasoning_details'];

const thoughtsIn = (message: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(message).filter(([name, value]) => THOUGHTS.includes(name) && value));

function bodyOf({ toolChoice, ...ask }: Ask): ChatCompletionCreateParamsNonStreaming {
  const tools = toolChoice === 'omit' ? [] : ask.tools;
  // Not `max_completion_tokens` at first: servers that have no Responses API often do not know it.
  const limit = limitField(ask.dialect);
  return {
    model: ask.model,
    messages: [
      ...(ask.instructions ? [{ role: 'system' as const, content: ask.instructions }] : []),
      ...toMessages(ask.items),
    ],
    ...(limit ? { [limit]: ask.limit } : {}),
    ...(tools.length
      ? {
          // Without `strict`: here its absence means false, and some servers refuse the word.
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function' as const,
            function: { name, description, parameters },
          })),
          tool_choice: toolChoice === 'none' ? ('none' as const) : ('auto' as const),
        }
      : {}),
  };
}

function withPictures({ text, pictures }: Item & { kind: 'message' }): string | ChatCompletionContentPart[] {
  if (!pictures) return text;
  const shown = pictures.map((picture) => ({ type: 'image_url' as const, image_url: { url: pictureUrl(picture) } }));
  return [{ type: 'text', text }, ...shown];
}

/** Calls of one answer belong into one message, with what was said before them. */
function toMessages(items: Item[]): ChatCompletionMessageParam[] {
  const messages: ChatCompletionMessageParam[] = [];
  for (const item of items) {
    if (item.kind === 'result') {
      messages.push({ role: 'tool', tool_call_id: item.id, content: item.output });
    } else if (item.kind === 'message') {
      if (item.role === 'user') messages.push({ role: 'user', content: withPictures(item) });
      else messages.push({ role: 'assistant', content: item.text });
    } else {
      const { id, name, arguments: given } = item.call;
      const call = {
        id,
        type: 'function' as const,
        function: { name, arguments: sendableArguments(given) },
        ...(item.extra?.signed === undefined ? {} : { extra_content: item.extra.signed }),
      };
      const last = messages.at(-1);
      if (last?.role === 'assistant')
        Object.assign(last, item.extra?.thoughts, { tool_calls: [...(last.tool_calls ?? []), call] });
      else messages.push({ role: 'assistant', content: null, ...item.extra?.thoughts, tool_calls: [call] });
    }
  }
  return messages;
}

async function streamed(client: OpenAI, body: ChatCompletionCreateParamsNonStreaming, ask: Ask): Promise<Completion> {
  const guard = watch(ask.idleMs, ask.options.signal);
  const whole: Completion = { text: '', refused: false, finish: null, calls: [], thoughts: {} };
  const byIndex = new Map<number, Call>();
  try {
    const chunks = await client.chat.completions.create(
      { ...body, stream: true, stream_options: { include_usage: true } },
      { ...ask.options, signal: guard.signal },
    );
    for await (const chunk of chunks) {
      guard.touch(whole.finish ? USAGE_WAIT_MS : undefined);
      whole.usage ??= chunk.usage;
      const choice = chunk.choices?.[0];
      const piece = textIn(choice?.delta?.content);
      if (piece) {
        whole.text += piece;
        ask.onText?.(piece);
      }
      addThoughts(whole.thoughts, choice?.delta);
      if (choice?.delta?.refusal) whole.refused = true;
      for (const call of callsOf(choice?.delta)) addPiece(whole.calls, byIndex, call);
      whole.finish = finishOf(choice) ?? whole.finish;
      if (whole.finish && whole.usage) break;
    }
  } catch (error) {
    if (!whole.finish) throw guard.failure(error);
  } finally {
    guard.stop();
  }
  if (!whole.finish) throw guard.failure();
  return whole;
}

function addPiece(calls: Call[], byIndex: Map<number, Call>, piece: GivenCall): void {
  let call = byIndex.get(piece.index ?? 0);
  // Some servers give all calls the same index.
  if (!call || (piece.id && call.id && piece.id !== call.id)) {
    call = { id: '', name: '', arguments: '' };
    byIndex.set(piece.index ?? 0, call);
    calls.push(call);
  }
  call.id ||= piece.id ?? '';
  const { name, arguments: given } = piece.function ?? piece;
  call.name ||= name ?? '';
  call.arguments += argumentsText(given ?? '');
  call.signed ??= signedIn(piece);
}

/** Texts and lists come in pieces as well. */
function addThoughts(thoughts: Record<string, unknown>, delta: object | undefined): void {
  for (const [name, piece] of Object.entries(thoughtsIn(delta ?? {}))) {
    const before = thoughts[name];
    if (typeof piece === 'string') thoughts[name] = `${before ?? ''}${piece}`;
    else if (Array.isArray(piece)) thoughts[name] = [...(Array.isArray(before) ? before : []), ...piece];
  }
}

const signedIn = (call: object): unknown => ('extra_content' in call ? call.extra_content : undefined);

/** How servers say why an answer ended before its end. */
const BROKE_OFF = /error|insufficient|abort/i;
const FILTERED = /filter|safety|sensitive|recitation/i;
const TOO_LONG = /^(?:length|max_(?:output_)?tokens|model_length)$/i;

/** @throws DragomanError PROVIDER_FAILED for half an answer. */
function toRound({ text, refused, finish, calls, thoughts, usage }: Completion): Round {
  if (finish && BROKE_OFF.test(finish))
    throw providerFailed('The model broke off its answer.', 'If this stays, choose another model.', true);
  const stopped = !finish ? null : FILTERED.test(finish) ? 'filter' : TOO_LONG.test(finish) ? 'length' : null;
  const named = calls.filter(({ name }) => name);
  const items = named.map(({ id, name, arguments: given, signed }, index): CallItem => {
    const extra: CallExtra = {
      ...(signed === undefined ? {} : { signed }),
      // They belong to the message, which the first call begins.
      ...(index === 0 && Object.keys(thoughts).length ? { thoughts } : {}),
    };
    const call = { id, name: plainName(name), arguments: objectText(given) };
    return { kind: 'call', call, ...(Object.keys(extra).length ? { extra } : {}) };
  });
  return {
    text,
    refused,
    stopped,
    calls: stopped ? [] : items,
    items: [...(text ? [{ kind: 'message' as const, role: 'assistant' as const, text }] : []), ...items],
    tokens: tokensOf(usage?.prompt_tokens, usage?.completion_tokens, usage?.prompt_tokens_details?.cached_tokens),
  };
}
