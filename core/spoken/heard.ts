export function heardOf(pieces: { text: string; ms: number }[], playedMs: number): string {
  let left = playedMs;
  const out: string[] = [];
  for (const { text, ms } of pieces) {
    if (left >= ms) {
      out.push(text);
      left -= ms;
      continue;
    }
    const words = text.split(' ');
    out.push(words.slice(0, Math.floor((words.length * left) / ms)).join(' '));
    break;
  }
  return out.filter(Boolean).join(' ');
}
