/** What a caller said in words for numbers, in digits: "cinco cajas" is "5 cajas", "four seven one two" is "4712". All else stays as it is. */
import { type NumberTable, numberTable } from './number-table.ts';
import { type Run, readRun, tokensOf } from './spoken-runs.ts';

/** So many digits said one by one are a number that is dictated; fewer may be counted. With commas between, one more. */
const DICTATED = 3;

/**
 * @param language ISO 639-1, of the text; in one without words of ours the text stays as it is.
 * @returns the text with Western digits in place of words for numbers. Digits that it has stay as they are, and so do words that are numbers
 * only sometimes ("one of them", "una", "sei gentile", "لست"), where nothing says that they count.
 */
export function numbersIn(text: string, language: string): string {
  const table = numberTable(language);
  if (!table) return text;
  const runs = runsOf(text, table);
  const said: string[] = [];
  let from = 0;
  for (const { start, end, digits } of runs) {
    if (digits === undefined) continue;
    said.push(text.slice(from, start), digits);
    from = end;
  }
  said.push(text.slice(from));
  return said.join('');
}

interface Found {
  start: number;
  end: number;
  digits: string | undefined;
}

/** Numbers of the text in their order, digits that are dictated as one. */
function runsOf(text: string, table: NumberTable): Found[] {
  const tokens = tokensOf(text, table);
  const found: Found[] = [];
  for (let at = 0; at < tokens.length; ) {
    const chain: Run[] = [];
    for (let run = readRun(tokens, at, chain.at(-1), table); run; run = readRun(tokens, at, chain.at(-1), table)) {
      chain.push(run);
      at = run.next;
    }
    if (chain.length === 0) at++;
    else found.push(...joined(chain));
  }
  return found;
}

/** Of numbers that follow each other, the single digits together where they are enough to be dictated. */
function joined(chain: Run[]): Found[] {
  const found: Found[] = [];
  for (let at = 0; at < chain.length; ) {
    let end = at;
    while (end < chain.length && chain[end]!.isDigit) end++;
    const digits = chain.slice(at, end);
    const together = digits.map((run) => run.digits).join('');
    const isMarked = digits.some((run, index) => index > 0 && run.afterComma);
    const isDictated = together.length >= DICTATED + Number(isMarked) && digits.some((run) => run.isSure);
    if (digits.length > 1 && isDictated)
      found.push({ start: digits[0]!.start, end: digits.at(-1)!.end, digits: together });
    else found.push(...digits.filter((run) => !run.isOnlyBeside));
    if (end === at) {
      found.push(chain[at]!);
      end++;
    }
    at = end;
  }
  return found;
}
