import { describe, expect, test } from 'vitest';
import { parseMarkup } from './markup.ts';

describe('Telegram HTML', () => {
  test('nested tags, entities and links', () => {
    expect(parseMarkup('Hi <b>a <i>b</i></b> &lt;x&gt; <a href="https://a.b/?x=1&amp;y=2">c</a>', 'html')).toEqual([
      'Hi ',
      { tag: 'b', children: ['a ', { tag: 'i', children: ['b'] }] },
      ' <x> ',
      { tag: 'a', href: 'https://a.b/?x=1&y=2', children: ['c'] },
    ]);
  });

  test('what is not in the subset stays text', () => {
    const evil = '<img src="x" onerror="alert(1)"><script>alert(1)</script>';
    expect(parseMarkup(evil, 'html')).toEqual([evil]);
    expect(parseMarkup('<a href="javascript:alert(1)">x</a>', 'html')).toEqual(['<a href="javascript:alert(1)">x</a>']);
    expect(parseMarkup('a &lt;b&gt; <b>c', 'html')).toEqual(['a <b> ', { tag: 'b', children: ['c'] }]);
    expect(parseMarkup('5 < 6 & 7', 'html')).toEqual(['5 < 6 & 7']);
  });

  test('a closing tag without its opening one stays text', () => {
    expect(parseMarkup('<b>a</i></b>', 'html')).toEqual([{ tag: 'b', children: ['a</i>'] }]);
  });

  test('bare addresses become links, not in code', () => {
    expect(parseMarkup('see https://a.b/c. <code>https://a.b</code>', 'html')).toEqual([
      'see ',
      { tag: 'a', href: 'https://a.b/c', children: ['https://a.b/c'] },
      '. ',
      { tag: 'code', children: ['https://a.b'] },
    ]);
  });
});

describe('WhatsApp', () => {
  test('signs, also nested', () => {
    expect(parseMarkup('*a _b_* ~c~ `*d*`', 'whatsapp')).toEqual([
      { tag: 'b', children: ['a ', { tag: 'i', children: ['b'] }] },
      ' ',
      { tag: 's', children: ['c'] },
      ' ',
      { tag: 'code', children: ['*d*'] },
    ]);
  });

  test('signs inside words, beside spaces or over lines are text', () => {
    for (const text of ['2*3*4', 'a * b * c', 'snake_case_name', '*a\nb*'])
      expect(parseMarkup(text, 'whatsapp')).toEqual([text]);
  });

  test('Arabic and Persian letters count as letters', () => {
    expect(parseMarkup('*سلام* دوست', 'whatsapp')).toEqual([{ tag: 'b', children: ['سلام'] }, ' دوست']);
  });

  test('quotations and code blocks', () => {
    expect(parseMarkup('a\n> b *c*\n> d\ne ```x\n*y*```', 'whatsapp')).toEqual([
      'a\n',
      { tag: 'quote', children: ['b ', { tag: 'b', children: ['c'] }, '\nd'] },
      'e ',
      { tag: 'pre', children: ['x\n*y*'] },
    ]);
  });
});

test('plain text keeps all signs and links addresses', () => {
  expect(parseMarkup('<b>*a*</b> http://x.y/z)', 'plain')).toEqual([
    '<b>*a*</b> ',
    { tag: 'a', href: 'http://x.y/z', children: ['http://x.y/z'] },
    ')',
  ]);
});

test('Markdown, as a model writes it', () => {
  expect(parseMarkup('**a** _b_ ~~c~~ `d`, 2 * 3', 'markdown')).toEqual([
    { tag: 'b', children: ['a'] },
    ' ',
    { tag: 'i', children: ['b'] },
    ' ',
    { tag: 's', children: ['c'] },
    ' ',
    { tag: 'code', children: ['d'] },
    ', 2 * 3',
  ]);
});
