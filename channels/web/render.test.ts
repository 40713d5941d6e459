import { describe, expect, it } from 'vitest';
import { render, type WebPart } from './render.ts';

const parts = (content: Parameters<typeof render>[0]) => render(content) as unknown as WebPart[];

describe('words', () => {
  it('have their marks beside them', () => {
    expect(parts({ text: 'It costs **39 €**, see [the plans](https://shop.example/plans).' })).toEqual([
      {
        text: 'It costs 39 €, see the plans.',
        runs: [
          { text: 'It costs ', marks: [] },
          { text: '39 €', marks: ['bold'] },
          { text: ', see ', marks: [] },
          { text: 'the plans', marks: [], url: 'https://shop.example/plans' },
          { text: '.', marks: [] },
        ],
      },
    ]);
  });

  it('without a mark are words alone, and what looks like a program stays what it is', () => {
    const text = 'Hola <img src=x onerror=alert(1)>';
    expect(parts({ text }).map((part) => part.text)).toEqual([expect.stringContaining('Hola')]);
    expect(parts({ text: 'Hola' })).toEqual([{ text: 'Hola' }]);
  });

  it('lead to no address but of the web, mail and telephones', () => {
    const [part] = parts({ text: '[tap](javascript:alert(1)) or [call](tel:+34600000001)' });
    expect(part!.runs?.flatMap(({ url }) => url ?? [])).toEqual(['tel:+34600000001']);
  });
});

describe('media', () => {
  it('are shown by an address of https, with their caption', () => {
    expect(
      parts({ text: '', media: [{ kind: 'image', url: 'https://a.example/x.png', caption: 'The *box*', name: 'x' }] }),
    ).toMatchObject([{ text: 'The box', media: [{ kind: 'image', url: 'https://a.example/x.png', name: 'x' }] }]);
  });

  it.each([
    ['http', 'document' as const, 'http://a.example/x.pdf'],
    ['sound', 'audio' as const, 'https://a.example/x.mp3'],
  ])('else they are a link: %s', (_, kind, url) => {
    expect(parts({ text: '', media: [{ kind, url, caption: 'Listen' }] })).toEqual([
      { text: `Listen\n${url}`, runs: expect.arrayContaining([{ text: url, marks: ['address'] }]) },
    ]);
  });

  it('of no address at all are their words', () => {
    expect(parts({ text: '', media: [{ kind: 'image', url: 'data:image/png;base64,xx', name: 'Plan' }] })).toEqual([
      { text: 'Plan' },
    ]);
  });
});

it('buttons hang on the last part, never two alike', () => {
  const buttons = [
    { id: 'a', title: 'Yes' },
    { id: 'a', title: 'Yes' },
  ];
  expect(parts({ text: 'x'.repeat(5_000), buttons }).map((part) => part.buttons)).toEqual([
    undefined,
    [
      { id: 'a', title: 'Yes' },
      { id: 'a 2', title: 'Yes 2' },
    ],
  ]);
  expect(parts({ text: '', buttons })).toMatchObject([{ text: '', buttons: [{ id: 'a' }, { id: 'a 2' }] }]);
});
