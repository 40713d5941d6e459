/** What the LLM stand-in understands of a request: its items, whichever API they came by, and whether calls and results belong together. */

export type Item =
  | { type: 'message'; role: string; text: string }
  | { type: 'function_call'; call_id: string; name: string; arguments: string; signature?: string }
  | { type: 'function_call_output'; call_id: string; output: string };

/** A question, whichever API it came by. */
export interface Asked {
  model: string;
  instructions: string;
  messages: { role: string; text: string }[];
  /** What the customer said last. */
  text: string;
  /** Texts of the passages in the last user message. */
  passages: string[];
  /** What the tools gave since then, in the order of the calls. */
  results: { name: string; output: string }[];
  /** Names of the tools that may be called now. */
  tools: string[];
}

/** A piece of an answer: words, or a call. Arguments that are no text become JSON. */
export type Part = { text: string; phase?: 'commentary' | 'final_answer' } | { call: string; arguments: unknown };

type Content = string | null | undefined | { text?: string }[];
const plain = (content: Content) =>
  typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');

interface ResponsesItem {
  type?: string;
  role: string;
  content: Content;
  call_id: string;
  name: string;
  arguments: string;
  output: Content;
}

/** The items of a request to /v1/responses that fits its schema. */
export function responsesItems(input: string | ResponsesItem[]): Item[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', text: input }];
  return input.map((item): Item => {
    const { call_id, name, arguments: given } = item;
    if (item.type === 'function_call') return { type: 'function_call', call_id, name, arguments: given };
    if (item.type === 'function_call_output') return { type: item.type, call_id, output: plain(item.output) };
    return { type: 'message', role: item.role, text: plain(item.content) };
  });
}

export interface ChatMessage {
  role: string;
  content?: Content;
  tool_call_id?: string;
  tool_calls?: {
    id: string;
    function: { name: string; arguments: string };
    extra_content?: { google?: { thought_signature?: string } };
  }[];
}

/** The items of a request to /v1/chat/completions that fits its schema. */
export function chatItems(messages: ChatMessage[]): Item[] {
  return messages.flatMap(({ role, content, tool_call_id, tool_calls = [] }): Item[] => {
    if (role === 'tool') return [{ type: 'function_call_output', call_id: tool_call_id ?? '', output: plain(content) }];
    const calls = tool_calls.map(
      ({ id, function: called, extra_content }): Item => ({
        type: 'function_call',
        call_id: id,
        ...called,
        signature: extra_content?.google?.thought_signature,
      }),
    );
    const text = plain(content);
    return text || !calls.length ? [{ type: 'message', role, text }, ...calls] : calls;
  });
}

/** Why calls and results do not belong together, in OpenAI's words; null when they do. */
export function pairingFault(items: Item[], api: 'responses' | 'chat'): string | null {
  const open = new Set<string>();
  const answered = new Set<string>();
  const dangling = () => {
    const ids = [...open].join(', ');
    return api === 'chat'
      ? `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`
      : `No tool output found for function call ${ids}.`;
  };
  for (const item of items) {
    if (item.type === 'function_call') {
      open.add(item.call_id);
    } else if (item.type === 'function_call_output') {
      if (answered.has(item.call_id)) return `Duplicate tool output for call ${item.call_id}.`;
      if (!open.delete(item.call_id))
        return api === 'chat'
          ? "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
          : `No tool call found for function call output with call_id ${item.call_id}.`;
      answered.add(item.call_id);
    } else if (open.size && api === 'chat') {
      return dangling();
    }
  }
  return open.size ? dangling() : null;
}

/** As Gemini asks: the first call of each step since the last user message carries the signature that it came with. */
export function lacksSignature(items: Item[]): boolean {
  const turn = items.slice(items.findLastIndex((item) => item.type === 'message' && item.role === 'user') + 1);
  return turn.some(
    (item, index) => item.type === 'function_call' && turn[index - 1]?.type !== 'function_call' && !item.signature,
  );
}

/** @param items the whole conversation, also what the server kept of it. */
export function understand(model: string, instructions: string, items: Item[], tools: string[]): Asked {
  const all = items.flatMap((item) => (item.type === 'message' ? [{ role: item.role, text: item.text }] : []));
  const isRule = ({ role }: { role: string }) => role === 'system' || role === 'developer';
  const last = all.findLast(({ role }) => role === 'user')?.text ?? '';
  const turn = items.slice(items.findLastIndex((item) => item.type === 'message' && item.role === 'user') + 1);
  const nameOf = (id: string) =>
    turn.find((item) => item.type === 'function_call' && item.call_id === id) as { name: string } | undefined;
  return {
    model,
    instructions: [instructions, ...all.filter(isRule).map(({ text }) => text)].filter(Boolean).join('\n'),
    messages: all.filter((message) => !isRule(message)),
    text: /<customer>\s*([\s\S]*?)\s*<\/customer>/.exec(last)?.[1] ?? last,
    passages: Array.from(last.matchAll(/<passage\b[^>]*>\s*([\s\S]*?)\s*<\/passage>/g), ([, text]) => text ?? ''),
    results: turn.flatMap((item) =>
      item.type === 'function_call_output' ? [{ name: nameOf(item.call_id)?.name ?? '', output: item.output }] : [],
    ),
    tools,
  };
}

/** What a person could read of an item. */
export const textOf = (item: Item): string =>
  item.type === 'message' ? item.text : item.type === 'function_call' ? `${item.name}(${item.arguments})` : item.output;
