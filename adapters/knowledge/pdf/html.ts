/** What a PDF says as HTML, for the parser that all files with headings share. */

import { type Cell, isTable, type Table, textsIn } from './model.ts';
import { type Block, type Paragraph, SAME_SIZE } from './paragraphs.ts';

/** Letters, and lines; a longer one is a text, whatever its letters. */
const HEADING = { letters: 200, lines: 3 };
const BOLD_HEADING = 120;
/** Of the size of most letters. */
const LARGER = 1.15;
const DEEPEST = 6;
const ITEM = /^(?:[•–—*·-]|\(?(?:\p{Nd}{1,3}|\p{L})[.)])\s/u;
const DOT = /^[•–—*·-]\s+/u;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

type Letters = Pick<Paragraph, 'text' | 'size' | 'isBold'>;
const lengthOf = (texts: Letters[]) => texts.reduce((sum, { text }) => sum + text.length, 0);

/** The size of most letters, and whether they are bold; those of tables count where there is hardly anything else. */
function bodyOf(blocks: Block[]): { size: number; isBold: boolean } {
  const paragraphs: Letters[] = textsIn<Paragraph>(blocks);
  const cells = blocks.filter(isTable).flatMap(({ rows }) => rows.flat());
  const texts = lengthOf(paragraphs) * 3 < lengthOf(cells) ? [...paragraphs, ...cells] : paragraphs;
  const sizes = new Map<number, number>();
  for (const { text, size } of texts) sizes.set(size, (sizes.get(size) ?? 0) + text.length);
  const [size] = [...sizes].reduce((one, other) => (other[1] > one[1] ? other : one), [0, 0]);
  return { size: size!, isBold: lengthOf(texts.filter(({ isBold }) => isBold)) * 2 > lengthOf(texts) };
}

/** Sizes of headings, from the largest. */
function sizesOf(paragraphs: Paragraph[]): number[] {
  const sizes: number[] = [];
  for (const { size } of paragraphs.toSorted((a, b) => b.size - a.size))
    if (sizes.length === 0 || size < (1 - SAME_SIZE) * sizes.at(-1)!) sizes.push(size);
  return sizes;
}

/** Levels of the paragraphs that are headings, from 1. */
function levelsOf(blocks: Block[]): Map<Block, number> {
  const body = bodyOf(blocks);
  const isShort = ({ text, lines }: Paragraph) =>
    text.length <= HEADING.letters &&
    lines <= HEADING.lines &&
    /\p{L}/u.test(text) &&
    !/[.;,]$/.test(text) &&
    !DOT.test(text);
  // Nothing stands below the last one.
  const short = textsIn<Paragraph>(blocks.slice(0, -1)).filter(isShort);
  const large = short.filter(({ size }) => size >= LARGER * body.size);
  const bold = short.filter(
    ({ size, isBold, text, lines }) =>
      isBold && !body.isBold && size < LARGER * body.size && text.length <= BOLD_HEADING && lines < 3,
  );
  const sizes = sizesOf(large);
  const level = (paragraph: Paragraph) => sizes.findLastIndex((size) => size >= paragraph.size) + 1;
  return new Map<Block, number>([
    ...large.map((paragraph) => [paragraph, Math.min(level(paragraph), DEEPEST)] as const),
    ...bold.map((paragraph) => [paragraph, Math.min(sizes.length + 1, DEEPEST)] as const),
  ]);
}

/** Whether a row of a table names its columns. */
function namesColumns([first, ...others]: Cell[][]): boolean {
  if (!first || others.length === 0 || first.length < 2 || first.slice(1).some(({ text }) => !text)) return false;
  const filled = first.filter(({ text }) => text);
  if (filled.every(({ isBold }) => isBold))
    return others.some((row) => row.some(({ text, isBold }) => text && !isBold));
  const hasDigit = ({ text }: Cell) => /\p{Nd}/u.test(text);
  if (first.length < 3 || others.length < 2 || first.some(hasDigit)) return false;
  return first.some(
    (_, column) => column > 0 && others.every((row) => row.length === first.length && hasDigit(row[column]!)),
  );
}

/** How many rows name the columns: below names of several columns stand those of each. */
function headRows(rows: Cell[][]): number {
  const isNames = (row: Cell[] | undefined) => row?.length && row.every(({ text, isBold }) => isBold || !text);
  let count = 1;
  while (rows[count - 1]!.some(({ columns }) => columns > 1) && isNames(rows[count])) count++;
  return count;
}

function tableHtml({ rows, isHeaded }: Table): string {
  const width = Math.max(...rows.map((row) => row.reduce((sum, { columns }) => sum + columns, 0)));
  const isTitle = (row: Cell[]) => row.length === 1 && row[0]!.columns === width;
  const titles = Math.max(
    0,
    rows.findIndex((row) => !isTitle(row)),
  );
  const heads = isHeaded || namesColumns(rows.slice(titles)) ? titles + headRows(rows.slice(titles)) : 0;
  const html = rows.map((row, at) => {
    const name = at < heads ? 'th' : 'td';
    // Without names of columns an empty cell says nothing, and "Weight:" is itself a name.
    const [first, second] = row as [Cell, Cell];
    const isNamed = heads === 0 && row.length === 2 && first.text.endsWith(':');
    const shown = isNamed ? [{ ...first, text: `${first.text} ${second.text}` }] : row;
    const cells = shown
      .filter(({ text }) => heads > 0 || text)
      .map(
        ({ text, columns, rows: height }) =>
          `<${name} colspan="${columns}" rowspan="${height}">${escaped(at < heads ? text.replace(/ ?:$/, '') : text)}</${name}>`,
      );
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table>${html.join('')}</table>`;
}

/** Blocks of a PDF as HTML. */
export function htmlOf(blocks: Block[]): string {
  const levels = levelsOf(blocks);
  const pieces: string[] = [];
  let isList = false;
  for (const block of blocks) {
    const level = levels.get(block);
    if (isTable(block)) pieces.push(tableHtml(block));
    else if (level) pieces.push(`<h${level}>${escaped(block.text.replaceAll('\n', ' '))}</h${level}>`);
    else {
      const isItem = ITEM.test(block.text);
      const text = escaped(block.text.replace(DOT, '- ')).replaceAll('\n', '<br>');
      if (isItem && isList) pieces[pieces.length - 1] = pieces.at(-1)!.replace(/<\/p>$/, `<br>${text}</p>`);
      else pieces.push(`<p>${text}</p>`);
      isList = isItem;
      continue;
    }
    isList = false;
  }
  return pieces.join('\n');
}
