import { expect, it } from 'vitest';
import { brokenLine } from './json-line.ts';

it.each([
  ['nothing', '', 1],
  ['no JSON at all', 'x', 1],
  ['a comma before the end of a list', '[\n1,\n]', 3],
  ['a comma before the end of an object', '{\n"a":1,\n}', 3],
  ['a missing colon', '[\n {"a": 1,\n  "b" 2}\n]', 3],
  ['a missing comma', '[\n1\n2]', 3],
  ['a wrong bracket', '[\n{}\n,\n{"a":[]}\n}', 5],
  ['something after the end', '[1]\n]', 2],
  ['a string without its end', '{"a":\n"un\n}', 2],
  ['a wrong escape', '[\n"\\q"\n]', 2],
  ['single quotes', "[\n'a'\n]", 2],
  ['a word', '{\n"a":tru\n}', 2],
  ['a cut file', '[\n{"a": {\n"b": [1,\n\n', 3],
  ['brackets inside strings', '[\n"}]{,",\n"a" "b"\n]', 3],
])('finds the line of %s', (_what, text, line) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(brokenLine(text)).toBe(line);
});
