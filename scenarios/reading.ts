/** Reads YAML strictly: whatever is not understood is an error that names file and line. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { DragomanError } from '../core/errors.ts';
import type { Json } from '../core/model.ts';

/** A piece of a file, with its place. Each reader fails, with the place, where the piece is of another kind. */
export interface Value {
  line: number;
  isText: boolean;
  isList: boolean;
  isMap: boolean;
  /** A scalar as it was written: a phone number keeps its plus sign. */
  text(): string;
  number(): number;
  flag(): boolean;
  /** Milliseconds of `5m`, `1h 30m`, `250ms`. */
  duration(): number;
  /** A regular expression, as `/…/flags` or bare; `u` is always set. */
  pattern(): RegExp;
  oneOf<T extends string>(words: readonly T[]): T;
  list(): Value[];
  /** One value or a list of them. */
  many(): Value[];
  entries(): { key: string; value: Value }[];
  /** The entries of a map that may have these keys only. */
  map<K extends string>(known: readonly K[]): { [key in K]?: Value };
  json(): Json;
  fail(message: string): never;
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)\s*)+$/;

/** @throws DragomanError BAD_REQUEST that begins with `file:line:` */
export function readYaml(file: string, text: string): Value {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line);
  const [error] = document.errors;
  if (error) throw wrong(file, lineAt(error.pos[0]), error.message.split('\n', 1)[0] ?? 'This is not YAML.');
  if (!document.contents) throw wrong(file, 1, 'The file is empty.');
  return valueAt(file, document, lineAt, document.contents, 1);
}

const wrong = (file: string, line: number, message: string) =>
  new DragomanError('BAD_REQUEST', `${file}:${line}: ${message}`, 'docs/scenarios.md describes the format.');

function valueAt(
  file: string,
  document: Document,
  lineAt: (offset: number | undefined) => number,
  raw: Node | null,
  outer: number,
): Value {
  const node = isAlias(raw) ? (raw.resolve(document) ?? null) : raw;
  const line = raw?.range ? lineAt(raw.range[0]) : outer;
  const of = (inner: unknown, at = line) => valueAt(file, document, lineAt, inner as Node | null, at);
  const fail = (message: string): never => {
    throw wrong(file, line, message);
  };
  const scalar = (what: string) => (isScalar(node) ? node : fail(`Here must be ${what}.`));

  const value: Value = {
    line,
    isText: isScalar(node),
    isList: isSeq(node),
    isMap: isMap(node),
    fail,
    text() {
      const found = scalar('a text');
      return typeof found.value === 'string' ? found.value : (found.source ?? fail('Here must be a text.'));
    },
    number() {
      const found = scalar('a number').value;
      return typeof found === 'number' ? found : fail('Here must be a number.');
    },
    flag() {
      const found = scalar('true or false').value;
      return typeof found === 'boolean' ? found : fail('Here must be true or false.');
    },
    duration() {
      const said = value.text().trim();
      if (!DURATION.test(said)) fail(`"${said}" is no duration; write 300ms, 40s, 5m, 24h or 2d.`);
      return [...said.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!,
        0,
      );
    },
    pattern() {
      const said = value.text();
      const [, source = said, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(said) ?? [];
      try {
        return new RegExp(source, [...new Set(`${flags}u`)].join(''));
      } catch (error) {
        return fail(`This is no regular expression: ${(error as Error).message}`);
      }
    },
    oneOf(words) {
      const said = value.text();
      return words.find((word) => word === said) ?? fail(`"${said}" is not one of ${words.join(', ')}.`);
    },
    list: () => (isSeq(node) ? node.items.map((item) => of(item)) : fail('Here must be a list.')),
    many: () => (isSeq(node) ? value.list() : [value]),
    entries() {
      if (!isMap(node)) return fail('Here must be keys with values.');
      return node.items.map(({ key, value: inner }) => {
        const name = of(key);
        return { key: name.text(), value: of(inner, name.line) };
      });
    },
    map<K extends string>(known: readonly K[]) {
      const found: { [key in K]?: Value } = {};
      for (const { key, value: inner } of value.entries()) {
        const name = known.find((candidate) => candidate === key);
        if (!name) throw wrong(file, inner.line, `There is no key "${key}" here. Known are: ${known.join(', ')}.`);
        found[name] = inner;
      }
      return found;
    },
    json: () => (node ? (node.toJS(document) as Json) : null),
  };
  return value;
}
