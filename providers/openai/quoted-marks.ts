/** Marks that a text speaks of: `</s>` in backticks is said to the customer, and no mark of the model's own. */

/** Code within a line. With a brace in it, it is more likely a call of a tool. */
const QUOTED = /(?<!`)`([^`\n{]{1,60})`(?!`)/g;
/** What marks begin and end with, and characters of Unicode that stand in no text. */
const LETTERS = '<>[]◁&|｜';
const FIRST = 0xfdd0;

/** Such code with its marks out of sight, unless there is nothing else in the text. */
export function hideQuoted(text: string): string {
  if (!text.includes('`') || !/[\p{L}\p{N}]/u.test(text.replace(QUOTED, ''))) return text;
  return text.replace(QUOTED, (code) =>
    code.replace(/[<>[\]◁&|｜]/g, (letter) => String.fromCharCode(FIRST + LETTERS.indexOf(letter))),
  );
}

/** The same text with them in sight again. */
export const showQuoted = (text: string): string =>
  text.replace(/[\ufdd0-\ufdd7]/g, (hidden) => LETTERS[hidden.charCodeAt(0) - FIRST]!);
