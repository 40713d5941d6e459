/** Tokens of one answer, all its requests together. */
import type { Usage } from '../../core/model.ts';
import type { Ask, Item, Round } from './items.ts';

/** A letter count turned into tokens, where a server told none. */
const LETTERS_PER_TOKEN = 4;

const lettersOf = (items: Item[]) =>
  items.reduce(
    (sum, item) =>
      sum +
      (item.kind === 'message'
        ? item.text.length
        : item.kind === 'result'
          ? item.output.length
          : item.call.name.length + item.call.arguments.length),
    0,
  );

const estimate = (letters: number) => Math.ceil(letters / LETTERS_PER_TOKEN);

/** @param whole all of the conversation that the server had before it, which counts whether it was sent or kept. */
export function addUsage(sum: Usage, round: Round, ask: Ask, whole: Item[]): Usage {
  const told = round.tokens;
  const { input, output, cached } = told ?? {
    input: estimate(ask.instructions.length + lettersOf(whole)),
    output: estimate(lettersOf(round.items)),
  };
  const read = (sum.cached ?? 0) + (cached ?? 0);
  return {
    input: sum.input + input,
    output: sum.output + output,
    ...(read ? { cached: read } : {}),
    ...(told && !sum.estimated ? {} : { estimated: true }),
  };
}
