/** What somebody heard of a reply that he interrupted. */

/** What a voice made of one piece of the reply. */
export interface SpokenPiece {
  text: string;
  /** How long its sound is. */
  ms: number;
}

/**
 * The words that were heard: pieces that were played to their end, and of the one that was playing the words whose share of its time is over.
 * @param playedMs of all pieces together, from the first one's beginning
 */
export function heardOf(pieces: readonly SpokenPiece[], playedMs: number): string {
  const heard: string[] = [];
  let left = playedMs;
  for (const { text, ms } of pieces) {
    if (!(left > 0)) break;
    heard.push(left >= ms ? text.trim() : wordsUntil(text.trim(), left / ms));
    left -= ms;
  }
  return heard.filter((words) => words !== '').join(' ');
}

/** Whole words of the first part of a text. */
function wordsUntil(text: string, share: number): string {
  const end = Math.floor(text.length * share);
  if (/\s/.test(text[end] ?? '')) return text.slice(0, end);
  const begun = text.slice(0, end);
  return begun.slice(0, Math.max(0, begun.search(/\s\S*$/)));
}
