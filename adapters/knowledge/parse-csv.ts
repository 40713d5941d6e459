/** CSV files: a row is a section. */
import { type Row, rowsOf } from './csv-rows.ts';
import { read } from './html-sections.ts';
import { ofLines } from './lines.ts';
import { parseTree } from './parse-tree.ts';
import type { Section } from './passages.ts';

const QUESTION = /^(questions?|preguntas?|domand[ae]|вопросы?|(ال)?سؤال|(ال)?[أا]سئلة|سوال(ات)?|پرسش(\u200c?ها)?)$/i;
const ANSWER =
  /^(answers?|respuestas?|rispost[ae]|ответы?|(ال)?جواب|(ال)?[أا]جوبة|(ال)?[إا]جاب(ة|ات)|پاسخ(\u200c?ها)?)$/i;
const LANGUAGE = /^(language|lang)$/i;
/** From the first letter to the last one: "¿Pregunta?", "Respuesta:" */
const NAME = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su;

const DELIMITERS = [',', ';', '\t', '|'];
/** Spreadsheets say so in a line of its own which delimiter follows. */
const SAYS_DELIMITER = /^"?sep=([^\n])"?[^\n]*(\n|$)/i;
/** Rows by which a delimiter is known. */
const SAMPLE = 20;
/** Letters that are looked at for them. */
const SAMPLE_LENGTH = 50_000;

/** The delimiter by which most rows have as many cells as the first of several; of two, the one that makes more of them. */
function delimiterOf(text: string): string {
  const sample = text.slice(0, SAMPLE_LENGTH);
  const fits = DELIMITERS.map((delimiter) => {
    let broken = 0;
    const rows = rowsOf(sample, delimiter, () => void broken++).take(SAMPLE);
    const counts = [...rows].map(({ cells }) => cells.length);
    // Of the first row that has several: a title may stand above the names.
    const columns = counts.find((count) => count > 1) ?? 1;
    const alike = counts.filter((count) => count === columns).length / Math.max(1, counts.length + broken);
    return { delimiter, columns, alike };
  }).filter(({ columns }) => columns > 1);
  fits.sort((a, b) => b.alike - a.alike || b.columns - a.columns);
  return fits[0]?.delimiter ?? ',';
}

/** Shops write descriptions in HTML. */
const MARKUP =
  /<\/?(p|br|div|span|ul|ol|li|b|strong|i|em|u|s|del|strike|ins|sup|sub|a|h[1-6]|table|tr|td|th)\b[^<>]*>|&(#\d+|[a-z]+);/i;

function plain(cell: string): string {
  if (!MARKUP.test(cell)) return cell;
  const sections = read(parseTree(cell), { title: '', titleLevel: 0, addresses: false });
  return sections.map(({ headings, text }) => [...headings, text].join('\n')).join('\n');
}

/** What lines of a file lack, with their numbers. */
interface Faults {
  /** They have a question and nothing else. */
  unanswered: number[];
  /** Delimiters in their answer part it, and it was put together. */
  parted: number[];
  /** The same of another cell. */
  joined: number[];
  /** Delimiters too many, of which nobody knows whose they are. */
  crowded: number[];
}

function tellOf(
  { unanswered, parted, joined, crowded }: Faults,
  delimiter: string,
  tell: (what: string) => void,
): void {
  const name = delimiter === '\t' ? 'tab' : `"${delimiter}"`;
  const say = (lines: number[], one: string, many: string) => {
    if (lines.length > 0) tell(ofLines(lines, one, many));
  };
  say(unanswered, 'was left out, it has no answer.', 'were left out, they have no answer.');
  say(
    parted,
    `has more cells than the first line: all from the answer on was read as the answer; one with a ${name} in it belongs in quotation marks.`,
    `have more cells than the first line: all from the answer on was read as the answer; one with a ${name} in it belongs in quotation marks.`,
  );
  const joint = `more cells than the first line: what seemed to belong together was read as one cell; one with a ${name} in it belongs in quotation marks.`;
  say(joined, `has ${joint}`, `have ${joint}`);
  say(
    crowded,
    `was left out, it has more cells than the first line; a cell with a ${name} in it belongs in quotation marks.`,
    `were left out, they have more cells than the first line; a cell with a ${name} in it belongs in quotation marks.`,
  );
}

const filled = ({ cells }: Row) => cells.filter(Boolean).length;

/** Where the names of the columns stand: below a title, where the row after it names more, and others have as much. */
function headOf(rows: Row[]): number {
  const at = rows.findIndex((row) => filled(row) > 1);
  const isNames = at > 0 && at < rows.length - 1 && rows[at]!.cells.every((cell) => !/\p{N}/u.test(cell));
  return isNames && filled(rows[at + 1]!) > 1 ? at : 0;
}

/** Whether all rows go on behind the last name in the same way: then it is a column without a name, unless it is the rest of a number. */
function hasUnnamed(rows: Row[], last: number): boolean {
  const [count = 0] = rows.map(({ cells }) => cells.length);
  return (
    rows.length > 1 &&
    rows.every(
      ({ cells }) => cells.length === count && !(/\d$/.test(cells[last]!) && /^\d/.test(cells[last + 1] ?? '')),
    )
  );
}

/**
 * The cells of a row with more than there are columns, where it can be told what belongs together: a blank behind the delimiter, as in a
 * sentence; of two columns, the second has all the rest.
 */
function fitted(row: Row, columns: number): string[] | undefined {
  const starts = row.cells.flatMap((_, at) => (at === 0 || row.isQuoted(at) || !row.isSpaced(at) ? [at] : []));
  const begins = starts.length === columns ? starts : columns === 2 ? [0, 1] : undefined;
  return begins?.map((from, at) => {
    const next = begins[at + 1];
    return (next ?? row.cells.length) === from + 1 ? row.cells[from]! : row.from(from, next);
  });
}

/**
 * The first line names the columns; comma, semicolon, tab or bar part them. With a question and an answer column these are heading and
 * text; otherwise the first column is the heading and the text says every column with its name. A `language` column counts for its row.
 * An answer in the last column that its delimiters part is put together, and so is another cell where it can be told which.
 * A title above the names of the columns is the outer heading.
 * @param tell gets a sentence about the lines that could not be read, or not surely.
 * @throws where none can be read.
 */
export function parseCsv(content: string, tell: (what: string) => void): Section[] {
  const whole = content.replaceAll(/\r\n?/g, '\n');
  const said = SAYS_DELIMITER.exec(whole);
  const text = whole.slice(said?.[0].length ?? 0);
  const delimiter = said?.[1] ?? delimiterOf(text);
  const broken: number[] = [];
  const above = said ? 1 : 0;
  const all = [...rowsOf(text, delimiter, (line) => broken.push(line + above))];
  const top = headOf(all);
  const titles = all.slice(0, top).map(({ cells }) => plain(cells.find(Boolean)!));
  const [head, ...bare] = all.slice(top);
  if (broken.length > 0) {
    const what = ofLines(
      broken,
      'was left out, its quotation mark does not close.',
      'were left out, their quotation marks do not close.',
    );
    if (bare.length === 0) throw new Error(`No row can be read: ${what}`);
    tell(what);
  }
  if (!head) return [];
  const names = head.cells;
  const column = (pattern: RegExp) => names.findIndex((name) => pattern.test(NAME.exec(name)?.[0] ?? ''));
  const [question, answer, language] = [QUESTION, ANSWER, LANGUAGE].map(column) as [number, number, number];
  const last = names.findLastIndex(Boolean);
  const faults: Faults = { unanswered: [], parted: [], joined: [], crowded: [] };
  const answerOf = (row: Row): string => {
    const line = row.line + above;
    const given = row.cells[answer] ?? '';
    if (row.cells.slice(last + 1).some(Boolean) && !row.isQuoted(answer)) {
      faults[answer === last ? 'parted' : 'crowded'].push(line);
      return answer === last ? row.from(answer) : '';
    }
    if (!given && row.cells[question]) faults.unanswered.push(line);
    return given;
  };
  const isUnnamed = hasUnnamed(bare, last);
  const sections = bare.map((row) => {
    if (question >= 0 && answer >= 0) {
      const heading = plain(row.cells[question] ?? '');
      return { headings: [...titles, heading], text: plain(answerOf(row)), language: row.cells[language] };
    }
    const isLong = !isUnnamed && row.cells.slice(last + 1).some(Boolean) && !row.isQuoted(last);
    const whole = isLong ? fitted(row, last + 1) : row.cells;
    if (isLong) faults[whole ? 'joined' : 'crowded'].push(row.line + above);
    if (!whole) return { headings: [], text: '' };
    const cells = whole.map(plain);
    const told = cells.flatMap((cell, at) => {
      if (!cell || at === language) return [];
      return names[at] ? `${names[at]}: ${cell}` : cell;
    });
    return { headings: [...titles, cells.find(Boolean)!], text: told.join('\n'), language: cells[language] };
  });
  tellOf(faults, delimiter, tell);
  return sections;
}
