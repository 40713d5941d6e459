/** What a page of a PDF is made of. Lengths are points; `y` grows downwards. */

/** One or more letters that are drawn as one. */
export interface Glyph {
  /** In the order in which they are read. */
  text: string;
  /** Left and right edge, and the line that the letters stand on. */
  x: number;
  end: number;
  y: number;
  /** Of the font. */
  size: number;
  isBold: boolean;
}

/** A line that is drawn from left to right or from top to bottom, or an edge of a box. */
export interface Rule {
  x: number;
  end: number;
  y: number;
  bottom: number;
}

/** What is written in one direction on a page. */
export interface View {
  width: number;
  height: number;
  glyphs: Glyph[];
  rules: Rule[];
}

/** Letters of one line with no gap between them. */
export interface Fragment {
  /** From left to right. */
  glyphs: Glyph[];
  x: number;
  end: number;
  y: number;
  size: number;
}

export interface Cell {
  text: string;
  size: number;
  isBold: boolean;
  columns: number;
  rows: number;
}

export interface Table {
  /** Cells that span others stand in their first row and column. */
  rows: Cell[][];
  /** Edges of the columns from left to right. */
  edges: number[];
  /** Whether the first row is one of headings, whatever it looks like. */
  isHeaded: boolean;
  /** Of its upper edge. */
  y: number;
}

export interface Line {
  text: string;
  x: number;
  end: number;
  y: number;
  size: number;
  isBold: boolean;
  isRtl: boolean;
  /** Of its first word, as it is read. */
  firstWord: number;
}

/** Lines and tables that stand below each other, in the order in which they are read. */
export interface Column {
  x: number;
  end: number;
  parts: (Line | Table)[];
}

export const isTable = <Other extends object>(part: Other | Table): part is Table => 'rows' in part;
/** Those that are no tables. */
export const textsIn = <Other extends object>(parts: readonly (Other | Table)[]): Other[] =>
  parts.filter((part): part is Other => !isTable(part));
