export const sentencesOf = (text: string): string[] =>
  text
    .match(/[^.!?؟\n]+[.!?؟]*/gu)
    ?.map((s) => s.trim())
    .filter(Boolean) ?? [];
