/** What is to be said of some lines of a file. */

/** Numbers of lines that are told. */
const TOLD = 10;

/** @param one goes on behind one line's number, `many` behind several. */
export function ofLines(numbers: number[], one: string, many: string): string {
  const more = numbers.length - TOLD;
  const told = numbers.slice(0, TOLD).join(', ');
  return numbers.length === 1 ? `line ${told} ${one}` : `lines ${told}${more > 0 ? ` and ${more} more` : ''} ${many}`;
}
