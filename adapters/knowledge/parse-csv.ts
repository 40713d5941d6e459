/** CSV files: a row is a section. */
import { parse } from 'csv-parse/sync';
import type { Section } from './passages.ts';

const QUESTION = /^(question|pregunta|domanda|вопрос|سؤال|سوال|پرسش)$/i;
const ANSWER = /^(answer|respuesta|risposta|ответ|جواب|الجواب|إجابة|الإجابة|پاسخ)$/i;
const LANGUAGE = /^(language|lang)$/i;

/**
 * The first line names the columns; comma, semicolon or tab part them. With a question and an answer column these are heading and text;
 * otherwise the first column is the heading and the text says every column with its name. A `language` column counts for its row.
 * @throws where the file is no CSV.
 */
export function parseCsv(content: string, fileLanguage?: string): Section[] {
  const firstLine = content.split(/\r?\n/, 1)[0]!;
  const delimiter = [',', ';', '\t'].reduce((best, next) =>
    firstLine.split(next).length > firstLine.split(best).length ? next : best,
  );
  const options = { bom: true, columns: true, delimiter, skip_empty_lines: true, trim: true } as const;
  return parse<Record<string, string>>(content, options).map((row) => {
    const names = Object.keys(row);
    const question = names.find((name) => QUESTION.test(name));
    const answer = names.find((name) => ANSWER.test(name));
    const ofRow = names.find((name) => LANGUAGE.test(name));
    const language = (ofRow && row[ofRow]) || fileLanguage;
    if (question && answer) return { headings: [row[question]!], text: row[answer]!, language };
    const told = names.filter((name) => name !== ofRow && row[name]);
    return { headings: [row[names[0]!]!], text: told.map((name) => `${name}: ${row[name]}`).join('\n'), language };
  });
}
