import { expect, it } from 'vitest';
import { readJson, tooMuch } from './webhook-body.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const many = (item: string, count: number) => `[${Array(count).fill(item).join()}]`;

it.each([
  ['an update', '{"message":{"text":"hola, [qué] {tal}","chat":{"id":1}}}'],
  ['a thousand updates', many(`{"a":${many('0', 30)},"b":{"c":"d"}}`, 1_000)],
  ['marks inside a text', JSON.stringify({ text: '{[,'.repeat(100_000) })],
  ['escapes before them', JSON.stringify({ text: '\\"{,'.repeat(50_000) })],
  ['levels that are closed again', many('[[]]', 10_000)],
  ['a thousand levels', nested(1_000)],
  ['nothing', ''],
  ['an open text', '"'.concat('{'.repeat(90_000))],
  ['no JSON', ']]}}'],
])('takes %s', (_what, text) => expect(tooMuch(Buffer.from(text))).toBeUndefined());

it.each([
  ['900,000 levels', nested(900_000), /nested/],
  ['levels of objects', '{"a":'.repeat(300_000), /nested/],
  ['levels behind a text', `{"t":"[\\\\","x":${nested(1_001)}}`, /nested/],
  ['400,000 empty contacts', `{"contacts":${many('{}', 400_000)}}`, /40000 values/],
  ['a list of zeros', many('0', 50_000), /40000 values/],
  ['a list of nulls', many('null', 100_000), /40000 values/],
  ['200,000 entries', `{"entry":${many('{"changes":[{}]}', 200_000)}}`, /40000 values/],
  ['an object of many names', `{${Array.from({ length: 50_000 }, (_, at) => `"${at}":1`).join()}}`, /40000 values/],
])('finds too much in %s', (_what, text, says) => expect(tooMuch(Buffer.from(text))).toMatch(says));

it('reads JSON, and says nothing of what is none', () => {
  expect(readJson(Buffer.from('{"a":["é"]}'))).toEqual({ a: ['é'] });
  expect(readJson(Buffer.from('{"a":'))).toBeUndefined();
});
