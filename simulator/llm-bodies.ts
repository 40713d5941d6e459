/** The bodies that the LLM stand-in answers with, in the shapes of OpenAI's API, whole and as streams. */
import type { LlmFault } from './llm-faults.ts';
import type { Asked, Part } from './llm-items.ts';

/** A model that needs no model: quotes the first passage, else repeats what was said. */
export const parrot = ({ text, passages }: Asked): string => passages[0] ?? `You said: ${text}`;

/** How an answer ended. */
export type Ending = 'stop' | 'incomplete' | 'refusal' | 'filter' | 'failed';

const ENDINGS = ['incomplete', 'refusal', 'filter', 'failed'] as const;

export const endingOf = (fault: LlmFault | undefined): Ending =>
  ENDINGS.find((ending) => ending === fault?.kind) ?? 'stop';

/** As if the limit of tokens had been reached in the middle of the last word. */
export const cutShort = (part: Part, ending: Ending): Part =>
  'text' in part && (ending === 'incomplete' || ending === 'filter')
    ? { ...part, text: part.text.slice(0, Math.ceil(part.text.length * 0.8)) }
    : part;

/** An answer before it has a shape. */
export interface Answer {
  asked: Asked;
  parts: Part[];
  ending: Ending;
  /** Makes the ids; the same for the same request in the same order. */
  serial: number;
}

const BORN = 1_767_225_600;

const tokens = (text: string) => Math.ceil(text.length / 4);

const argumentsOf = (given: unknown) => (typeof given === 'string' ? given : JSON.stringify(given));

function sizes({ asked, parts }: Answer) {
  const said = [...asked.messages.map(({ text }) => text), ...asked.results.map(({ output }) => output)];
  return {
    input: tokens(asked.instructions) + said.reduce((sum, text) => sum + tokens(text), 0),
    output: parts.reduce((sum, part) => sum + tokens('text' in part ? part.text : argumentsOf(part.arguments)), 0),
  };
}

/** @param request what the body repeats of the request. */
export function responseBody(
  answer: Answer,
  request: { store: boolean; previous: string | null; tools: object[]; toolChoice: unknown },
) {
  const { asked, parts, ending, serial } = answer;
  const { input, output } = sizes(answer);
  const complete = ending === 'stop' || ending === 'refusal';
  const status = ending === 'failed' ? 'failed' : complete ? 'completed' : 'incomplete';
  return {
    id: `resp_${serial}`,
    object: 'response',
    created_at: BORN + serial,
    status,
    error: ending === 'failed' ? { code: 'server_error', message: 'The model failed.' } : null,
    incomplete_details:
      status === 'incomplete' ? { reason: ending === 'filter' ? 'content_filter' : 'max_output_tokens' } : null,
    instructions: asked.instructions || null,
    model: asked.model,
    output: ending === 'failed' ? [] : parts.map((part, index) => outputItem(part, ending, `${serial}_${index}`)),
    parallel_tool_calls: true,
    previous_response_id: request.previous,
    store: request.store,
    temperature: 1,
    tool_choice: request.toolChoice,
    tools: request.tools,
    top_p: 1,
    metadata: {},
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: request.previous ? Math.floor(input / 2) : 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

function outputItem(part: Part, ending: Ending, suffix: string) {
  const status = ending === 'stop' || ending === 'refusal' ? 'completed' : 'incomplete';
  if ('call' in part)
    return {
      id: `fc_${suffix}`,
      type: 'function_call',
      status,
      call_id: `call_${suffix}`,
      name: part.call,
      arguments: argumentsOf(part.arguments),
    };
  return {
    id: `msg_${suffix}`,
    type: 'message',
    role: 'assistant',
    status,
    ...(part.phase ? { phase: part.phase } : {}),
    content: [
      ending === 'refusal'
        ? { type: 'refusal', refusal: part.text }
        : { type: 'output_text', text: part.text, annotations: [], logprobs: [] },
    ],
  };
}

export type ResponseBody = ReturnType<typeof responseBody>;

/** The words of a text with the white space after each, so that they join to the text again. */
export const words = (text: string): string[] => text.match(/\s*\S+\s*/g) ?? [];

/** The events of a streamed response, in order. */
export function responseEvents(body: ResponseBody): object[] {
  const started = { ...body, status: 'in_progress', output: [], usage: null, error: null, incomplete_details: null };
  const events: object[] = [
    { type: 'response.created', response: started },
    ...body.output.flatMap(itemEvents),
    { type: `response.${body.status}`, response: body },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

function itemEvents(item: ResponseBody['output'][number], index: number): object[] {
  const where = { item_id: item.id, output_index: index };
  const done = { type: 'response.output_item.done', output_index: index, item };
  const added = (empty: object) => ({
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, ...empty, status: 'in_progress' },
  });
  if (!('content' in item)) {
    const { name, arguments: given } = item;
    const told = 'response.function_call_arguments';
    return [
      added({ arguments: '' }),
      ...words(given).map((delta) => ({ type: `${told}.delta`, ...where, delta })),
      { type: `${told}.done`, ...where, name, arguments: given },
      done,
    ];
  }
  const [part] = item.content!;
  const refused = part?.type === 'refusal';
  const told = refused ? 'response.refusal' : 'response.output_text';
  const text = (part && ('refusal' in part ? part.refusal : part.text)) ?? '';
  const logprobs = refused ? {} : { logprobs: [] };
  const place = { ...where, content_index: 0 };
  return [
    added({ content: [] }),
    { type: 'response.content_part.added', ...place, part: { ...part, [refused ? 'refusal' : 'text']: '' } },
    ...words(text).map((delta) => ({ type: `${told}.delta`, ...place, delta, ...logprobs })),
    { type: `${told}.done`, ...place, [refused ? 'refusal' : 'text']: text, ...logprobs },
    { type: 'response.content_part.done', ...place, part },
    done,
  ];
}

const FINISH: Record<Ending, string> = {
  stop: 'stop',
  refusal: 'stop',
  incomplete: 'length',
  filter: 'content_filter',
  failed: 'stop',
};

/** @param signed each step's first call carries a signature that must come back, as Gemini has it. */
export function completionBody(answer: Answer, signed: boolean) {
  const { asked, parts, ending, serial } = answer;
  const { input, output } = sizes(answer);
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []));
  const text = texts.length ? texts.join('') : null;
  const calls = parts.flatMap((part) => ('call' in part ? [part] : []));
  const tool_calls = calls.map((part, index) => ({
    id: `call_${serial}_${index}`,
    type: 'function',
    function: { name: part.call, arguments: argumentsOf(part.arguments) },
    ...(signed && index === 0 ? { extra_content: { google: { thought_signature: `sig_${serial}` } } } : {}),
  }));
  return {
    id: `chatcmpl-${serial}`,
    object: 'chat.completion',
    created: BORN + serial,
    model: asked.model,
    choices: [
      {
        index: 0,
        finish_reason: tool_calls.length ? 'tool_calls' : FINISH[ending],
        logprobs: null,
        message: {
          role: 'assistant',
          content: ending === 'refusal' ? null : text,
          refusal: ending === 'refusal' ? text : null,
          ...(tool_calls.length ? { tool_calls } : {}),
        },
      },
    ],
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: 0 },
    },
  };
}

export type CompletionBody = ReturnType<typeof completionBody>;

/** The chunks of a streamed chat completion, in order. */
export function completionChunks(body: CompletionBody, withUsage: boolean): object[] {
  const { choices, usage, ...rest } = body;
  const [choice] = choices;
  const head = { ...rest, object: 'chat.completion.chunk' };
  const chunk = (delta: object, finish: string | null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(withUsage ? { usage: null } : {}),
  });
  const { content, refusal, tool_calls = [] } = choice!.message;
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...words(content ?? '').map((word) => chunk({ content: word }, null)),
    ...words(refusal ?? '').map((word) => chunk({ refusal: word }, null)),
    ...tool_calls.flatMap(({ function: called, ...call }, index) => [
      chunk({ tool_calls: [{ index, ...call, function: { name: called.name, arguments: '' } }] }, null),
      ...words(called.arguments).map((piece) =>
        chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, null),
      ),
    ]),
    chunk({}, choice!.finish_reason),
    ...(withUsage ? [{ ...head, choices: [], usage }] : []),
  ];
}

export function embeddings(model: string, input: string | string[]): object {
  const texts = typeof input === 'string' ? [input] : input;
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
  return {
    object: 'list',
    data: texts.map((text, index) => ({ object: 'embedding', index, embedding: hashedVector(text) })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

export const modelList = (models: string[] = ['stand-in']): object => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: BORN, owned_by: 'simulator' })),
});

const DIMENSION = 256;

/** Texts that share words and parts of words get near vectors; always the same for the same text. Unit length. */
export function hashedVector(text: string): number[] {
  const vector = new Array<number>(DIMENSION).fill(0);
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  for (const word of folded.match(/[\p{L}\p{N}]+/gu) ?? []) {
    const framed = ` ${word} `;
    for (let start = 0; start + 3 <= framed.length; start++) vector[bucket(framed.slice(start, start + 3))]! += 1;
  }
  const length = Math.hypot(...vector);
  return length ? vector.map((value) => value / length) : vector.fill(1 / Math.sqrt(DIMENSION));
}

/** FNV-1a. */
function bucket(gram: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < gram.length; index++) hash = Math.imul(hash ^ gram.charCodeAt(index), 0x01000193) >>> 0;
  return hash % DIMENSION;
}
