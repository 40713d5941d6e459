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

const responseMessage = strictObject(['role', 'content'], {
  type: { const: 'message' },
  role: { enum: ['user', 'assistant', 'system', 'developer'] },
  content: {
    anyOf: [
      text,
      { type: 'array', items: strictObject(['type', 'text'], { type: { enum: ['input_text', 'output_text'] }, text }) },
    ],
  },
});

const chatMessage = strictObject(['role', 'content'], {
  role: { enum: ['user', 'assistant', 'system', 'developer'] },
  content: {
    anyOf: [text, { type: 'array', items: strictObject(['type', 'text'], { type: { const: 'text' }, text }) }],
  },
});

const SCHEMAS = {
  '/v1/responses': strictObject(['model', 'input'], {
    model: id,
    input: { anyOf: [text, { type: 'array', minItems: 1, items: responseMessage }] },
    instructions: text,
    store: { type: 'boolean' },
    stream: { type: 'boolean' },
    max_output_tokens: { type: 'integer', minimum: 16 },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    safety_identifier: id,
  }),
  '/v1/chat/completions': strictObject(['model', 'messages'], {
    model: id,
    messages: { type: 'array', minItems: 1, items: chatMessage },
    stream: { type: 'boolean' },
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
