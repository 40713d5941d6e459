/** CSV files: a row is a section. */
import { rowsOf } from './csv-rows.ts';
import { parseTree } from './dom.ts';
import { read } from './html-sections.ts';
import type { Section } from './passages.ts';

const QUESTION = /^(question|pregunta|domanda|вопрос|سؤال|سوال|پرسش)$/i;
const ANSWER = /^(answer|respuesta|risposta|ответ|جواب|الجواب|إجابة|الإجابة|پاسخ)$/i;
const LANGUAGE = /^(language|lang)$/i;

const DELIMITERS = [',', ';', '\t', '|'];
/** Spreadsheets say so in a line of its own which delimiter follows. */
const SAYS_DELIMITER = /^"?sep=([^\n])"?[^\n]*(\n|$)/i;
/** Rows by which a delimiter is known. */
const SAMPLE = 20;
/** Letters that are looked at for them. */
const SAMPLE_LENGTH = 50_000;
/** Numbers of lines that are told. */
const TOLD = 10;

/** The delimiter by which most rows have as many cells as the first one; of two, the one that makes more of them. */
function delimiterOf(text: string): string {
  const sample = text.slice(0, SAMPLE_LENGTH);
  const fits = DELIMITERS.map((delimiter) => {
    let broken = 0;
    const rows = rowsOf(sample, delimiter, () => void broken++).take(SAMPLE);
    const counts = [...rows].map((cells) => cells.length);
    const [columns = 1] = counts;
    const alike = counts.filter((count) => count === columns).length / Math.max(1, counts.length + broken);
    return { delimiter, columns, alike };
  }).filter(({ columns }) => columns > 1);
  fits.sort((a, b) => b.alike - a.alike || b.columns - a.columns);
  return fits[0]?.delimiter ?? ',';
}

/** Shops write descriptions in HTML. */
const MARKUP = /<\/?(p|br|div|span|ul|ol|li|b|strong|i|em|u|a|h[1-6]|table|tr|td|th)\b[^<>]*>|&(#\d+|[a-z]+);/i;

function plain(cell: string): string {
  if (!MARKUP.test(cell)) return cell;
  const sections = read(parseTree(cell), { title: '', titleLevel: 0, addresses: false });
  return sections.map(({ headings, text }) => [...headings, text].join('\n')).join('\n');
}

function linesOf(numbers: number[]): string {
  const more = numbers.length - TOLD;
  const told = numbers.slice(0, TOLD).join(', ');
  if (numbers.length === 1) return `line ${told} was left out, its quotation mark does`;
  return `lines ${told}${more > 0 ? ` and ${more} more` : ''} were left out, their quotation marks do`;
}

/**
 * The first line names the columns; comma, semicolon, tab or bar part them. With a question and an answer column these are heading and
 * text; otherwise the first column is the heading and the text says every column with its name. A `language` column counts for its row.
 * @param tell gets a sentence about the lines that could not be read.
 * @throws where none can be read.
 */
export function parseCsv(content: string, tell: (what: string) => void): Section[] {
  const whole = content.replaceAll(/\r\n?/g, '\n');
  const said = SAYS_DELIMITER.exec(whole);
  const text = whole.slice(said?.[0].length ?? 0);
  const delimiter = said?.[1] ?? delimiterOf(text);
  const broken: number[] = [];
  const above = said ? 1 : 0;
  const [names, ...bare] = rowsOf(text, delimiter, (line) => broken.push(line + above));
  if (broken.length > 0) {
    const what = `${linesOf(broken)} not close.`;
    if (bare.length === 0) throw new Error(`No row can be read: ${what}`);
    tell(what);
  }
  if (!names) return [];
  const column = (pattern: RegExp) => names.findIndex((name) => pattern.test(name));
  const [question, answer, language] = [QUESTION, ANSWER, LANGUAGE].map(column) as [number, number, number];
  return bare.map((row) => {
    const cells = row.map(plain);
    const ofRow = cells[language];
    if (question >= 0 && answer >= 0)
      return { headings: [cells[question] ?? ''], text: cells[answer] ?? '', language: ofRow };
    const told = cells.flatMap((cell, at) => {
      if (!cell || at === language) return [];
      return names[at] ? `${names[at]}: ${cell}` : cell;
    });
    return { headings: [cells.find(Boolean)!], text: told.join('\n'), language: ofRow };
  });
}
