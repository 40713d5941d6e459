/** A shop's words for the state of an order. */
import { DragomanError } from '../errors.ts';
import type { Json, OrderState } from '../model.ts';
import { line } from './untrusted.ts';

const LONGEST_WORD = 64;
const STATES: readonly OrderState[] = ['placed', 'shipped', 'delivered', 'cancelled'];

/** The word of a state as it is compared; undefined where there is none. */
export const stateWord = (value: Json | undefined): string | undefined => line(value, LONGEST_WORD)?.toLowerCase();

export const ownState = (word: string): OrderState | undefined => STATES.find((state) => state === word);

/**
 * `ready=placed, sent=shipped`: the shop's word, then ours; between pairs a comma, a semicolon or a new line.
 * @throws DragomanError SETTING_INVALID
 */
export function statesFrom(setting: string): Map<string, OrderState> {
  const pairs = setting.split(/[,;\n]/).filter((pair) => pair.trim());
  return new Map(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      const word = stateWord(pair.slice(0, Math.max(0, at)));
      const state = ownState(stateWord(pair.slice(at + 1)) ?? '');
      if (!word || !state)
        throw new DragomanError(
          'SETTING_INVALID',
          `A shop's states are pairs such as "ready=placed"; "${pair.trim().slice(0, LONGEST_WORD)}" is none.`,
          `Write a word of the shop, "=", and one of ${STATES.join(', ')}.`,
        );
      return [word, state];
    }),
  );
}
