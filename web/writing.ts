/** How pages write times and lists in the reader's language. Pure. */
import { directionOf } from './translate.ts';

export interface Writing {
  /** @param at UTC milliseconds */
  time(at: number): string;
  /** @param ms as minutes and seconds */
  clock(ms: number): string;
  /** @param ms as seconds with their tenths */
  moment(ms: number): string;
  list(all: readonly string[]): string;
  /** Between items that stand beside each other. */
  comma: string;
}

/** @param language BCP 47 */
export function createWriting(language: string): Writing {
  const times = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const lists = new Intl.ListFormat(language);
  const two = new Intl.NumberFormat(language, { minimumIntegerDigits: 2 });
  const whole = new Intl.NumberFormat(language, { useGrouping: false });
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return {
    time: (at) => times.format(at),
    clock(ms) {
      const seconds = Math.max(0, Math.floor(ms / 1_000));
      return `${whole.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
    },
    moment: (ms) => tenths.format(ms / 1_000),
    list: (all) => lists.format(all),
    comma: directionOf(language) === 'rtl' ? '، ' : ', ',
  };
}
