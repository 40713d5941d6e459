/** The events of a stream as the answer that was asked for whole. */
import { isObject } from '../../core/model/json.ts';

/** What the events of a text hold; undefined where it is no stream. */
export function wholeOf(text: string): unknown {
  if (!/^\s*(?:data|event|id|retry):/.test(text)) return undefined;
  const events = text.split('\n').flatMap((line) => {
    if (!line.startsWith('data:')) return [];
    try {
      return [JSON.parse(line.slice('data:'.length)) as unknown];
    } catch {
      // The end is told by a word.
      return [];
    }
  });
  const last = events.findLast((event) => isObject(event) && (isObject(event.response) || event.error));
  if (isObject(last)) return last.error ? last : last.response;
  return joined(events.filter(isObject), /^data:\s*\[DONE\]/m.test(text));
}

/** Chunks of a chat completion as one; half an answer where no end was told. */
function joined(chunks: Record<string, unknown>[], ended: boolean): unknown {
  const [first] = chunks;
  if (!first) return undefined;
  const message: Record<string, unknown> = {};
  const calls = new Map<unknown, Record<string, unknown>>();
  let [finish, usage]: unknown[] = [null, null];
  for (const chunk of chunks) {
    usage = chunk.usage ?? usage;
    const choice: unknown = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
    if (!isObject(choice)) continue;
    finish = choice.finish_reason ?? finish;
    const piece = choice.delta ?? choice.message;
    if (!isObject(piece)) continue;
    const { tool_calls: called, ...texts } = piece;
    add(message, texts);
    for (const call of Array.isArray(called) ? called.filter(isObject) : []) {
      const known = calls.get(call.index ?? call.id) ?? {};
      calls.set(call.index ?? call.id, known);
      const { function: made, ...rest } = call;
      Object.assign(known, rest);
      if (isObject(made)) known.function = add(isObject(known.function) ? known.function : {}, made);
    }
  }
  if (calls.size) message.tool_calls = [...calls.values()];
  return { ...first, usage, choices: [{ index: 0, finish_reason: finish ?? (ended ? null : 'error'), message }] };
}

/** Texts go on, what else there is comes whole. */
function add(whole: Record<string, unknown>, piece: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(piece)) {
    const before = whole[name];
    const goesOn = typeof before === 'string' && typeof value === 'string' && name !== 'role' && name !== 'name';
    if (goesOn) whole[name] = before + value;
    else if (value !== null && value !== undefined && value !== '') whole[name] = value;
  }
  return whole;
}
