/** Tables for spreadsheets. */

/** What a spreadsheet takes for a formula, or for the beginning of one. */
const FORMULA = /^[\s\0]*[=+\-@\t\r＝＋－＠|%]/;
/** Begins as one and can be none. */
const PHONE = /^\+\d{4,20}$/;

/**
 * As RFC 4180 has it, with `\r\n`. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
 * @param rows the head first
 * @param bom begins with the mark by which Excel knows UTF-8
 */
export function csvOf(rows: readonly (readonly string[])[], bom = false): string {
  return `${bom ? '\ufeff' : ''}${rows.map((row) => `${row.map(cell).join()}\r\n`).join('')}`;
}

function cell(value: string): string {
  const safe = FORMULA.test(value) && !PHONE.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
