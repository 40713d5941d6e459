import { expect, it } from 'vitest';
import en from './locales/en.json' with { type: 'json' };
import { because, type Reason, type ReasonValues, reasonIn, reasonsIn } from './reasons.ts';

const AT = Date.UTC(2026, 10, 20, 10, 5);
const GIVEN: Record<string, string> = {
  ...{ status: 'support_active', header: 'X-Hub', account: 'A "b" {n}', message: 'No.', host: '127.0.0.1:8' },
  ...{ model: 'qwen3:8b', said: '429, slow (x)', where: 'OPENAI_API_KEY' },
};
const given = (name: string) => (name.endsWith('At') ? AT : (GIVEN[name] ?? 7));

it.each(Object.keys(en) as Reason[])('%s is found again with what stands in it', (reason) => {
  const names = [...en[reason].matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  // What the writer of a text is told to put into it.
  const own = reason === 'same' ? names.filter((name) => !['name', 'number'].includes(name)) : names;
  const values: ReasonValues = Object.fromEntries(own.map((name) => [name, given(name)]));
  expect(reasonIn(because(reason, values))).toEqual({ reason, values });
});

it('reads a text sentence by sentence, and only as a whole', () => {
  const text = `${because('model.empty')} ${because('model.empty.todo')}`;
  expect(reasonsIn(text)?.map(({ reason }) => reason)).toEqual(['model.empty', 'model.empty.todo']);
  expect(reasonsIn(because('loop.bot', { n: 3 }))).toHaveLength(1);
  expect(reasonsIn(`${text} And more.`)).toBeUndefined();
});

it.each([
  '',
  'Boom',
  'The contact opted out at noon.',
  'It is quiet. Test mode: nothing leaves.',
  'A human has the conversation until {untilAt}.',
])('leaves somebody else’s sentence alone: %s', (sentence) => {
  expect(reasonIn(sentence)).toBeUndefined();
});

it('writes what lies beyond all days', () => {
  expect(because('takeover', { untilAt: Number.MAX_SAFE_INTEGER })).toMatch(/until \+275760-09-13T00:00:00.000Z/);
});
