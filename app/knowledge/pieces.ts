/** A text with some of its words apart, so that a page can mark them. */
import { normalise } from '../../core/text/words.ts';

export interface Piece {
  text: string;
  /** It is one of the words. */
  hit: boolean;
}

const WORD = /[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}\u200c'’-]*/gu;

/** @param words as a search sees them: see `normalise`. @returns pieces that joined are the text again */
export function piecesOf(text: string, words: ReadonlySet<string>): Piece[] {
  const pieces: Piece[] = [];
  const add = (piece: string, hit: boolean) => {
    const last = pieces.at(-1);
    if (last?.hit === hit) last.text += piece;
    else if (piece) pieces.push({ text: piece, hit });
  };
  let from = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (
      !normalise(word)
        .split(' ')
        .some((each) => words.has(each))
    )
      continue;
    add(text.slice(from, index), false);
    add(word, true);
    from = index + word.length;
  }
  add(text.slice(from), false);
  return pieces;
}
