import { expect, it } from 'vitest';
import type { Outgoing } from '../../core/ports.ts';
import { render } from './render.ts';

const said = (content: Outgoing, limit = 4_000) =>
  render(content, limit).map((part) => (part as { text: string }).text);

it.each<[content: Outgoing, words: string[]]>([
  [{ text: 'تم تسجيل طلبك رقم 453.' }, ['تم تسجيل طلبك رقم 453.']],
  [{ text: '**Five** boxes, [see](https://shop.example).' }, ['Five boxes, see (https://shop.example).']],
  [{ text: '- one\n- two' }, ['• one\n• two']],
  [
    {
      text: 'Shall I order it?',
      buttons: [
        { id: 'y', title: 'Yes' },
        { id: 'no', title: '' },
        { id: '', title: ' ' },
      ],
    },
    ['Shall I order it?\n• Yes\n• no'],
  ],
  [
    {
      text: '',
      media: [
        { kind: 'image', url: 'https://x.example/1', caption: 'The _box_' },
        { kind: 'document', url: 'https://x.example/2', name: 'price_list_2026.pdf' },
        { kind: 'image', url: 'https://x.example/3' },
      ],
    },
    ['The box\nprice_list_2026.pdf'],
  ],
  // What is not written by a model is no Markdown.
  [{ text: 'Which?', buttons: [{ id: 'a', title: '2*3*4 _x_' }] }, ['Which?\n• 2*3*4 _x_']],
  [{ text: ' \n ' }, []],
  [{ text: '```' }, []],
])('says %j', (content, words) => {
  expect(said(content)).toEqual(words);
});

it('says what is long in parts, at the ends of sentences', () => {
  expect(said({ text: 'One two. Three four. Five six.' }, 16)).toEqual(['One two.', 'Three four.', 'Five six.']);
});
