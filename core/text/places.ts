/** A folded text whose every place leads back to its place in the original: for finding something in the one and replacing it in the other. */

export interface Folded {
  text: string;
  /** Where a piece of the folded text is in the original; `end` excluded. */
  source(start: number, end: number): { start: number; end: number };
}

/**
 * Replaces whatever `each` (global) finds; the rest of the text stays as it is. In linear time.
 * @param plainOf what stands for a piece that was found. `before` and `after` are the original's neighbours, empty at its ends.
 */
export function foldPlaces(
  text: string,
  each: RegExp,
  plainOf: (found: string, before: string, after: string) => string,
): Folded {
  let folded = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let from = 0;
  const copy = (until: number) => {
    folded += text.slice(from, until);
    for (; from < until; from++) {
      starts.push(from);
      ends.push(from + 1);
    }
  };
  for (const { 0: found, index } of text.matchAll(each)) {
    copy(index);
    from = index + found.length;
    const plain = plainOf(found, text[index - 1] ?? '', text[from] ?? '');
    folded += plain;
    for (let unit = 0; unit < plain.length; unit++) {
      starts.push(index);
      ends.push(from);
    }
  }
  if (from === 0) return { text, source: (start, end) => ({ start, end }) };
  copy(text.length);
  return {
    text: folded,
    source: (start, end) => ({
      start: starts[start] ?? text.length,
      end: end > start ? ends[end - 1]! : (starts[start] ?? text.length),
    }),
  };
}
