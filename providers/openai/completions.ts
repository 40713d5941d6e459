/** One request by chat completions, which know no state: the whole conversation goes each time. */
import type { OpenAI } from 'openai';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { type Ask, type CallItem, type Item, type Round, sendableArguments, tokensOf } from './items.ts';
import { MAX_OUTPUT_TOKENS } from './reply.ts';
import { watch } from './stream.ts';

/** After the answer only its numbers are still to come. */
const USAGE_WAIT_MS = 2_000;

/** A call as servers send it; `extra_content` is Gemini's, which refuses the call if it does not come back. */
interface Call {
  id: string;
  name: string;
  arguments: string;
  extra_content?: unknown;
}

/** What is used of an answer, whole or put together from its chunks. */
interface Completion {
  text: string;
  refused: boolean;
  finish: string | null;
  calls: Call[];
  usage?: ChatCompletion['usage'] | null;
}

/** Rejects with `NO_STREAM`, or whatever the SDK throws. */
export async function askCompletions(client: OpenAI, ask: Ask): Promise<Round> {
  const body = bodyOf(ask);
  if (ask.onText) return toRound(await streamed(client, body, ask));
  const { choices, usage } = await client.chat.completions.create(body, ask.options);
  const choice = choices[0];
  return toRound({
    text: choice?.message.content ?? '',
    refused: Boolean(choice?.message.refusal),
    finish: choice?.finish_reason ?? null,
    calls: (choice?.message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function' ? [{ ...call.function, id: call.id, extra_content: extraOf(call) }] : [],
    ),
    usage,
  });
}

function bodyOf({ toolChoice, ...ask }: Ask): ChatCompletionCreateParamsNonStreaming {
  const tools = toolChoice === 'omit' ? [] : ask.tools;
  return {
    model: ask.model,
    messages: [
      ...(ask.instructions ? [{ role: 'system' as const, content: ask.instructions }] : []),
      ...toMessages(ask.items),
    ],
    // Not `max_completion_tokens`: servers that have no Responses API often do not know it.
    max_tokens: MAX_OUTPUT_TOKENS,
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

/** Calls of one answer belong into one message, with what was said before them. */
function toMessages(items: Item[]): ChatCompletionMessageParam[] {
  const messages: ChatCompletionMessageParam[] = [];
  for (const item of items) {
    if (item.kind === 'result') {
      messages.push({ role: 'tool', tool_call_id: item.id, content: item.output });
    } else if (item.kind === 'message') {
      messages.push({ role: item.role, content: item.text });
    } else {
      const { id, name, arguments: given } = item.call;
      const call = {
        id,
        type: 'function' as const,
        function: { name, arguments: sendableArguments(given) },
        ...(item.extra === undefined ? {} : { extra_content: item.extra }),
      };
      const last = messages.at(-1);
      if (last?.role === 'assistant') last.tool_calls = [...(last.tool_calls ?? []), call];
      else messages.push({ role: 'assistant', content: null, tool_calls: [call] });
    }
  }
  return messages;
}

async function streamed(client: OpenAI, body: ChatCompletionCreateParamsNonStreaming, ask: Ask): Promise<Completion> {
  const guard = watch(ask.idleMs, ask.options.signal);
  const whole: Completion = { text: '', refused: false, finish: null, calls: [] };
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
      if (choice?.delta?.content) {
        whole.text += choice.delta.content;
        ask.onText?.(choice.delta.content);
      }
      if (choice?.delta?.refusal) whole.refused = true;
      for (const piece of choice?.delta?.tool_calls ?? []) addPiece(whole.calls, byIndex, piece);
      whole.finish = choice?.finish_reason ?? whole.finish;
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

type Piece = NonNullable<ChatCompletionChunk['choices'][number]['delta']['tool_calls']>[number];

function addPiece(calls: Call[], byIndex: Map<number, Call>, piece: Piece): void {
  let call = byIndex.get(piece.index ?? 0);
  // Some servers give all calls the same index.
  if (!call || (piece.id && call.id && piece.id !== call.id)) {
    call = { id: '', name: '', arguments: '' };
    byIndex.set(piece.index ?? 0, call);
    calls.push(call);
  }
  call.id ||= piece.id ?? '';
  call.name ||= piece.function?.name ?? '';
  call.arguments += piece.function?.arguments ?? '';
  call.extra_content ??= extraOf(piece);
}

const extraOf = (call: object): unknown => ('extra_content' in call ? call.extra_content : undefined);

function toRound({ text, refused, finish, calls, usage }: Completion): Round {
  const stopped = finish === 'content_filter' ? 'filter' : finish === 'length' ? 'length' : null;
  const items = calls.map(
    ({ id, name, arguments: given, extra_content }): CallItem => ({
      kind: 'call',
      // Some servers give no ids; a result must name one.
      call: { id: id || `call_${crypto.randomUUID()}`, name, arguments: given },
      ...(extra_content === undefined ? {} : { extra: extra_content }),
    }),
  );
  return {
    text,
    refused,
    stopped,
    calls: stopped ? [] : items,
    items: [...(text ? [{ kind: 'message' as const, role: 'assistant' as const, text }] : []), ...items],
    tokens: tokensOf(usage?.prompt_tokens, usage?.completion_tokens, usage?.prompt_tokens_details?.cached_tokens),
  };
}
