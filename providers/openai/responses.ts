/** One request by the Responses API. */
import type { OpenAI } from 'openai';
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputContent,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { adapted, withoutFields } from './dialects.ts';
import { providerFailed } from './errors.ts';
import { type Ask, type Item, isCall, pictureUrl, type Round, sendableArguments, tokensOf } from './items.ts';
import { watch } from './stream.ts';
import { isStrict } from './tools.ts';

/** The server did not go on from the response it was told to: it knows nothing of what was said before. */
export const IGNORED = Symbol('ignored previous_response_id');

/** Rejects with `IGNORED`, `NO_STREAM`, or whatever the SDK throws. */
export async function askResponses(client: OpenAI, ask: Ask): Promise<Round> {
  const body = withoutFields(bodyOf(adapted(ask)), ask.dialect);
  return readResponse(
    ask.onText ? await streamed(client, body, ask) : await client.responses.create(body, ask.options),
  );
}

function bodyOf({ toolChoice, ...ask }: Ask): ResponseCreateParamsNonStreaming {
  const tools = toolChoice === 'omit' ? [] : ask.tools;
  return {
    model: ask.model,
    instructions: ask.instructions,
    input: ask.items.map(toInput),
    store: ask.store,
    max_output_tokens: ask.limit,
    ...(ask.previous === undefined ? {} : { previous_response_id: ask.previous }),
    ...(tools.length
      ? {
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function' as const,
            name,
            description,
            parameters,
            // Always said: servers differ in what they take for granted.
            strict: isStrict(parameters),
          })),
          tool_choice: toolChoice === 'none' ? ('none' as const) : ('auto' as const),
        }
      : {}),
    ...(ask.customerId ? { safety_identifier: ask.customerId } : {}),
  };
}

/** No ids of items: a server that did not keep them would look for them. */
function toInput(item: Item): ResponseInputItem {
  if (item.kind === 'result') return { type: 'function_call_output', call_id: item.id, output: item.output };
  if (item.kind === 'call') {
    const { id, name, arguments: given } = item.call;
    return { type: 'function_call', call_id: id, name, arguments: sendableArguments(given) };
  }
  // llama.cpp wants the type said.
  return {
    type: 'message',
    role: item.role,
    content: withPictures(item),
    ...(item.phase ? { phase: item.phase } : {}),
  };
}

function withPictures({ text, pictures }: Item & { kind: 'message' }): string | ResponseInputContent[] {
  if (!pictures) return text;
  const shown = pictures.map((picture) => ({
    type: 'input_image' as const,
    image_url: pictureUrl(picture),
    detail: 'auto' as const,
  }));
  return [{ type: 'input_text', text }, ...shown];
}

async function streamed(client: OpenAI, body: ResponseCreateParamsNonStreaming, ask: Ask): Promise<Response> {
  const guard = watch(ask.idleMs, ask.options.signal);
  const commentary = new Set<number>();
  const items: ResponseOutputItem[] = [];
  let held = '';
  // Words of a server that lost the conversation must not be shown.
  let trusted = ask.previous === undefined;
  try {
    const events = await client.responses.create({ ...body, stream: true }, { ...ask.options, signal: guard.signal });
    for await (const event of events) {
      guard.touch();
      const whole = endOf(event);
      if (whole) {
        if (ask.previous !== undefined && whole.previous_response_id !== ask.previous) throw IGNORED;
        if (held) ask.onText?.(held);
        return whole.output?.length ? whole : { ...whole, output: items };
      }
      if (event.type === 'response.created' && !trusted) {
        const echo = event.response.previous_response_id;
        if (echo !== undefined && echo !== ask.previous) throw IGNORED;
        trusted = echo === ask.previous;
      }
      if (event.type === 'response.output_item.added' && isCommentary(event.item)) commentary.add(event.output_index);
      if (event.type === 'response.output_item.done') items.push(event.item);
      if (event.type !== 'response.output_text.delta' || commentary.has(event.output_index)) continue;
      if (trusted) ask.onText?.(event.delta);
      else held += event.delta;
    }
  } catch (error) {
    throw error === IGNORED ? error : guard.failure(error);
  } finally {
    guard.stop();
  }
  throw guard.failure();
}

const endOf = (event: ResponseStreamEvent) =>
  event.type === 'response.completed' || event.type === 'response.incomplete' || event.type === 'response.failed'
    ? event.response
    : undefined;

const isCommentary = (item: ResponseOutputItem) => item.type === 'message' && item.phase === 'commentary';

/** @throws DragomanError PROVIDER_FAILED; a TypeError where the body has another shape. */
function readResponse(response: Response): Round {
  if (response.status === 'failed') {
    const temporary = response.error?.code === 'server_error' || response.error?.code === 'rate_limit_exceeded';
    throw providerFailed('The model broke off its answer.', 'If this stays, choose another model.', temporary);
  }
  // What is marked as commentary is the model talking to itself.
  const parts = response.output.flatMap((item) =>
    item.type === 'message' && item.phase !== 'commentary' ? item.content : [],
  );
  const reason = response.incomplete_details?.reason;
  const stopped = reason === 'content_filter' ? 'filter' : response.status === 'incomplete' ? 'length' : null;
  const items = response.output.flatMap(toItem);
  const { usage } = response;
  return {
    text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    refused: parts.some((part) => part.type === 'refusal'),
    stopped,
    calls: stopped ? [] : items.filter(isCall),
    items,
    tokens: tokensOf(usage?.input_tokens, usage?.output_tokens, usage?.input_tokens_details?.cached_tokens),
    id: response.id,
    previous: response.previous_response_id,
  };
}

/** Reasoning is left out: it is of use to the very same model only, and several servers refuse it. */
function toItem(item: ResponseOutputItem): Item[] {
  if (item.type === 'function_call')
    return [{ kind: 'call', call: { id: item.call_id, name: item.name, arguments: item.arguments } }];
  if (item.type !== 'message') return [];
  const text = item.content.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
  return text ? [{ kind: 'message', role: 'assistant', text, ...(item.phase ? { phase: item.phase } : {}) }] : [];
}
