import { expect, it } from 'vitest';
import { choices, optionLines, optionsOf } from './buttons.ts';

it('leaves out blank buttons and names the nameless', () => {
  const options = optionsOf([
    { id: 'a', title: ' A ' },
    { id: 'b', title: '' },
    { id: '', title: 'C' },
    { id: ' ', title: ' ' },
  ]);
  expect(options).toEqual([
    { id: 'a', title: 'A' },
    { id: 'b', title: 'b' },
    { id: 'C', title: 'C' },
  ]);
  expect(optionLines(options)).toBe('• A\n• b\n• C');
  expect(optionsOf(undefined)).toEqual([]);
});

it('cuts titles and ids to what fits and keeps them apart', () => {
  const options = ['Fibra de 600 Mbps para casa', 'Fibra de 600 Mbps para empresa', 'Móvil'].map((title) => ({
    id: title,
    title,
  }));
  const made = choices(options, { title: 16, id: 12 });
  expect(made.map(({ title }) => title)).toEqual(['Fibra de 600 Mb…', 'Fibra de 600… 2', 'Móvil']);
  expect(made.map(({ id }) => id)).toEqual(['Fibra de 600', 'Fibra de 6 2', 'Móvil']);
  expect(made.map(({ full }) => full)).toEqual(options.map(({ title }) => title));
});

it('counts an id in bytes where the platform does, and breaks no letter', () => {
  const [choice] = choices([{ id: '👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', title: 'x' }], { title: 20, id: 64, idUnit: 'bytes' });
  expect(choice!.id).toBe('👨‍👩‍👧‍👦👨‍👩‍👧‍👦');
});
