/**
 * Where a table of Markdown ends for who wrote it: by the book a line right under one is a row of it, bars or not.
 * @param raw the table as the book has it.
 * @returns where the first line below its head begins that has no bar; undefined: there is none.
 */
export function tableEnd(raw: string): number | undefined {
  let at = 0;
  for (const [line, text] of raw.split('\n').entries()) {
    if (line > 1 && text.trim() !== '' && !text.includes('|')) return at;
    at += text.length + 1;
  }
  return undefined;
}
