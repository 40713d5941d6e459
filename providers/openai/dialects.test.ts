import { describe, expect, it } from 'vitest';
import { adapted, isTooLong, leastIn, longestIn, roomIn, traitIn, withoutFields } from './dialects.ts';
import type { Ask } from './items.ts';
import type { DialectTrait } from './traits.ts';

const told = (message: string, known: DialectTrait[] = [], status = 400) =>
  traitIn({ status, message, param: '', code: '' }, new Set(known));

describe('a refusal tells', () => {
  it.each<[DialectTrait, string]>([
    [
      'no max_tokens',
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ],
    ['no max_tokens', 'Unrecognized request argument supplied: max_tokens'],
    [
      'no max_tokens',
      '[{"type":"extra_forbidden","loc":["body","max_tokens"],"msg":"Extra inputs are not permitted"}]',
    ],
    ['no tool_choice', "Unknown parameter: 'tool_choice'."],
    ['no stream_options', 'body.stream_options: property unexpected'],
    ['no reasoning_content', "'messages.2.assistant.reasoning_content' property is unsupported"],
    ['alternating', 'Conversation roles must alternate user/assistant/user/assistant/...'],
    ['alternating', 'After the optional system message, conversation roles must alternate user/assistant'],
    [
      'alternating',
      'Last messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row; consecutive roles',
    ],
    ['no-system', 'System role not supported'],
    ['no-system', "Unsupported value: 'messages[0].role' does not support 'system' with this model."],
    ['no-system', 'Developer instruction is not enabled for models/gemma-3-27b-it'],
    ['no-tools', 'registry.ollama.ai/library/gemma3:4b does not support tools'],
    ['no-tools', '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'],
    ['no max_tokens', 'Invalid parameter: max_tokens'],
    ['no max_tokens', 'The parameter max_tokens cannot be used with this model, use max_completion_tokens'],
    ['no max_tokens', '`max_tokens` is deprecated for this model. Please use `max_completion_tokens`'],
    ['no tool_choice', 'tool_choice is only allowed when tools are specified'],
    ['no strict', "Unknown parameter: 'tools[0].function.strict'."],
    ['alternating', 'Please ensure that multiturn requests alternate between user and model.'],
    ['alternating', 'After the optional system message, conversation roles must start with user'],
    ['alternating', "Unexpected role 'user' after role 'user'"],
    ['alternating', 'the role of the messages must be user and assistant alternately'],
    ['alternating', 'messages 参数非法。role 必须交替出现'],
    ['no-system', 'Only user and assistant roles are supported!'],
    ['no-system', 'Only user, assistant roles are supported! got system'],
    ['no-system', 'invalid role: system, must be one of [user, assistant]'],
    ['no-system', "Unexpected role 'system'"],
    ['no-system', "'system' is not supported with this model."],
    ['no-tools', 'tools param requires --jinja flag'],
    ['no-tools', 'Unrecognized request argument supplied: tools'],
    ['no-tools', "Unsupported parameter: 'tools'"],
    ['no-tools', "Unknown parameter: 'tools'."],
    ['no-tools', 'Function calling is not enabled for models/gemma-3-1b-it'],
    ['no-tools', 'tools is not supported in this model. For a list of supported models refer to'],
    ['no-system', "Invalid value: 'system'. Supported values are: 'developer', 'user'"],
    ['no-system', "Invalid value: 'system'. Supported values are: 'assistant', 'user', 'function', 'tool'."],
    ['no-system', "role 'system' is not allowed"],
    ['no-system', 'messages[0].role: unknown variant `system`, expected `user` or `assistant`'],
    ['no-system', "messages.0.role: Input should be 'user' or 'assistant'"],
    ['no-system', 'Please use a valid role: user, model.'],
    ['no-system', 'the role of a message must be one of "user", "assistant"'],
    ['no-system', 'The role "system" is invalid here'],
    ['no-system', "unsupported role: 'system'"],
    ['no-system', 'The system role is disabled for this model'],
    ['no-system', "\"system\" is not one of ['user', 'assistant'] - 'messages.0.role'"],
    ['no-system', 'invalid_value: role system'],
    ['alternating', 'roles must be alternating'],
    ['no tool_choice', "Only 'auto' is supported for tool_choice"],
    ['no tool_choice', "tool_choice must be 'auto'"],
    ['no-tools', "Unexpected role 'tool'"],
    ['no-tools', 'Only user, assistant and system are known; got tool'],
    ['no tool_choice', 'tool_choice is not supported'],
    ['no tool_choice', '`tool_choice` is not supported by this model'],
    ['no tool_choice', "Invalid value: 'none'. tool_choice must be one of 'auto', 'required'"],
    ['no tool_choice', 'The parameter tool_choice is not allowed'],
    ['no tool_choice', 'this model does not support tool_choice "none"'],
    ['no tool_choice', 'tool_choice: Extra inputs are not permitted'],
    ['thoughts-back', 'assistant message with tool_calls requires reasoning_content'],
    ['thoughts-back', 'Missing `reasoning_content` field in the assistant message at message index 2.'],
    ['thoughts-back', 'thinking is enabled but reasoning_content is missing in assistant tool call message at index 4'],
  ])('%s: %s', (trait, message) => {
    expect(told(message)).toBe(trait);
    expect(told(message, [trait])).not.toBe(trait);
  });

  it.each([
    ['Incorrect API key provided', 401],
    ['The model produced invalid content', 400],
    ['Unsupported image format', 400],
    ['At most 0 image(s) may be provided in one prompt.', 400],
    ['The tools of this shop are not for sale', 400],
    ['The system is overloaded', 500],
    ['Unexpected system error', 500],
    ['This operating system is not supported', 400],
    ['An unknown error of the system', 500],
    ["Input should be 'user', 'assistant' or 'system'", 400],
    ['Rate limit reached; max_tokens not supported', 429],
  ])('nothing: %s', (message, status) => {
    expect(told(message, [], status)).toBeNull();
  });

  it.each([
    'At most 0 image(s) may be provided in one prompt.',
    'this model is missing data required for image input',
    "'content' field must be of type string",
    'The model only accepts text',
  ])('no-pictures, where some were sent: %s', (message) => {
    expect(traitIn({ status: 400, message, param: '', code: '' }, new Set(), true)).toBe('no-pictures');
  });

  it('no tools, where the roles are still wrong without a system message', () => {
    expect(told('Only user and assistant roles are supported!', ['no-system'])).toBe('no-tools');
  });

  it.each([
    'Conversation roles must alternate user/assistant/user/assistant/...',
    'roles must alternate between "user" and "assistant"',
    'Please ensure that multiturn requests alternate between user and model.',
    "Unexpected role 'user' after role 'user'",
    'messages: role 必须交替出现',
  ])('what is left of its templates where it was heeded: %s', (message) => {
    expect(told(message, ['alternating'])).toBe('no-system');
    expect(told(message, ['alternating', 'no-system'])).toBe('no-tools');
    expect(told(message, ['alternating', 'no-system', 'no-tools'])).toBeNull();
  });

  it('no tools, where none are known without the choice either', () => {
    expect(told('tool_choice is not supported', ['no tool_choice'])).toBe('no-tools');
  });

  it.each<[string, number | undefined]>([
    ['max_tokens must be at least 2000', 2000],
    ["Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 10 instead.", 16],
    ['max_completion_tokens must be greater than or equal to 1024', 1024],
    ['`max_tokens` should not be less than 256', 256],
    ['The minimum value of max_tokens: minimum is 512', 512],
    ['Range of max_tokens should be [2048, 8192]', 2048],
    ['max_tokens must be > 100', 101],
    ['max_tokens must be greater than 1024', 1025],
    ['The minimum max_tokens is 16', 16],
    ['n must be at least 3', undefined],
    ['Invalid parameter: max_tokens', undefined],
  ])('how short its bound may be: %s', (message, least) => {
    expect(leastIn({ status: 400, message, param: '', code: '' })).toBe(least);
  });

  it.each<[string, number | undefined]>([
    ['max_tokens is too large: 4096. This model supports at most 2048 completion tokens, you provided 4096.', 2048],
    ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 8192],
    ['Range of max_tokens should be [1, 2000]', 2000],
    ['max_tokens must be between 1 and 4096', 4096],
    ['max_new_tokens must be <= 1024', 1024],
    ['max_tokens: 9000 > 8192, which is the maximum allowed number of output tokens', 8192],
    [
      '`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model',
      8192,
    ],
    ['`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000', undefined],
    ['input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000', undefined],
    ["'max_tokens' is too large: 4096. This model's maximum context length is 4096 tokens", undefined],
    ['Invalid parameter: max_tokens', undefined],
    ['Range of input length should be [1, 6000]', undefined],
  ])('how long an answer may be: %s', (message, longest) => {
    expect(longestIn({ status: 400, message, param: '', code: '' })).toBe(longest);
  });

  it.each([
    ["This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", 8192],
    ['the request exceeds the available context size (4096 tokens), try increasing it', 4096],
    ['The input token count (40000) exceeds the maximum number of tokens allowed (32768).', 32768],
    ['`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1900 `inputs` tokens and 1000 `max_new_tokens`', 2048],
    [
      'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
      undefined,
    ],
    ["The input (5000 tokens) is longer than the model's context length (4096 tokens).", 4096],
    ['Please reduce the length of the messages or completion.', undefined],
    ['Range of input length should be [1, 6000]', undefined],
    ['max_tokens must be at least 1, got -300.', undefined],
  ])('that it was too long: %s', (message, room) => {
    const refusal = { status: 400, message, param: '', code: '' };
    expect(isTooLong(refusal)).toBe(true);
    if (room) expect(roomIn(refusal)).toBe(room);
  });
});

const ask = (items: Ask['items'], dialect: DialectTrait[]): Ask => ({
  model: 'm',
  instructions: 'You are Ana.',
  items,
  store: false,
  tools: [{ name: 'price', description: '', parameters: {} }],
  toolChoice: 'auto',
  limit: 10,
  dialect: new Set(dialect),
  idleMs: 1,
  options: { signal: new AbortController().signal, timeout: 1 },
});
const said = (role: 'user' | 'assistant', text: string) => ({ kind: 'message' as const, role, text });

describe('a question is put', () => {
  it('in turns: neighbours become one, and the customer begins', () => {
    const { items } = adapted(
      ask(
        [said('assistant', 'Your order is ready.'), said('user', 'a'), said('user', 'b'), said('assistant', 'c')],
        ['alternating'],
      ),
    );
    expect(items).toEqual([said('user', '[you wrote before] Your order is ready.\n\na\n\nb'), said('assistant', 'c')]);
  });

  it('without a system message, the instructions first', () => {
    const { instructions, items } = adapted(
      ask([said('user', 'a'), said('assistant', 'b'), said('user', 'c')], ['no-system']),
    );
    expect(instructions).toBe('');
    expect(items.slice(0, 2)).toEqual([said('user', 'You are Ana.\n\na'), said('assistant', 'b')]);
  });

  it('without tools, what one told before in words', () => {
    const call = { kind: 'call' as const, call: { id: '1', name: 'price', arguments: '{}' } };
    const { tools, items } = adapted(
      ask([said('user', 'a'), call, { kind: 'result', id: '1', output: '9 €' }], ['no-tools']),
    );
    expect([tools, items]).toEqual([[], [said('user', 'a'), said('user', '[result of price] 9 €')]]);
  });

  it('without the fields that are refused, whose names in a tool’s schema stay', () => {
    const schema = { properties: { store: { type: 'string' } } };
    const body = { store: true, tools: [{ function: { strict: true, parameters: schema } }] };
    expect(withoutFields(body, new Set<DialectTrait>(['no store', 'no strict', 'alternating']))).toEqual({
      tools: [{ function: { parameters: schema } }],
    });
  });
});
