/** Numbers in words, as `adapters/number-words` has them. */

/** Whole numbers in the words of one language. */
export interface Speller {
  /** @param feminine what is counted is so, in languages where that changes the number. */
  cardinal(value: number, feminine: boolean): string;
  /** Masculine, as a dictionary has it. @param value from 1 on */
  ordinal(value: number): string;
}
