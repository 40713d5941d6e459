import { expect, test } from 'vitest';
import { parseHtml } from './telegram-html.ts';

test.each([
  ['plain', 'plain', []],
  ['1 &lt; 2 &amp; 3 &gt; 2 &quot;x&quot; &#128640; &#x41; &nbsp;', '1 < 2 & 3 > 2 "x" 🚀 A &nbsp;', []],
  [
    '<b>bold</b> <I>it</I>',
    'bold it',
    [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 5, length: 2 },
    ],
  ],
  ['👋 <b>bold</b>', '👋 bold', [{ type: 'bold', offset: 3, length: 4 }]],
  [
    '<b>a <i>b</i></b>',
    'a b',
    [
      { type: 'bold', offset: 0, length: 3 },
      { type: 'italic', offset: 2, length: 1 },
    ],
  ],
  [
    '<a href="https://example.com/?a=1&amp;b=2">here</a>',
    'here',
    [{ type: 'text_link', offset: 0, length: 4, url: 'https://example.com/?a=1&b=2' }],
  ],
  ['<pre><code class="language-ts">x</code></pre>', 'x', [{ type: 'pre', offset: 0, length: 1, language: 'ts' }]],
  ['<blockquote expandable>q</blockquote>', 'q', [{ type: 'expandable_blockquote', offset: 0, length: 1 }]],
  ['<span class="tg-spoiler">s</span>', 's', [{ type: 'spoiler', offset: 0, length: 1 }]],
  [
    '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
    '👍',
    [{ type: 'custom_emoji', offset: 0, length: 2, custom_emoji_id: '5368324170671202286' }],
  ],
  ['  <b> x </b>  ', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  ['<b></b>empty', 'empty', []],
  ['<b>short close</>', 'short close', [{ type: 'bold', offset: 0, length: 11 }]],
])('%s', (source, text, entities) => {
  expect(parseHtml(source)).toEqual({ ok: true, text, entities });
});

test.each([
  ['<p>x</p>', 'Unsupported start tag "p" at byte offset 0'],
  ['é <br> x', 'Unsupported start tag "br" at byte offset 3'],
  ['a < b and c > d', 'Unsupported start tag "" at byte offset 2'],
  ['a <b', 'Unclosed start tag at byte offset 2'],
  ['<a href="x', 'Unclosed start tag "a" at byte offset 0'],
  ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
  ['x</b>', 'Unexpected end tag at byte offset 1'],
  ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
  ['<b>x</b y>', 'Unclosed end tag at byte offset 4'],
  ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ['<tg-emoji emoji-id="no">x</tg-emoji>', 'Invalid custom emoji identifier specified at byte offset 0'],
])('%s is refused', (source, error) => {
  expect(parseHtml(source)).toEqual({ ok: false, error });
});
