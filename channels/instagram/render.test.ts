import { expect, it } from 'vitest';
import type { Outgoing } from '../../core/ports.ts';
import { type InstagramPart, render } from './render.ts';

const parts = (content: Outgoing) => render(content) as unknown as InstagramPart[];

it.each([
  ['**Hola** _qué_ `tal`', 'Hola qué tal'],
  ['[Web](https://x.y/a_b)', 'Web (https://x.y/a_b)'],
  ['# Guía\n- uno', 'Guía\n• uno'],
  ['2*3*4_a_b [x](y) <b>', '2*3*4_a_b [x](y) <b>'],
])('%j reads %j', (markdown, text) => {
  expect(parts({ text: markdown })).toEqual([{ text, message: { text } }]);
});

it('counts bytes: 1500 Cyrillic letters are three messages', () => {
  const lengths = parts({ text: 'ж'.repeat(1_500) }).map(({ text }) => Buffer.byteLength(text));
  expect(lengths).toEqual([1_000, 1_000, 1_000]);
});

it('buttons are quick replies, and stand in the text for those who do not see them', () => {
  const [part] = parts({ text: '¿Cuál?', buttons: [{ id: 'a', title: 'Fibra simétrica de 600 Mbps' }] });
  expect(part).toEqual({
    text: '¿Cuál?\n\n• Fibra simétrica de 600 Mbps',
    message: {
      text: '¿Cuál?\n\n• Fibra simétrica de 600 Mbps',
      quick_replies: [{ content_type: 'text', title: 'Fibra simétrica de…', payload: 'a' }],
    },
  });
});

it('has 13 quick replies at most, on the last message', () => {
  const buttons = Array.from({ length: 20 }, (_, index) => ({ id: `${index}`, title: `B${index}` }));
  const shown = parts({ text: 'palabra '.repeat(200), buttons });
  expect(shown.map(({ message }) => (message.quick_replies as [])?.length)).toEqual([undefined, 13]);
  expect(shown[1]!.text).toContain('• B19');
});

it('a medium has no caption; it follows as text', () => {
  expect(parts({ text: 'Fin', media: [{ kind: 'document', url: 'https://x.y/f', caption: '**Lea**' }] })).toEqual([
    { text: '', message: { attachment: { type: 'file', payload: { url: 'https://x.y/f' } } } },
    { text: 'Lea', message: { text: 'Lea' } },
    { text: 'Fin', message: { text: 'Fin' } },
  ]);
});
