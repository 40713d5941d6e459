/** HTML that a model mixes into its Markdown: the tags that mean a format, those that only arrange, and character references. */
import type { MarkedToken } from 'marked';
import type { Mark } from './runs.ts';

/** The end of each element that formats or links, by its start; both among the same siblings. */
export type Pairs = Map<number, number>;

export const FORMATS = new Map<string, Mark>([
  ['b', 'bold'],
  ['strong', 'bold'],
  ['i', 'italic'],
  ['em', 'italic'],
  ['cite', 'italic'],
  ['s', 'strike'],
  ['del', 'strike'],
  ['strike', 'strike'],
  ['code', 'code'],
  ['kbd', 'code'],
  ['samp', 'code'],
  ['pre', 'block'],
  ['blockquote', 'quote'],
  // Not HTML: what `withLooseMarks` makes.
  ['loosebold', 'bold'],
  ['loosestrike', 'strike'],
  ['looseitalic', 'italic'],
]);

/** Tags that nobody writes to be read, and what they leave. */
const ARRANGING = new Map<string, string>([
  ['br', '\n'],
  ['li', '• '],
  ['td', ' '],
  ['th', ' '],
  ...'p div span section article header footer ul ol dl dt dd table thead tbody tr center font u ins mark small big sup sub h1 h2 h3 h4 h5 h6 hr img details summary figure figcaption wbr label'
    .split(' ')
    .map((name): [string, string] => [name, '']),
]);

const LINES = new Set(
  'p div section article ul ol li dl dt dd table tr h1 h2 h3 h4 h5 h6 hr details summary'.split(' '),
);

const TAG = /^<(\/?)([a-z][a-z\d]*)((?:\s[^>]*)?)\/?>$/i;

/**
 * A tag by its parts; `line`: it begins and ends a line. `text` is what it leaves
 * where it stands alone, undefined for one that is shown as it is. Undefined: no tag at all.
 */
export function htmlTag(
  raw: string,
): { name: string; closes: boolean; line?: boolean; href?: string; text?: string } | undefined {
  if (raw.startsWith('<!--')) return { name: '', closes: false, text: '' };
  const parts = TAG.exec(raw.trim());
  if (!parts) return undefined;
  const name = parts[2]!.toLowerCase();
  const closes = parts[1] === '/';
  const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(parts[3] ?? '');
  const text = closes && ARRANGING.has(name) && name !== 'br' ? '' : ARRANGING.get(name);
  return { name, closes, line: LINES.has(name), href: href?.[1] ?? href?.[2] ?? href?.[3], text };
}

export function pairsOf(tokens: MarkedToken[]): Pairs {
  const pairs: Pairs = new Map();
  const open = new Map<string, number[]>();
  tokens.forEach((token, at) => {
    const tag = token.type === 'html' ? htmlTag(token.raw) : undefined;
    if (!tag || (tag.name !== 'a' && !FORMATS.has(tag.name))) return;
    const starts = open.get(tag.name) ?? [];
    if (!tag.closes) open.set(tag.name, [...starts, at].slice(-50));
    else if (starts.length > 0) pairs.set(starts.pop()!, at);
  });
  return pairs;
}

const NAMED = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: '\u00A0',
    euro: '€',
    pound: '£',
    cent: '¢',
    yen: '¥',
    copy: '©',
    reg: '®',
    trade: '™',
    deg: '°',
    hellip: '…',
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    laquo: '«',
    raquo: '»',
    bull: '•',
    middot: '·',
    times: '×',
    divide: '÷',
    plusmn: '±',
    rarr: '→',
    larr: '←',
    uarr: '↑',
    darr: '↓',
    check: '✓',
    iexcl: '¡',
    iquest: '¿',
    ordf: 'ª',
    ordm: 'º',
    aacute: 'á',
    eacute: 'é',
    iacute: 'í',
    oacute: 'ó',
    uacute: 'ú',
    ntilde: 'ñ',
    uuml: 'ü',
    ccedil: 'ç',
    agrave: 'à',
    egrave: 'è',
    igrave: 'ì',
    ograve: 'ò',
    ugrave: 'ù',
    Aacute: 'Á',
    Eacute: 'É',
    Iacute: 'Í',
    Oacute: 'Ó',
    Uacute: 'Ú',
    Ntilde: 'Ñ',
    shy: '\u00AD',
    zwnj: '\u200C',
    zwj: '\u200D',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
  }),
);

/** Character references as their letters; unknown ones stay. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi, (all, hex, decimal, name) => {
    if (name) return NAMED.get(name) ?? all;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : all;
  });
}
