import { expect, it } from 'vitest';
import { createGenerations, generationKey } from './generations.ts';

const content = {
  ...{
    model: 'm',
    variant: 'A',
    language: 'es',
    instructions: 'Word it.',
    template: 'Hola {name}',
    message: 'Hola [NAME_1]',
  },
};

it('has one key for one content, and another wherever something differs', () => {
  expect(generationKey({ ...content })).toBe(generationKey(content));
  const others = Object.keys(content).map((key) => generationKey({ ...content, [key]: 'other' }));
  expect(new Set([generationKey(content), ...others]).size).toBe(others.length + 1);
  expect(generationKey({ ...content, model: 'a","b', variant: '' })).not.toBe(
    generationKey({ ...content, model: 'a', variant: 'b' }),
  );
  expect(generationKey(content)).not.toContain('Hola');
});

it('keeps those that were used last', async () => {
  const generations = createGenerations(2);
  expect(await generations.get('a')).toBeUndefined();
  await generations.set('a', '1');
  await generations.set('b', '2');
  expect(await generations.get('a')).toBe('1');
  await generations.set('c', '3');
  expect(await generations.get('b')).toBeUndefined();
  expect(await generations.get('a')).toBe('1');
  await generations.set('a', '4');
  expect(await generations.get('a')).toBe('4');
  expect(await generations.get('c')).toBe('3');
});
