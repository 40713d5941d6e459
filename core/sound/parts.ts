import { cutText } from '../text/lengths.ts';

/** In parts of at most `limit` letters, cut between sentences where that can be, else between words; none for an empty text. */
export function* speechParts(text: string, limit: number): Generator<string> {
  let rest = text.toWellFormed().trim();
  while (rest.length > limit) {
    const start = cutText(rest, limit);
    const sentence = Math.max(...['. ', '! ', '? ', '؟ ', '。', '\n'].map((end) => start.lastIndexOf(end))) + 1;
    const word = start.lastIndexOf(' ');
    const at = sentence > limit / 2 ? sentence : word > 0 ? word : start.length;
    yield start.slice(0, at).trim();
    rest = rest.slice(at).trimStart();
  }
  if (rest) yield rest;
}
