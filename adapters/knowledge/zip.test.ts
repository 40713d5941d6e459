import { expect, it } from 'vitest';
import { openZip } from './zip.ts';
import { zipOf } from './zip-testing.ts';

const file = zipOf({ 'a.xml': 'One', 'b/c.xml': 'Two'.repeat(1000) });

it('lists the parts and unpacks each', () => {
  const { names, read } = openZip(file, 10_000);
  expect(names).toEqual(['a.xml', 'b/c.xml']);
  expect(read('a.xml').toString()).toBe('One');
  expect(read('b/c.xml')).toHaveLength(3000);
});

it('unpacks no more than is allowed, all parts together', () => {
  const { read } = openZip(file, 5_000);
  read('b/c.xml');
  expect(() => read('b/c.xml')).toThrow('more than 0.005 MB');
});

it('tells what is cut off or damaged', () => {
  for (const length of [0, 10, 60, file.length - 4, file.length - 30])
    expect(() => openZip(file.subarray(0, length), 10_000), `${length}`).toThrow('cut off');
  for (let at = 0; at < file.length; at++) {
    const broken = Buffer.from(file);
    broken[at]! ^= 0xff;
    try {
      const { names, read } = openZip(broken, 10_000);
      for (const name of names) read(name);
    } catch (error) {
      expect((error as Error).message).toMatch(/cut off|more than/);
    }
  }
});
