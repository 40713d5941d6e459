/** What a person changed in a draft, word by word. Pure. */

export interface Piece {
  text: string;
  kind: 'same' | 'gone' | 'new';
}

/** Longer ones are shown whole: before and after. */
const MOST = 600;

/** The pieces of both texts in order; those of a kind that follow each other are one. */
export function diffWords(before: string, after: string): Piece[] {
  const [one, two] = [before, after].map((text) => text.split(/(?<=\s)/).filter(Boolean));
  if (one!.length > MOST || two!.length > MOST)
    return [
      { text: before, kind: 'gone' },
      { text: after, kind: 'new' },
    ];
  // How many words the rest of both have in common, from each place on.
  const common = Array.from({ length: one!.length + 1 }, () => new Uint16Array(two!.length + 1));
  for (let i = one!.length - 1; i >= 0; i--)
    for (let j = two!.length - 1; j >= 0; j--)
      common[i]![j] =
        one![i] === two![j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  const pieces: Piece[] = [];
  const add = (text: string, kind: Piece['kind']) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ text, kind });
  };
  let [i, j] = [0, 0];
  while (i < one!.length && j < two!.length) {
    if (one![i] === two![j]) {
      add(one![i]!, 'same');
      i++;
      j++;
    } else if (common[i + 1]![j]! >= common[i]![j + 1]!) add(one![i++]!, 'gone');
    else add(two![j++]!, 'new');
  }
  while (i < one!.length) add(one![i++]!, 'gone');
  while (j < two!.length) add(two![j++]!, 'new');
  return pieces;
}
