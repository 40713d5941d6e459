/**
 * The requests that the LLM stand-in takes, as strict schemas: a field that is not here, or has another type, is refused as the real
 * service refuses it. Only what Dragoman and its users' flows need is listed.
 */
import { Ajv, type ValidateFunction } from 'ajv';

const text = { type: 'string' };
const id = { type: 'string', minLength: 1, maxLength: 128 };
const positive = { type: 'integer', minimum: 1 };

const strictObject = (required: string[], properties: Record<string, object>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const parts = (...types: string[]) => ({
  anyOf: [text, { type: 'array', items: strictObject(['type', 'text'], { type: { enum: types }, text }) }],
});

/** Words, with pictures among them. */
const seen = (words: string, picture: object) => ({
  type: 'array',
  items: { anyOf: [strictObject(['type', 'text'], { type: { const: words }, text }), picture] },
});
const dataUrl = { type: 'string', pattern: '^data:image/(?:jpeg|png|webp|gif);base64,[A-Za-z0-9+/]+=*$' };
const inputImage = strictObject(['type', 'image_url', 'detail'], {
  type: { const: 'input_image' },
  image_url: dataUrl,
  detail: { enum: ['auto', 'low', 'high'] },
});
const chatImage = strictObject(['type', 'image_url'], {
  type: { const: 'image_url' },
  image_url: strictObject(['url'], { url: dataUrl }),
});

const responseMessage = strictObject(['role', 'content'], {
  type: { const: 'message' },
  role: { enum: ['user', 'assistant', 'system', 'developer'] },
  content: { anyOf: [parts('input_text', 'output_text'), seen('input_text', inputImage)] },
  phase: { enum: ['commentary', 'final_answer'] },
});
const callId = { type: 'string', minLength: 1, maxLength: 64 };
const functionName = { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,64}$' };
const functionCall = strictObject(['type', 'call_id', 'name', 'arguments'], {
  type: { const: 'function_call' },
  call_id: callId,
  name: functionName,
  arguments: text,
});
const functionOutput = strictObject(['type', 'call_id', 'output'], {
  type: { const: 'function_call_output' },
  call_id: callId,
  output: parts('input_text'),
});

/** The first of `branches` whose `property` has one of its values decides, so that an error is about that branch alone. */
const byValue = (property: string, branches: [string[], object][], otherwise: object): object =>
  branches.reduceRight<object>(
    (rest, [values, schema]) => ({
      if: { type: 'object', required: [property], properties: { [property]: { enum: values } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: schema,
      else: rest,
    }),
    otherwise,
  );

const tool = strictObject(['type', 'name', 'parameters', 'strict'], {
  type: { const: 'function' },
  name: functionName,
  description: text,
  parameters: { type: 'object' },
  strict: { type: 'boolean' },
});
const toolChoice = { enum: ['none', 'auto', 'required'] };

const chatText = parts('text');
const chatMessage = byValue(
  'role',
  [
    [
      ['tool'],
      strictObject(['role', 'tool_call_id', 'content'], { role: text, tool_call_id: text, content: chatText }),
    ],
    [
      ['assistant'],
      strictObject(['role'], {
        role: text,
        content: { anyOf: [{ type: 'null' }, chatText] },
        tool_calls: {
          type: 'array',
          minItems: 1,
          items: strictObject(['id', 'type', 'function'], {
            id: { type: 'string', minLength: 1 },
            type: { const: 'function' },
            function: strictObject(['name', 'arguments'], { name: functionName, arguments: text }),
            extra_content: { type: 'object' },
          }),
        },
      }),
    ],
  ],
  strictObject(['role', 'content'], {
    role: { enum: ['user', 'system', 'developer'] },
    content: { anyOf: [chatText, seen('text', chatImage)] },
  }),
);

const SCHEMAS = {
  '/v1/responses': strictObject(['model', 'input'], {
    model: id,
    input: {
      anyOf: [
        text,
        {
          type: 'array',
          minItems: 1,
          items: byValue(
            'type',
            [
              [['function_call'], functionCall],
              [['function_call_output'], functionOutput],
            ],
            responseMessage,
          ),
        },
      ],
    },
    previous_response_id: { type: 'string', minLength: 1 },
    instructions: text,
    tools: { type: 'array', items: tool },
    tool_choice: toolChoice,
    parallel_tool_calls: { type: 'boolean' },
    store: { type: 'boolean' },
    stream: { type: 'boolean' },
    max_output_tokens: { type: 'integer', minimum: 16 },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    safety_identifier: id,
  }),
  '/v1/chat/completions': strictObject(['model', 'messages'], {
    model: id,
    messages: { type: 'array', minItems: 1, items: chatMessage },
    tools: {
      type: 'array',
      minItems: 1,
      items: strictObject(['type', 'function'], {
        type: { const: 'function' },
        function: strictObject(['name'], {
          name: functionName,
          description: text,
          parameters: { type: 'object' },
          strict: { type: 'boolean' },
        }),
      }),
    },
    tool_choice: toolChoice,
    parallel_tool_calls: { type: 'boolean' },
    stream: { type: 'boolean' },
    stream_options: strictObject([], { include_usage: { type: 'boolean' } }),
    max_tokens: positive,
    max_completion_tokens: positive,
    temperature: { type: 'number', minimum: 0, maximum: 2 },
  }),
  '/v1/embeddings': strictObject(['model', 'input'], {
    model: id,
    input: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', minItems: 1, maxItems: 2048, items: { type: 'string', minLength: 1 } },
      ],
    },
    encoding_format: { const: 'float' },
  }),
  '/v1/audio/speech': strictObject(['model', 'input', 'voice'], {
    model: id,
    input: { type: 'string', minLength: 1, maxLength: 4096 },
    voice: id,
    instructions: text,
    response_format: { enum: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] },
    speed: { type: 'number', minimum: 0.25, maximum: 4 },
    stream_format: { enum: ['sse', 'audio'] },
  }),
};

export type LlmPath = keyof typeof SCHEMAS;

const ajv = new Ajv({ strict: true });
const validators = Object.fromEntries(
  Object.entries(SCHEMAS).map(([path, schema]) => [path, ajv.compile(schema)]),
) as Record<LlmPath, ValidateFunction>;

export const isLlmPath = (path: string): path is LlmPath => Object.hasOwn(SCHEMAS, path);

/** Null when the body is as it should be, else what is wrong, in the words and codes of OpenAI's API. */
export function requestFault(
  path: LlmPath,
  body: unknown,
): { message: string; param: string | null; code: string } | null {
  const validate = validators[path];
  if (validate(body)) return null;
  const problems = validate.errors ?? [];
  const unknown = problems.find(({ keyword }) => keyword === 'additionalProperties');
  const missing = problems.find(({ keyword }) => keyword === 'required');
  const at = (instancePath: string, last?: string) =>
    [...instancePath.split('/').slice(1), ...(last ? [last] : [])].join('.') || null;
  if (unknown) {
    const param = at(unknown.instancePath, String(unknown.params.additionalProperty));
    return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' };
  }
  if (missing) {
    const param = at(missing.instancePath, String(missing.params.missingProperty));
    return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' };
  }
  const param = at(problems.at(-1)?.instancePath ?? '');
  return { message: `Invalid value for '${param}': ${problems.at(-1)?.message}.`, param, code: 'invalid_value' };
}

interface ObjectSchema {
  type?: unknown;
  properties?: Record<string, ObjectSchema>;
  required?: string[];
  additionalProperties?: unknown;
  items?: ObjectSchema;
}

/** What OpenAI's API says of the first tool whose `strict` schema is not; null when all are fit. */
export function strictFault(tools: { name: string; strict?: boolean; parameters: ObjectSchema }[]): string | null {
  const wrong = tools.find(({ strict, parameters }) => strict && !isStrict(parameters));
  return wrong
    ? `Invalid schema for function '${wrong.name}': 'additionalProperties' is required to be false and 'required' to name every property.`
    : null;
}

function isStrict({ type, properties = {}, required = [], additionalProperties, items }: ObjectSchema): boolean {
  if (items && !isStrict(items)) return false;
  if (type !== 'object') return true;
  const names = Object.keys(properties);
  return (
    additionalProperties === false &&
    names.every((name) => required.includes(name)) &&
    Object.values(properties).every(isStrict)
  );
}
