/** The parts of a Word file (.docx), as the library that reads them is given them. */
import { openZip } from './zip.ts';

/** Bytes of text and its marks: the library needs some thirty times as much, and the thread has a gigabyte. */
const MOST_UNPACKED = 32_000_000;
/** What Word before 2007 wrote, and what holds a file that a password protects. */
const OLD = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const PROTECTED = Buffer.from('EncryptedPackage', 'utf16le');
const ZIP = Buffer.from('PK');
const MAIN = /^word\/document\d*\.xml$/;
const SHOWN = /^word\/(document\d*|footnotes|endnotes)\.xml$/;
const TEXT = /\.(xml|rels)$/;

/** Elements around words that the library does not know, by one that it reads through; others by the one that parts words as they do. */
const READ_THROUGH = /<(\/?)w:(?:fldSimple|dir|bdo)\b/g;
const BREAK = /<w:(?:cr|ptab)\b[^<>]*\/>/g;
/** Text that is struck out twice, or that Word does not show. */
const STRUCK_TWICE = /<w:dstrike\b/g;
const HIDDEN = /<w:vanish\s*\/>/g;
/** Marks on each word, of no meaning for what is read: half of the memory that a file takes. */
const UNREAD =
  / w:rsid\w*="[^"]*"|<w:(?:proofErr|lastRenderedPageBreak|lang|rFonts|color|sz|szCs|kern|spacing|noProof)\b[^<>]*\/>/g;

/** Styles of tables that draw the first row otherwise than the others, by their ids. */
function headedStyles(styles: string): Set<string> {
  const headed = styles.split(/(?=<w:style )/).filter((style) => style.includes('w:type="firstRow"'));
  return new Set(headed.flatMap((style) => /w:styleId="([^"]*)"/.exec(style)?.[1] ?? []));
}

/** Styles in each other, at most. */
const DEEPEST = 10;

/** Levels of headings, from 1, by the names of their styles: those of a business's own are made from Word's, or say their level. */
function headingLevels(styles: string): Map<string, number> {
  const found = new Map(
    styles.split(/(?=<w:style )/).flatMap((style) => {
      const value = (pattern: RegExp) => pattern.exec(style)?.[1];
      const id = value(/w:styleId="([^"]*)"/);
      const name = value(/<w:name w:val="([^"]*)"/);
      if (id === undefined || name === undefined || !style.includes('w:type="paragraph"')) return [];
      const level = /^heading ([1-9])$/i.exec(name)?.[1];
      const outline = value(/<w:outlineLvl w:val="([0-8])"/);
      const base = value(/<w:basedOn w:val="([^"]*)"/);
      return [[id, { name, base, level: level ?? (outline && String(Number(outline) + 1)) }]];
    }),
  );
  const levels = new Map<string, number>();
  for (const { name, ...own } of found.values()) {
    let at: { base?: string; level?: string } | undefined = own;
    for (let depth = 0; at && !at.level && depth < DEEPEST; depth++) at = found.get(at.base ?? '');
    if (at?.level) levels.set(name, Number(at.level));
  }
  return levels;
}

const TABLE_START = /^(<w:tbl><w:tblPr>(.*?)<\/w:tblPr>.*?<w:tr\b[^<>]*>)(<w:trPr>)?/s;
/** Bit of a table's look that says whether its style's first row is drawn so. */
const FIRST_ROW = 0x20;

/** Whether the first row looks like one of headings. */
function isHeaded(properties: string, headed: Set<string>): boolean {
  const style = /<w:tblStyle w:val="([^"]*)"/.exec(properties)?.[1];
  const look = /<w:tblLook\b[^<>]*/.exec(properties)?.[0] ?? '';
  const first = /w:firstRow="(\w+)"/.exec(look)?.[1];
  const bits = Number.parseInt(/w:val="(\w+)"/.exec(look)?.[1] ?? '0', 16);
  const isDrawn = first === undefined ? (bits & FIRST_ROW) > 0 : /^(1|true|on)$/.test(first);
  return isDrawn && style !== undefined && headed.has(style);
}

/** The library tells a row of headings only where it is repeated on each page. */
function withHeadings(document: string, headed: Set<string>): string {
  if (headed.size === 0) return document;
  return document
    .split(/(?=<w:tbl>)/)
    .map((piece) =>
      piece.replace(TABLE_START, (whole, start: string, properties: string, row: string | undefined) => {
        if (!isHeaded(properties, headed)) return whole;
        return row ? `${start}${row}<w:tblHeader/>` : `${start}<w:trPr><w:tblHeader/></w:trPr>`;
      }),
    )
    .join('');
}

const shown = (xml: string) =>
  xml
    .replace(READ_THROUGH, '<$1w:smartTag')
    .replace(BREAK, '<w:br/>')
    .replace(STRUCK_TWICE, '<w:strike')
    .replace(HIDDEN, '<w:strike/>')
    .replace(UNREAD, '');

export interface DocxParts {
  /** Those of text, by their names. */
  parts: Map<string, string>;
  /** Levels of headings, from 1, by the names of their styles. */
  headings: Map<string, number>;
}

/** @throws with what to do, where it is no such file, is damaged or protected. */
export function docxParts(content: Buffer): DocxParts {
  if (content.indexOf(OLD) === 0)
    throw new Error(
      content.includes(PROTECTED)
        ? 'A password protects it. Save it without one.'
        : 'It is a file of the old Word (.doc). Open it in Word or LibreOffice and save it as .docx.',
    );
  if (content.indexOf(ZIP) !== 0) throw new Error('It is no Word file (.docx).');
  const { names, read } = openZip(content, MOST_UNPACKED);
  if (!names.some((name) => MAIN.test(name)))
    throw new Error('It is no Word file (.docx), though it is packed like one.');
  const parts = new Map(names.filter((name) => TEXT.test(name)).map((name) => [name, read(name).toString()]));
  const styles = parts.get('word/styles.xml') ?? '';
  const headed = headedStyles(styles);
  for (const [name, xml] of parts) if (SHOWN.test(name)) parts.set(name, withHeadings(shown(xml), headed));
  return { parts, headings: headingLevels(styles) };
}
