/** What the LLM stand-in understands of a request, and the bodies that it answers with, in the shapes of OpenAI's API. */

/** A question, whichever API it came by. */
export interface Asked {
  model: string;
  instructions: string;
  messages: { role: string; text: string }[];
  /** What the customer said last. */
  text: string;
  /** Texts of the passages in the last user message. */
  passages: string[];
}

type Content = string | { text: string }[];
const plain = (content: Content) => (typeof content === 'string' ? content : content.map(({ text }) => text).join(''));

/** @param body a request to /v1/responses or /v1/chat/completions that fits its schema. */
export function understand(body: {
  model: string;
  instructions?: string;
  input?: string | { role: string; content: Content }[];
  messages?: { role: string; content: Content }[];
}): Asked {
  const items =
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : (body.input ?? body.messages ?? []);
  const all = items.map(({ role, content }) => ({ role, text: plain(content) }));
  const isRule = ({ role }: { role: string }) => role === 'system' || role === 'developer';
  const last = all.findLast(({ role }) => role === 'user')?.text ?? '';
  return {
    model: body.model,
    instructions: [body.instructions ?? '', ...all.filter(isRule).map(({ text }) => text)].filter(Boolean).join('\n'),
    messages: all.filter((message) => !isRule(message)),
    text: /<customer>\s*([\s\S]*?)\s*<\/customer>/.exec(last)?.[1] ?? last,
    passages: Array.from(last.matchAll(/<passage\b[^>]*>\s*([\s\S]*?)\s*<\/passage>/g), ([, text]) => text ?? ''),
  };
}

/** A model that needs no model: quotes the first passage, else repeats what was said. */
export const parrot = ({ text, passages }: Asked) => passages[0] ?? `You said: ${text}`;

/** How an answer ended. */
export type Ending = 'stop' | 'incomplete' | 'refusal' | 'filter';

const tokens = (text: string) => Math.ceil(text.length / 4);

const sizes = (asked: Asked, text: string) => {
  const input = tokens(asked.instructions) + asked.messages.reduce((sum, message) => sum + tokens(message.text), 0);
  return { input, output: tokens(text) };
};

/** @param serial makes the ids; the same for the same request in the same order. */
export function responseBody(asked: Asked, text: string, ending: Ending, serial: number, store: boolean) {
  const { input, output } = sizes(asked, text);
  const complete = ending === 'stop' || ending === 'refusal';
  const content =
    ending === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations: [], logprobs: [] };
  return {
    id: `resp_${serial}`,
    object: 'response',
    created_at: 1_767_225_600 + serial,
    status: complete ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: complete ? null : { reason: ending === 'filter' ? 'content_filter' : 'max_output_tokens' },
    instructions: asked.instructions || null,
    model: asked.model,
    output: [
      {
        id: `msg_${serial}`,
        type: 'message',
        role: 'assistant',
        status: complete ? 'completed' : 'incomplete',
        content: [content],
      },
    ],
    parallel_tool_calls: true,
    previous_response_id: null,
    store,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    metadata: {},
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

const FINISH: Record<Ending, string> = {
  stop: 'stop',
  refusal: 'stop',
  incomplete: 'length',
  filter: 'content_filter',
};

export function completionBody(asked: Asked, text: string, ending: Ending, serial: number) {
  const { input, output } = sizes(asked, text);
  const refusal = ending === 'refusal' ? text : null;
  return {
    id: `chatcmpl-${serial}`,
    object: 'chat.completion',
    created: 1_767_225_600 + serial,
    model: asked.model,
    choices: [
      {
        index: 0,
        finish_reason: FINISH[ending],
        logprobs: null,
        message: { role: 'assistant', content: refusal === null ? text : null, refusal },
      },
    ],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
}

/** The words of a text with the white space after each, so that they join to the text again. */
export const words = (text: string) => text.match(/\s*\S+\s*/g) ?? [];

/** The events of a streamed response, in order. */
export function responseEvents(body: ReturnType<typeof responseBody>, text: string): object[] {
  const [item] = body.output;
  const started = { ...body, status: 'in_progress', output: [], usage: null };
  const part = item?.content[0];
  const where = { item_id: item?.id, output_index: 0, content_index: 0 };
  const refused = part?.type === 'refusal';
  const told = refused ? 'response.refusal' : 'response.output_text';
  const events = [
    { type: 'response.created', response: started },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...where, part: { ...part, [refused ? 'refusal' : 'text']: '' } },
    ...words(text).map((delta) => ({ type: `${told}.delta`, ...where, delta })),
    { type: `${told}.done`, ...where, [refused ? 'refusal' : 'text']: text },
    { type: 'response.content_part.done', ...where, part },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: `response.${body.status}`, response: body },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

/** The chunks of a streamed chat completion, in order. */
export function completionChunks(body: ReturnType<typeof completionBody>, text: string): object[] {
  const { choices, usage: _, ...head } = body;
  const chunk = (delta: object, finish: string | null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...words(text).map((word) => chunk(choices[0]?.message.refusal ? { refusal: word } : { content: word }, null)),
    chunk({}, choices[0]?.finish_reason ?? 'stop'),
  ];
}

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
