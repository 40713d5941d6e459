import { describe, expect, it } from 'vitest';
import { DEEPEST, shallow } from './depth.ts';

const count = (text: string, mark: string) => text.split(mark).length - 1;
const nested = (levels: number, step: string, marker: string) =>
  Array.from({ length: levels }, (_, level) => `${step.repeat(level)}${marker} Nota ${level}`);

describe('what stands too deep', () => {
  it.each([
    ['quotations', '> '],
    ['quotations without blanks', '>'],
    ['lists', '- '],
    ['numbered lists', '1. '],
    ['both', '> - > 2) '],
  ])('in one line is cut to what is read: %s', (_, marks) => {
    const { text, deep } = shallow(`Antes.\n${marks.repeat(100_000)}Hondo.\nFin.`);
    const kept = text.slice('Antes.\n'.length, -'Hondo.\nFin.'.length);
    expect(kept.match(/>|-|\d[.)]/g)).toHaveLength(DEEPEST);
    expect([text.endsWith('Hondo.\nFin.'), deep]).toEqual([true, [2]]);
  });

  it.each([
    ['blanks', '  ', '-'],
    ['tabs', '\t', '*'],
    ['numbers', '   ', '1.'],
  ])('by its indentation is set further out: %s', (_, step, marker) => {
    const lines = nested(3_000, step, marker);
    const { text, deep } = shallow(lines.join('\n'));
    const widest = Math.max(...text.split('\n').map((line) => line.search(/\S/)));
    expect(widest).toBeLessThanOrEqual(4 * DEEPEST);
    expect(count(text, 'Nota ')).toBe(3_000);
    expect(deep.at(-1)).toBe(3_000);
    expect(deep[0]).toBeGreaterThan(DEEPEST);
  });

  it('is cut where either comes after the other', () => {
    const { text } = shallow(`${'\t'.repeat(500)}${'- '.repeat(500)}Hondo.`);
    expect([count(text, '-'), text.search(/\S/)]).toEqual([DEEPEST, 4 * DEEPEST]);
  });
});

it.each([
  `${'> '.repeat(DEEPEST)}Texto`,
  nested(DEEPEST, '    ', '-').join('\n'),
  '- '.repeat(60),
  `${' '.repeat(300)}código`,
  '```\n\t\t\treturn -1\n```',
  `${'1.5 '.repeat(50)}`,
  `${'-'.repeat(200)}\n${'*'.repeat(200)}`,
  'a > b > c',
])('other text stays: %j', (content) => {
  expect(shallow(content)).toEqual({ text: content, deep: [] });
});
