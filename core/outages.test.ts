import { expect, it } from 'vitest';
import { createOutages } from './outages.ts';

function bench() {
  const lines: string[] = [];
  const add = (level: string) => (line: string) => lines.push(`${level}: ${line}`);
  const at = { now: 1_000 };
  const log = { debug: add('debug'), info: add('info'), warn: add('warn'), error: add('error') };
  return { lines, at, outages: createOutages(log, () => at.now) };
}

it('tells a failure once and its end once, however many there are in between', () => {
  const { lines, at, outages } = bench();
  for (let turn = 0; turn < 50; turn++) outages.failed('a', `a did not answer in turn ${turn}.`);
  at.now += 65_000;
  outages.works('a', 'a');
  outages.works('a', 'a');
  expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([
    'warn: a did not answer in turn 0. (Told once, until it works again.)',
    'info: a works again, after 50 failures in 65 s.',
  ]);
  expect(lines).toHaveLength(51);
});

it('tells each that fails, and each outage', () => {
  const { lines, outages } = bench();
  outages.failed('a', 'a broke.');
  outages.failed('b', 'b broke.');
  outages.works('b', 'b');
  outages.failed('b', 'b broke again.');
  outages.failed('a', 'a broke.');
  expect(lines.filter((line) => line.startsWith('warn')).map((line) => line.slice(6, 14))).toEqual([
    'a broke.',
    'b broke.',
    'b broke ',
  ]);
});

it('says nothing of what never failed', () => {
  const { lines, outages } = bench();
  outages.works('a', 'a');
  expect(lines).toEqual([]);
});
