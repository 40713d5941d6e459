/** LaTeX as models write it, in plain letters: no chat draws formulas, and Markdown eats their backslashes. */

/** `\(x\)`, `\[x\]`, `$$x$$` and `$x$`. The first two may be brackets that Markdown was to leave alone, the last are amounts more often. */
const MARKED =
  /\\\(((?:(?!\\[()])[^\n]){1,300})\\\)|\\\[((?:(?!\\[[\]])[\s\S]){1,600})\\\]|\$\$((?:(?!\$\$)[\s\S]){1,600})\$\$|(?<![\w$\\])\$(?=[^\s$])([^$\n]{1,200})(?<=[^\s\\])\$(?![\w$])/g;
const COMMAND = /\\[a-zA-Z]{2,}/;
const OPERATOR = /[\^_=<>+]/;
/** No formula has words but in commands. */
const WORD = /(?<![\\\p{L}])\p{L}{4}/u;
const inCommands = /\\[a-zA-Z]{2,20}\{[^{}]{0,200}\}|[_^]\{[^{}]{0,100}\}/g;
const isFormula = (text: string) =>
  (COMMAND.test(text) || OPERATOR.test(text)) && !WORD.test(text.replace(inCommands, ''));

/** Commands that stand in a text without marks; a path (`C:\times`) has letters or signs of its own before. */
const BARE =
  /(?<![\p{L}\p{N}:\\/.])\\(?:(?:d?frac|sqrt|text(?:bf|it|rm)?|math(?:rm|bf|it)|boxed|operatorname)(?=\{)|(?:times|cdot|div|pm|leq?|geq?|neq?|approx|(?:right|Right)arrow|to|infty|pi|degree)(?![\p{L}\\]))/u;

const SYMBOLS: Record<string, string> = {
  ...{ times: '×', cdot: '·', div: '÷', pm: '±', le: '≤', leq: '≤', ge: '≥', geq: '≥', ne: '≠', neq: '≠', approx: '≈' },
  ...{ to: '→', rightarrow: '→', Rightarrow: '⇒', infty: '∞', sum: '∑', int: '∫', degree: '°', circ: '°', cdots: '…' },
  ...{ alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', Delta: 'Δ', theta: 'θ', lambda: 'λ', mu: 'µ', pi: 'π' },
  ...{
    sigma: 'σ',
    omega: 'ω',
    Omega: 'Ω',
    ldots: '…',
    dots: '…',
    in: '∈',
    equiv: '≡',
    sim: '~',
    quad: ' ',
    qquad: ' ',
  },
};
const RAISED = new Map([...'0123456789+-=()n'].map((sign, index) => [sign, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ'][index]!]));
const LOWERED = new Map(
  [...'0123456789aehijklmnoprstuvx'].map((s, at) => [s, [...'₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ'][at]!]),
);
/** Commands in each other, deeper than anybody writes. */
const DEEPEST = 6;

/** A text with its formulas as a person writes them in a chat: `\(x^2\)` is `x²`, `\frac{1}{2}` is `1/2`. */
export function withoutFormulas(text: string): string {
  if (!/[\\$]/.test(text)) return text;
  return text
    .replace(MARKED, (all: string, ...found: (string | undefined)[]) => {
      const inner = found.slice(0, 4).find((part) => part !== undefined) ?? '';
      return isFormula(inner) || /^\$[a-z]\$$/i.test(all) ? written(inner).trim() : all;
    })
    .replace(/^[^\n]{1,2000}$/gm, (line) => (BARE.test(line) ? bare(line) : line));
}

/** A line in which only commands are of a formula. */
function bare(line: string): string {
  const start = line.search(BARE);
  return line.slice(0, start) + withoutCommands(line.slice(start));
}

function written(formula: string): string {
  const plain = formula
    .replace(/\\begin\{[a-z*]{1,20}\}|\\end\{[a-z*]{1,20}\}|&/g, '')
    .replace(/\\\\/g, '\n')
    .replace(/\^\{?\\circ\}?/g, '°')
    .replace(/([_^])(\\[a-zA-Z]{2,20}\{[^{}]{0,100}\})/g, '$1{$2}');
  return withoutScripts(withoutCommands(withoutScripts(plain))).replace(/[{}]/g, '');
}

const withoutScripts = (text: string) =>
  text
    .replace(/\^(?:\{([^{}\\]{1,100})\}|(\p{L}|\p{N}))/gu, (_, many, one) => shaped(many ?? one, RAISED, '^'))
    .replace(/_(?:\{([^{}\\]{1,100})\}|(\p{L}|\p{N}))/gu, (_, many, one) => shaped(many ?? one, LOWERED, ''));

/** Where there are no such letters, in brackets. */
function shaped(text: string, letters: Map<string, string>, sign: string): string {
  const all = [...text].map((letter) => letters.get(letter));
  return all.every((letter) => letter !== undefined) ? all.join('') : `${sign}(${text})`;
}

const grouped = (text: string) => (/^[\p{L}\p{N}.,]{1,20}$/u.test(text.trim()) ? text.trim() : `(${text.trim()})`);

function withoutCommands(text: string): string {
  let left = text;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const before = left;
    left = left
      .replace(
        /\\d?frac\{([^{}]{0,200})\}\{([^{}]{0,200})\}/g,
        (_, above, below) => `${grouped(above)}/${grouped(below)}`,
      )
      .replace(/\\sqrt\{([^{}]{0,200})\}/g, (_, inner) => `√${grouped(inner)}`)
      .replace(/\\(?:text(?:bf|it|rm)?|math(?:rm|bf|it)|boxed|operatorname)\{([^{}]{0,200})\}/g, '$1');
    if (left === before) break;
  }
  return left
    .replace(/\\(?:left|right|displaystyle)(?![a-zA-Z])/g, '')
    .replace(/\\([a-zA-Z]{2,12})(?![a-zA-Z])/g, (all, name: string) => SYMBOLS[name] ?? all)
    .replace(/\\[,;:!] ?/g, ' ')
    .replace(/\\([%$&#_])/g, '$1');
}
