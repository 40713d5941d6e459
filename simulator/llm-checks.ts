/** The LLM stand-in's own answers, checked before they leave: a stand-in that is wrong would teach its users wrong things. */
import { Ajv, type ValidateFunction } from 'ajv';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const object = (properties: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties: { ...properties, ...optional },
});
const list = (items: object) => ({ type: 'array', items });
const nullable = (schema: object) => ({ anyOf: [{ type: 'null' }, schema] });
const one = (...values: string[]) => ({ enum: values });

const content = {
  anyOf: [
    object({ type: one('output_text'), text, annotations: list({}), logprobs: list({}) }),
    object({ type: one('refusal'), refusal: text }),
  ],
};
const itemStatus = one('in_progress', 'completed', 'incomplete');
const item = {
  anyOf: [
    object(
      { id: text, type: one('message'), role: one('assistant'), status: itemStatus, content: list(content) },
      { phase: one('commentary', 'final_answer') },
    ),
    object({ id: text, type: one('function_call'), status: itemStatus, call_id: text, name: text, arguments: text }),
  ],
};
const response = object({
  id: text,
  object: one('response'),
  created_at: count,
  status: one('completed', 'incomplete', 'failed', 'in_progress'),
  error: nullable(object({ code: text, message: text })),
  incomplete_details: nullable(object({ reason: one('max_output_tokens', 'content_filter') })),
  instructions: nullable(text),
  model: text,
  output: list(item),
  parallel_tool_calls: { type: 'boolean' },
  previous_response_id: nullable(text),
  store: { type: 'boolean' },
  temperature: { type: 'number' },
  tool_choice: text,
  tools: list({ type: 'object' }),
  top_p: { type: 'number' },
  metadata: { type: 'object' },
  usage: nullable(
    object({
      input_tokens: count,
      input_tokens_details: object({ cached_tokens: count }),
      output_tokens: count,
      output_tokens_details: object({ reasoning_tokens: count }),
      total_tokens: count,
    }),
  ),
});

const event = (types: string[], more: Record<string, object>) =>
  object({ type: one(...types), sequence_number: count, ...more });
const inItem = { item_id: text, output_index: count };
const inPart = { ...inItem, content_index: count };
const calling = 'response.function_call_arguments';
const responseEvent = {
  anyOf: [
    event(['response.created', 'response.completed', 'response.incomplete', 'response.failed'], { response }),
    event(['response.output_item.added', 'response.output_item.done'], { output_index: count, item }),
    event(['response.content_part.added', 'response.content_part.done'], { ...inPart, part: content }),
    event(['response.output_text.delta'], { ...inPart, delta: text, logprobs: list({}) }),
    event(['response.output_text.done'], { ...inPart, text, logprobs: list({}) }),
    event(['response.refusal.delta'], { ...inPart, delta: text }),
    event(['response.refusal.done'], { ...inPart, refusal: text }),
    event([`${calling}.delta`], { ...inItem, delta: text }),
    event([`${calling}.done`], { ...inItem, name: text, arguments: text }),
  ],
};

const called = { id: text, type: one('function'), function: object({ name: text, arguments: text }) };
const signed = { extra_content: { type: 'object' } };
const finish = one('stop', 'length', 'tool_calls', 'content_filter');
const completionUsage = object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: object({ cached_tokens: count }),
});
const message = object(
  { role: one('assistant'), content: nullable(text), refusal: nullable(text) },
  { tool_calls: list(object(called, signed)) },
);
const completion = object({
  id: text,
  object: one('chat.completion'),
  created: count,
  model: text,
  choices: list(object({ index: count, finish_reason: finish, logprobs: { type: 'null' }, message })),
  usage: completionUsage,
});
const delta = object(
  {},
  {
    role: one('assistant'),
    content: text,
    refusal: text,
    tool_calls: list(
      object(
        { index: count, function: object({ arguments: text }, { name: text }) },
        { id: text, type: one('function'), ...signed },
      ),
    ),
  },
);
const completionChunk = object(
  {
    id: text,
    object: one('chat.completion.chunk'),
    created: count,
    model: text,
    choices: list(object({ index: count, delta, logprobs: { type: 'null' }, finish_reason: nullable(finish) })),
  },
  { usage: nullable(completionUsage) },
);

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const VALIDATORS = {
  response: ajv.compile(response),
  responseEvent: ajv.compile(responseEvent),
  completion: ajv.compile(completion),
  completionChunk: ajv.compile(completionChunk),
} satisfies Record<string, ValidateFunction>;

/** @throws Error when the stand-in is about to send what the real service would not. */
export function checked<T extends object>(kind: keyof typeof VALIDATORS, body: T): T {
  const validate = VALIDATORS[kind];
  if (validate(body)) return body;
  const said = validate.errors?.map(({ instancePath, message: why }) => `${instancePath} ${why}`).join('; ');
  throw new Error(`The stand-in made a wrong ${kind}: ${said}`);
}
