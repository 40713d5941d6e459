/** Names that a caller may say next and that nobody could spell by ear. */

/** Turns whose titles are kept. */
const MOST_TURNS = 3;
/** Letters of all titles together: transcribers read a short prompt only. */
const MOST_LETTERS = 400;

/**
 * The account's names first, because somebody chose them, then titles of what was found.
 * @param own with commas between, Arabic ones too
 * @param found titles of the passages of each turn, the newest turn first and its best passage first
 */
export function hintsFrom(own: string, found: readonly (readonly string[])[]): string[] {
  const hints = own.split(/[,،]/).flatMap((hint) => hint.trim() || []);
  let letters = 0;
  for (const title of found.flat()) {
    letters += title.length;
    if (letters > MOST_LETTERS) break;
    hints.push(title);
  }
  return [...new Set(hints)];
}

/** @param found as above. @param titles of a turn that has ended; one that found nothing says nothing of what is talked about */
export const withFound = (found: readonly string[][], titles: readonly string[]): string[][] =>
  titles.length > 0 ? [[...titles], ...found].slice(0, MOST_TURNS) : [...found];
