/** The shipped scenarios of pipelines; on MongoDB and Redis as well, where they can be had (vitest.config.ts). */
import { expect, it } from 'vitest';
import { shippedFiles } from '../scenarios/run.ts';
import { loadFile } from '../scenarios/runner.ts';
import { isPipeline, scenarioSuite } from './support/scenario-suite.ts';

const files = (await shippedFiles()).filter(isPipeline);
await scenarioSuite(files);

it('covers every row of pipelines A, B and E', async () => {
  const names = (await Promise.all(files.map(loadFile))).flat().map(({ name }) => name);
  const rows = [
    ...[1, 2, 3, 4, 5, 6, 7].map((row) => `A${row}`),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((row) => `B${row}`),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((row) => `E${row}`),
  ];
  expect(rows.filter((row) => !names.some((name) => name.split(' ').includes(row)))).toEqual([]);
});
