/** A server's answer as it counts: the customer's words only, calls written as text made calls, every call under an id of its own. */
import type { CallItem, Item, Round } from './items.ts';
import { spokenWords } from './marks.ts';

/**
 * @param tools that may be called.
 * @param taken ids of the calls before: some servers begin to count anew with each answer.
 */
export function heard(round: Round, tools: readonly string[], taken: Iterable<string>): Round {
  const { words, calls: written } = spokenWords(round.text, tools);
  const made = round.calls.length || round.stopped ? [] : written;
  const asCalls = made.map((call): CallItem => ({ kind: 'call', call: { id: newId(), ...call } }));
  const items = [...withOwnIds(round.items, new Set(taken)), ...asCalls].flatMap((item): Item[] => {
    if (item.kind !== 'message' || words === round.text.trim()) return [item];
    const text = spokenWords(item.text, tools).words;
    return text ? [{ ...item, text }] : [];
  });
  const calls = round.stopped ? [] : items.filter((item) => item.kind === 'call');
  return { ...round, text: words, items, calls };
}

/** A call that is there twice keeps its id, another one under the same id gets its own. */
function withOwnIds(items: Item[], taken: Set<string>): Item[] {
  const own = new Map<string, string>();
  return items.map((item) => {
    if (item.kind !== 'call') return item;
    const { id, name, arguments: given } = item.call;
    const what = `${name} ${given}`;
    const free = id !== '' && !taken.has(id) && (own.get(id) ?? what) === what;
    const call = free ? item.call : { ...item.call, id: newId() };
    own.set(call.id, what);
    return { ...item, call };
  });
}

/** Nine letters and digits: Mistral's models take no other. */
const newId = () => crypto.randomUUID().replaceAll('-', '').slice(0, 9);
