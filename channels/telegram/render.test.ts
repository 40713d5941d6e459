import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../../core/ports.ts';
import { render, type TelegramPart } from './render.ts';

const parts = (content: Outgoing) => render(content) as unknown as TelegramPart[];

describe('text', () => {
  it.each([
    ['**a & b** <i>', '<b>a & b</b> &lt;i&gt;', 'a & b <i>'],
    [
      '[x "y"](https://x.y/?a=1&b="2")',
      '<a href="https://x.y/?a=1&amp;b=&quot;2&quot;">x "y"</a>',
      'x "y" (https://x.y/?a=1&b="2")',
    ],
    ['2*3*4_a_b [x](y) <b>', '2*3*4_a_b [x](y) &lt;b&gt;', '2*3*4_a_b [x](y) <b>'],
    ['```\na < b\n```', '<pre>a &lt; b</pre>', 'a < b'],
    ['https://x.y/_a_/', 'https://x.y/_a_/', 'https://x.y/_a_/'],
  ])('%j', (markdown, html, plain) => {
    expect(parts({ text: markdown })).toEqual([
      { method: 'sendMessage', text: plain, body: { text: html, parse_mode: 'HTML' }, plain: { text: plain } },
    ]);
  });

  it('1500 Cyrillic letters are one message, 9000 three', () => {
    expect(parts({ text: 'ж'.repeat(1_500) })).toHaveLength(1);
    expect(parts({ text: 'ж'.repeat(9_000) })).toHaveLength(3);
  });
});

describe('buttons', () => {
  it('short ones stand two in a row, under the last message, with and without markup', () => {
    const buttons = ['Sí', 'No', 'Una respuesta más larga', 'A'].map((title) => ({ id: title, title }));
    const [first, last] = parts({ text: 'palabra '.repeat(600), buttons });
    const button = (title: string) => ({ text: title, callback_data: title });
    const reply_markup = {
      inline_keyboard: [[button('Sí'), button('No')], [button('Una respuesta más larga')], [button('A')]],
    };
    expect(first!.body.reply_markup).toBeUndefined();
    expect([last!.body.reply_markup, last!.plain.reply_markup]).toEqual([reply_markup, reply_markup]);
  });

  it('long ids are cut to 64 bytes and stay apart', () => {
    const buttons = [1, 2].map((n) => ({ id: 'я'.repeat(60) + n, title: `${n}` }));
    const { inline_keyboard } = parts({ text: '?', buttons })[0]!.body.reply_markup as {
      inline_keyboard: { callback_data: string }[][];
    };
    const data = inline_keyboard.flat().map(({ callback_data }) => callback_data);
    expect(data).toEqual(['я'.repeat(32), `${'я'.repeat(31)} 2`]);
    expect(data.every((value) => Buffer.byteLength(value) <= 64)).toBe(true);
  });

  it('hang on a picture where there is no text', () => {
    const shown = parts({
      text: '',
      buttons: [{ id: 'a', title: 'A' }],
      media: [{ kind: 'image', url: 'https://x.y/i' }],
    });
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ method: 'sendPhoto', body: { photo: 'https://x.y/i', reply_markup: {} } });
  });
});

it('a caption that does not fit goes on as text; nothing is lost', () => {
  const caption = Array.from({ length: 300 }, (_, index) => `palabra${index}`).join(' ');
  const shown = parts({ text: '', media: [{ kind: 'video', url: 'https://x.y/v', caption }] });
  expect(shown.map(({ method }) => method)).toEqual(['sendVideo', ...shown.slice(1).map(() => 'sendMessage')]);
  expect(shown.map(({ text }) => text).join(' ')).toBe(caption);
});
