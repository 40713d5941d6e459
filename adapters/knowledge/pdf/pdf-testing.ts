/** PDF files made for tests: words at places of a page, lines and boxes. */

/** `x` and `y` from the page's lower left corner, in points. */
export interface Words {
  x: number;
  y: number;
  text: string;
  size?: number;
  isBold?: boolean;
  /** Turned against the clock; degrees. */
  turn?: number;
}

const escaped = (text: string) => text.replace(/[\\()]/g, '\\$&').replaceAll('€', '\\200');

function shown({ x, y, text, size = 10, isBold, turn = 0 }: Words): string {
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)].map((number) =>
    number.toFixed(4),
  );
  const matrix = `${cos} ${sin} ${-Number(sin)} ${cos} ${x} ${y}`;
  return `BT /${isBold ? 'B' : 'R'} ${size} Tf ${matrix} Tm (${escaped(text)}) Tj ET`;
}

/** A line from place to place. */
export const stroke = (x1: number, y1: number, x2: number, y2: number) => `${x1} ${y1} m ${x2} ${y2} l S`;

/** A page: words, and steps of drawing as PDF writes them. */
export const pageOf = (...parts: (Words | string)[]) =>
  parts.map((part) => (typeof part === 'string' ? part : shown(part))).join('\n');

/** Lines below each other. */
export const column = (x: number, top: number, lines: string[], leading = 12, size = 10): Words[] =>
  lines.map((text, at) => ({ x, y: top - at * leading, text, size }));

/** A file of A4 pages. @param head what each page's dictionary says besides. @param filter what has packed the pages. */
export function pdfOf(pages: string[], head = '', filter = ''): Buffer {
  const font = (name: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${5 + 2 * at} 0 R`).join(' ')}] >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    ...pages.flatMap((page, at) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${6 + 2 * at} 0 R /Resources << /Font << /R 3 0 R /B 4 0 R >> >> ${head} >>`,
      `<< /Length ${Buffer.byteLength(page, 'latin1')} ${filter} >>\nstream\n${page}\nendstream`,
    ]),
  ];
  let file = '%PDF-1.7\n';
  const places = objects.map((object, at) => {
    const place = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  file += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
