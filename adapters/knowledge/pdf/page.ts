/** A page of a PDF as glyphs and rules, from the steps by which it is drawn. */
import type { PDFPageProxy } from 'unpdf/pdfjs';
import type { Glyph, Rule, View } from './model.ts';

/** a b c d e f of a PDF: x' = ax + cy + e, y' = bx + dy + f. */
type Matrix = readonly number[];
type Place = readonly [x: number, y: number];

/** What the library gives of a sign; a number stands for a gap, in thousandths of the size to the left. */
type Shown = { unicode: string; width: number; isSpace: boolean } | number;

interface Font {
  name: string;
  bold?: boolean;
  black?: boolean;
  fontMatrix?: Matrix;
  isType3Font?: boolean;
  bbox?: readonly number[];
  vertical?: boolean;
}

interface State {
  matrix: Matrix;
  font: Font | undefined;
  size: number;
  letterGap: number;
  wordGap: number;
  stretch: number;
  leading: number;
  rise: number;
}

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const FONT_MATRIX: Matrix = [0.001, 0, 0, 0.001, 0, 0];
const BOLD = /bold|black|heavy|semibold|demi|-bd\b/i;
/** Thicker ones are boxes; points. */
const THICKEST = 2.5;
/** Shorter ones are parts of a picture; points. */
const SHORTEST = 4;
/** A page with more is a drawing. */
const MOST_RULES = 20_000;
/** Of a page that shows something drawn; a letter as a picture has some such. */
const DRAWN = 20;
/** How far from a right angle a line of text may stand; radians. */
const SLANT = 0.05;

const times = (m: Matrix, n: Matrix): Matrix => [
  m[0]! * n[0]! + m[2]! * n[1]!,
  m[1]! * n[0]! + m[3]! * n[1]!,
  m[0]! * n[2]! + m[2]! * n[3]!,
  m[1]! * n[2]! + m[3]! * n[3]!,
  m[0]! * n[4]! + m[2]! * n[5]! + m[4]!,
  m[1]! * n[4]! + m[3]! * n[5]! + m[5]!,
];
const place = (m: Matrix, x: number, y: number): Place => [
  m[0]! * x + m[2]! * y + m[4]!,
  m[1]! * x + m[3]! * y + m[5]!,
];

/** What the page is turned by so that this text stands upright: quarters of a circle; undefined for what stands askew. */
function quarterOf(m: Matrix): number | undefined {
  const angle = Math.atan2(m[1]!, m[0]!) / (Math.PI / 2);
  const quarter = Math.round(angle);
  return Math.abs(angle - quarter) * (Math.PI / 2) > SLANT ? undefined : (quarter + 4) % 4;
}

/** Where a place of the page is once it is turned. */
function turned(quarter: number, [x, y]: Place, { width, height }: { width: number; height: number }): Place {
  if (quarter === 0) return [x, y];
  if (quarter === 1) return [y, width - x];
  return quarter === 2 ? [width - x, height - y] : [height - y, x];
}

/** The boxes around the parts of a path that are made of straight lines along the edges of the page. */
function* boxesOf(path: ArrayLike<number>, matrix: Matrix): Generator<Rule> {
  let points: Place[] = [];
  let isStraight = true;
  const box = (): Rule | undefined => {
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const rule = { x: Math.min(...xs), end: Math.max(...xs), y: Math.min(...ys), bottom: Math.max(...ys) };
    const isThin = rule.end - rule.x <= THICKEST || rule.bottom - rule.y <= THICKEST;
    const isLevel = points.every(([x, y], at) => {
      const [before, above] = points[(at + points.length - 1) % points.length]!;
      return Math.abs(x - before) < 0.5 || Math.abs(y - above) < 0.5;
    });
    return points.length > 1 && isStraight && (isThin || (points.length > 2 && isLevel)) ? rule : undefined;
  };
  for (let at = 0; at < path.length; ) {
    const step = path[at]!;
    if (step === 0) {
      const found = box();
      if (found) yield found;
      points = [];
      isStraight = true;
    }
    const numbers = step === 2 ? 6 : step === 3 ? 4 : step === 4 ? 0 : 2;
    if (step === 2 || step === 3) isStraight = false;
    // Longer ones are drawings.
    else if (numbers > 0 && points.length < 50) points.push(place(matrix, path[at + 1]!, path[at + 2]!));
    at += 1 + numbers;
  }
  const found = box();
  if (found) yield found;
}

const isThin = ({ x, end, y, bottom }: Rule) => Math.min(end - x, bottom - y) <= THICKEST;

/** The edges of a box; of a thin one, the line that it is. */
function edgesOf(box: Rule): Rule[] {
  if (isThin(box)) return [box];
  const { x, end, y, bottom } = box;
  return [
    { x, end, y, bottom: y },
    { x, end, y: bottom, bottom },
    { x, end: x, y, bottom },
    { x: end, end, y, bottom },
  ];
}

export interface ReadPage {
  /** The one with most text first. */
  views: View[];
  /** Whether lines or areas are drawn on it, more than a frame. */
  isDrawn: boolean;
  /** How many steps draw it, as far as they are given. */
  steps: number;
}

/** The codes of the steps, as the library has them. */
export type Steps = Readonly<Record<string, number>>;

/** @param steps of the library. */
export async function readPage(page: PDFPageProxy, steps: Steps): Promise<ReadPage> {
  const viewport = page.getViewport({ scale: 1 });
  const { width, height } = viewport;
  // Notes of readers and fields of forms are left out.
  const { fnArray, argsArray } = await page.getOperatorList({ annotationMode: 0 });
  const glyphs: Glyph[][] = [[], [], [], []];
  const rules: Rule[] = [];
  let paths = 0;
  let state: State = {
    matrix: viewport.transform,
    font: undefined,
    size: 0,
    letterGap: 0,
    wordGap: 0,
    stretch: 1,
    leading: 0,
    rise: 0,
  };
  const saved: State[] = [];
  let textMatrix: Matrix = IDENTITY;
  let [x, y, lineX, lineY] = [0, 0, 0, 0];

  const save = () => saved.push({ ...state });
  const restore = () => {
    state = saved.pop() ?? state;
  };
  const move = (right: number, up: number) => {
    lineX += right;
    lineY += up;
    [x, y] = [lineX, lineY];
  };
  const begin = (matrix: Matrix) => {
    textMatrix = matrix;
    [x, y, lineX, lineY] = [0, 0, 0, 0];
  };

  function show(signs: Shown[]): void {
    const { font, size, letterGap, wordGap, stretch, rise } = state;
    if (!font || size === 0) return;
    const fontMatrix = font.fontMatrix ?? FONT_MATRIX;
    const matrix = times(state.matrix, textMatrix);
    const quarter = quarterOf(size < 0 ? matrix.map((number) => -number) : matrix);
    const tall = font.isType3Font && font.bbox ? (font.bbox[3]! - font.bbox[1]!) * Math.abs(fontMatrix[3]!) : 1;
    const letters = Math.abs(size) * (tall || 1) * Math.hypot(matrix[2]!, matrix[3]!);
    const isBold = font.bold || font.black || BOLD.test(font.name ?? '');
    let along = 0;
    for (const sign of signs) {
      if (typeof sign === 'number') {
        along -= (sign * size * stretch) / 1000;
        continue;
      }
      const advance = sign.width * fontMatrix[0]! * size + (sign.isSpace ? wordGap : 0) + letterGap;
      if (quarter !== undefined && sign.unicode && !font.vertical) {
        const [left, base] = turned(quarter, place(matrix, x + along, y + rise), viewport);
        const [right] = turned(quarter, place(matrix, x + along + advance * stretch, y + rise), viewport);
        glyphs[quarter]!.push({
          text: sign.unicode,
          x: Math.min(left, right),
          end: Math.max(left, right),
          y: base,
          size: letters,
          isBold,
        });
      }
      along += advance * stretch;
    }
    x += along;
  }

  function paint(data: ArrayLike<number> | undefined): void {
    paths++;
    if (!data || rules.length > MOST_RULES) return;
    for (const box of boxesOf(data, state.matrix)) {
      const isPage = box.end - box.x > 0.95 * width && box.bottom - box.y > 0.95 * height;
      const isShort = Math.max(box.end - box.x, box.bottom - box.y) < SHORTEST;
      if (!isPage && !isShort) rules.push(...edgesOf(box));
    }
  }

  const does: Record<number, (args: never) => void> = {
    [steps.save!]: save,
    [steps.restore!]: restore,
    [steps.beginGroup!]: save,
    [steps.endGroup!]: restore,
    [steps.transform!]: (matrix: number[]) => {
      state.matrix = times(state.matrix, matrix);
    },
    [steps.paintFormXObjectBegin!]: ([matrix]: [Matrix | null]) => {
      save();
      if (matrix) state.matrix = times(state.matrix, matrix);
    },
    [steps.paintFormXObjectEnd!]: restore,
    [steps.beginText!]: () => begin(IDENTITY),
    [steps.setTextMatrix!]: ([matrix]: [Matrix]) => begin(matrix),
    [steps.moveText!]: ([right, up]: [number, number]) => move(right, up),
    [steps.setLeadingMoveText!]: ([right, up]: [number, number]) => {
      state.leading = up;
      move(right, up);
    },
    [steps.nextLine!]: () => move(0, state.leading),
    [steps.setLeading!]: ([leading]: [number]) => {
      state.leading = -leading;
    },
    [steps.setFont!]: ([name, size]: [string, number]) => {
      state.font = page.commonObjs.has(name) ? page.commonObjs.get(name) : undefined;
      state.size = size;
    },
    [steps.setCharSpacing!]: ([gap]: [number]) => {
      state.letterGap = gap;
    },
    [steps.setWordSpacing!]: ([gap]: [number]) => {
      state.wordGap = gap;
    },
    [steps.setHScale!]: ([percent]: [number]) => {
      state.stretch = percent / 100;
    },
    [steps.setTextRise!]: ([rise]: [number]) => {
      state.rise = rise;
    },
    [steps.showText!]: ([signs]: [Shown[]]) => show(signs),
    [steps.constructPath!]: ([step, [data]]: [number, [ArrayLike<number> | undefined]]) => {
      // Others only say where something may be drawn.
      if (step >= steps.stroke! && step <= steps.closeEOFillStroke!) paint(data);
    },
  };
  for (const [at, step] of fnArray.entries()) does[step]?.(argsArray[at] as never);

  const views = [0, 1, 2, 3].map((quarter): View => {
    const isSideways = quarter % 2 === 1;
    const turnedRules = rules.map((rule) => {
      const [x1, y1] = turned(quarter, [rule.x, rule.y], viewport);
      const [x2, y2] = turned(quarter, [rule.end, rule.bottom], viewport);
      return { x: Math.min(x1, x2), end: Math.max(x1, x2), y: Math.min(y1, y2), bottom: Math.max(y1, y2) };
    });
    return {
      width: isSideways ? height : width,
      height: isSideways ? width : height,
      glyphs: glyphs[quarter]!,
      rules: rules.length > MOST_RULES ? [] : turnedRules,
    };
  });
  return {
    views: views.filter((view) => view.glyphs.length > 0).sort((a, b) => b.glyphs.length - a.glyphs.length),
    isDrawn: paths > DRAWN,
    steps: fnArray.length,
  };
}
