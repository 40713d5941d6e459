import { describe, expect, it } from 'vitest';
import { convert, inline, type Markup, PLAIN, readable, shorten, split, splitMarkdown } from './text.ts';

const TAGS: Markup = {
  text: (text) => text,
  bold: (text) => `<b>${text}</b>`,
  italic: (text) => `<i>${text}</i>`,
  strike: (text) => `<s>${text}</s>`,
  code: (text) => `<c>${text}</c>`,
  link: (text, url) => (text === url ? url : `<a ${url}>${text}</a>`),
  block: (text) => `<pre>${text}</pre>`,
};

describe('split', () => {
  it('leaves what fits as it is and drops what is blank', () => {
    expect(split(' one two ', 10)).toEqual(['one two']);
    expect(split(' \n ', 10)).toEqual([]);
  });

  it('cuts at a blank line, else a line, a sentence, a word', () => {
    expect(split('aaaa aaaa\n\nbb\nbb', 14)).toEqual(['aaaa aaaa', 'bb\nbb']);
    expect(split('aaaa aaaa\nbb bb', 13)).toEqual(['aaaa aaaa', 'bb bb']);
    expect(split('Aaaa aaaa. Bb bbb', 14)).toEqual(['Aaaa aaaa.', 'Bb bbb']);
    expect(split('aaaa aaaa bbbb', 11)).toEqual(['aaaa aaaa', 'bbbb']);
  });

  it('counts bytes where the platform does', () => {
    const pieces = split('я'.repeat(1_500), 1_000, 'bytes');
    expect(pieces.map((piece) => Buffer.byteLength(piece))).toEqual([1_000, 1_000, 1_000]);
  });

  it('keeps families, flags and marked letters whole', () => {
    expect(split('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 12)).toEqual(['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦']);
    expect(split('🇮🇷🇪🇸', 6)).toEqual(['🇮🇷', '🇪🇸']);
    expect(split('éé'.normalize('NFD'), 3)).toEqual(['é'.normalize('NFD'), 'é'.normalize('NFD')]);
  });

  it('breaks a letter only where it alone is longer than the limit, and never a surrogate pair', () => {
    const pieces = split(`😀${'\u0301'.repeat(20)}`, 5);
    expect(pieces.every((piece) => piece.length <= 5 && piece.isWellFormed())).toBe(true);
    expect(pieces.join('')).toBe(`😀${'\u0301'.repeat(20)}`);
  });
});

it('closes a fenced block that is cut, and opens it again', () => {
  const pieces = splitMarkdown(`Log:\n\`\`\`\n${'line of a log\n'.repeat(8)}\`\`\`\nThat was **it**.`, 60);
  expect(pieces.every((piece) => piece.length <= 60)).toBe(true);
  const html = pieces.map((piece) => convert(piece, TAGS));
  expect(html.join('').match(/line of a log/g)).toHaveLength(8);
  expect(html.slice(0, -1).every((piece) => piece.includes('<pre>line') && !piece.includes('```'))).toBe(true);
  expect(html.at(-1)).toContain('That was <b>it</b>.');
});

it('shortens with room for what it puts at the end', () => {
  expect(shorten('Fibra 600', 20, 'utf16', '…')).toBe('Fibra 600');
  expect(shorten('Fibra de 600 Mbps en casa', 20, 'utf16', '…')).toBe('Fibra de 600 Mbps e…');
  expect(shorten('ййй', 5, 'bytes')).toBe('йй');
});

describe('Markdown', () => {
  it.each([
    ['**b** and __b__', '<b>b</b> and <b>b</b>'],
    ['***both***', '<b>both</b>'],
    ['*i* and _i_', '<i>i</i> and <i>i</i>'],
    ['~~s~~ `c*d*`', '<s>s</s> <c>c*d*</c>'],
    ['[t](https://x.y/a_b_)', '<a https://x.y/a_b_>t</a>'],
    ['![photo](https://x.y/p.jpg)', '<a https://x.y/p.jpg>photo</a>'],
    ['## Title ##', '<b>Title</b>'],
    ['# C#', '<b>C#</b>'],
    ['# A **bold** [l](https://x.y)', '<b>A bold l (https://x.y)</b>'],
    ['- one\n* two\n+ three', '• one\n• two\n• three'],
    ['```js\na*b*c\n```', '<pre>a*b*c</pre>'],
  ])('%s', (markdown, expected) => {
    expect(convert(markdown, TAGS)).toBe(expected);
  });

  it.each([
    '2*3*4',
    'snake_case_name',
    'а*б*в и г_д_е',
    'a_b__c__d',
    'a * b * c',
    '[x](y)',
    '#hashtag',
    '**open',
    'https://example.com/_a_/*b*?c=__d__',
  ])('leaves %s alone', (text) => {
    expect(convert(text, TAGS)).toBe(text);
  });

  it('takes an address without the sentence’s punctuation', () => {
    expect(inline('See https://x.y/a.').map((piece) => piece.text)).toEqual(['See ', 'https://x.y/a', '.']);
    expect(inline('(https://x.y/a)')[1]).toEqual({ kind: 'link', text: 'https://x.y/a', url: 'https://x.y/a' });
  });

  it('reads plainly without its markup', () => {
    expect(convert('**Hola** [aquí](https://x.y) https://x.y', PLAIN)).toBe('Hola aquí (https://x.y) https://x.y');
    expect(readable('```\n```')).toBe(false);
    expect(readable('a')).toBe(true);
  });

  it.each(['[', '*', '_', '`', '# ', '~~a', '[a](', 'https://', '\n', ' #'])(
    'takes %j a hundred thousand times',
    (bit) => {
      expect(convert(bit.repeat(100_000), PLAIN)).toEqual(expect.any(String));
    },
  );
});
