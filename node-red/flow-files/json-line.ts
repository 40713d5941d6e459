/** The line on which JSON goes wrong: JSON.parse names it for some mistakes only, and quotes the text, which may be private. */

const TOKEN = /\s*([{}[\],:]|"(?:[^"\\\n]|\\.)*"|[^\s{}[\],:"]+|"|$)/y;

const isScalar = (token: string): boolean => {
  try {
    return typeof JSON.parse(token) !== 'object' || token === 'null';
  } catch {
    return false;
  }
};

/** @returns 1-based line of the first token that cannot stand where it stands; for valid JSON the last line */
export function brokenLine(text: string): number {
  const tokens = tokensOf(text);
  const good = skipValue(tokens, 0);
  const bad = tokens[Math.abs(good)];
  const offset = bad && bad.text !== '' ? bad.at : text.trimEnd().length;
  return text.slice(0, offset).split('\n').length;
}

function tokensOf(text: string): { text: string; at: number }[] {
  const tokens: { text: string; at: number }[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const token = match[1] ?? '';
    tokens.push({ text: token, at: TOKEN.lastIndex - token.length });
    if (token === '') break;
  }
  return tokens;
}

/** Index after the value that starts at `from`; negative: minus the index of the token that does not belong. */
function skipValue(tokens: { text: string }[], from: number): number {
  const closer = { '{': '}', '[': ']' }[tokens[from]?.text ?? ''];
  if (!closer) return isScalar(tokens[from]?.text ?? '') ? from + 1 : -from;
  let at = from + 1;
  if (tokens[at]?.text === closer) return at + 1;
  for (;;) {
    if (closer === '}') {
      if (!tokens[at]?.text.startsWith('"') || !isScalar(tokens[at]!.text)) return -at;
      if (tokens[at + 1]?.text !== ':') return -(at + 1);
      at += 2;
    }
    const after = skipValue(tokens, at);
    if (after <= 0) return after;
    if (tokens[after]?.text === closer) return after + 1;
    if (tokens[after]?.text !== ',') return -after;
    at = after + 1;
  }
}
