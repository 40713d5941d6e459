import { expect, it } from 'vitest';
import { type Known, whyNot } from './check.ts';

const known: Known = {
  hasType: (type) => ['inject', 'dragoman-llm'].includes(type),
  migrationsOf: (type) =>
    type === 'dragoman-llm'
      ? { steps: [({ model, ...rest }) => ({ ...rest, model: (model as string).trim() }), (config) => config] }
      : undefined,
};

const tab = { id: 't', type: 'tab' };

it('takes what is installed, subflows of the same flows, and each version that it knows', () => {
  expect(
    whyNot(
      [
        tab,
        { id: 'g', type: 'group', z: 't' },
        { id: 's', type: 'subflow' },
        { id: 'i', type: 'subflow:s', z: 't' },
        { id: 'a', type: 'inject', z: 't', version: 99 },
        { id: 'b', type: 'dragoman-llm', z: 't', model: ' small ' },
        { id: 'c', type: 'dragoman-llm', z: 't', version: 3 },
      ],
      known,
    ),
  ).toBeUndefined();
  expect(whyNot([], known)).toBeUndefined();
});

it('names the types that are not installed, each once, and a subflow that is not there', () => {
  const flows = ['mqtt in', 'mqtt in', 'subflow:gone'].map((type, index) => ({ id: `n${index}`, type, z: 't' }));
  expect(whyNot([tab, ...flows], known)).toBe('Node types are not installed here: mqtt in, subflow:gone.');
});

it('leaves alone what a newer version saved', () => {
  const nodes = Array.from({ length: 7 }, (_, index) => ({
    ...{ id: `n${index}`, type: 'dragoman-llm', z: 't', version: 4 },
    ...(index === 0 && { name: 'Answer' }),
  }));
  expect(whyNot([tab, ...nodes], known)).toBe(
    'Nodes were saved by a newer version of Dragoman: "Answer" (dragoman-llm), dragoman-llm n1, dragoman-llm n2, dragoman-llm n3, dragoman-llm n4, and 2 more.',
  );
});

it('tells of a node whose migration throws', () => {
  expect(whyNot([tab, { id: 'n', type: 'dragoman-llm', z: 't', model: 5 }], known)).toMatch(
    /cannot be brought up to date: dragoman-llm n\./,
  );
});
