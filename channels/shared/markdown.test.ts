import { describe, expect, it } from 'vitest';
import { LONGEST_ANSWER } from '../../core/text/lengths.ts';
import { parseMarkdown, readMarkdown } from './markdown.ts';
import { type Mark, textOf } from './runs.ts';

const LETTERS: Record<Mark, string> = {
  quote: 'q',
  block: 'pre',
  bold: 'b',
  italic: 'i',
  strike: 's',
  code: 'c',
  address: 'at',
};

/** Each run in the tags of its marks. */
const tags = (markdown: string) =>
  parseMarkdown(markdown)
    .map(({ text, marks, url }) => {
      const inner = marks.reduceRight((now, mark) => `<${LETTERS[mark]}>${now}</${LETTERS[mark]}>`, text);
      return url === undefined ? inner : `<a ${url}>${inner}</a>`;
    })
    .join('');

describe('marks', () => {
  it.each([
    ['**b** and __b__', '<b>b</b> and <b>b</b>'],
    ['***both***', '<i><b>both</b></i>'],
    ['*i* and _i_', '<i>i</i> and <i>i</i>'],
    ['~~s~~ `c*d*`', '<s>s</s> <c>c*d*</c>'],
    ['**Turbo *600* now**', '<b>Turbo </b><b><i>600</i></b><b> now</b>'],
    ['a** with air **b', 'a<b> with air </b>b'],
    ['**Price: **39', '<b>Price: </b>39'],
    ['~~old ~~new', '<s>old </s>new'],
    ['**one\ntwo**', '<b>one</b><b>\n</b><b>two</b>'],
    ['5\\* a\\_b 1\\. \\[x\\] \\\\', '5* a_b 1. [x] \\'],
    ['`admin\\_2`', '<c>admin_2</c>'],
    ['Plan **Turbo for', 'Plan Turbo for'],
    ['Total**: 39', 'Total: 39'],
  ])('%j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    '2*3*4',
    '2 ** 3 ** 4',
    'snake_case_name',
    'а*б*в и г_д_е',
    'a_b__c__d',
    'a * b * c',
    '[x](y)',
    'a[i](x)',
    '#hashtag',
    'card ****1234',
    'about ~5 to ~9',
    'type <your name>',
    'if a < b and c > d',
    '<b>',
  ])('leaves %s alone', (text) => {
    expect(tags(text)).toBe(text);
  });
});

describe('links', () => {
  it.each([
    ['[t](https://x.y/a_b_)', '<a https://x.y/a_b_>t</a>'],
    ['[t](<https://x.y/a b>)', '<a https://x.y/a%20b>t</a>'],
    ['[t](https://x.y/a b)', '<a https://x.y/a%20b>t</a>'],
    ['[t](https://x.y/(a)/b)', '<a https://x.y/(a)/b>t</a>'],
    ['[t](https://x.y "Title")', '<a https://x.y>t</a>'],
    ['[t](https://x.y/?a=1&amp;b=2)', '<a https://x.y/?a=1&b=2>t</a>'],
    ['**[t](https://x.y)**', '<a https://x.y><b>t</b></a>'],
    ['[a **t**](https://x.y)', '<a https://x.y>a </a><a https://x.y><b>t</b></a>'],
    ['![photo](https://x.y/p.jpg)', '<a https://x.y/p.jpg>photo</a>'],
    ['[![photo](https://x.y/p.jpg)](https://x.y)', '<a https://x.y>photo</a>'],
    ['[t][1] so\n\n[1]: https://x.y', '<a https://x.y>t</a> so'],
    ['So\n\n[1]: https://x.y', 'So\n1: <at>https://x.y</at>'],
    ['[x.y](https://www.x.y/)', '<at>https://www.x.y/</at>'],
    ['[me@x.es](mailto:me@x.es?subject=a)', '<at>me@x.es</at>'],
    ['[900 12 34](tel:9001234)', '<at>9001234</at>'],
    ['[call](tel:+349001234)', '<a tel:+349001234>call</a>'],
    ['[plans](/plans) [script](javascript:x) [up](#top)', 'plans script up'],
    ['[see more](plans)', 'see more'],
    ['[shop](shop.example/plans)', '<a https://shop.example/plans>shop</a>'],
    ['See https://x.y/a.', 'See <at>https://x.y/a</at>.'],
    ['(https://x.y/a) «https://x.y/b»', '(<at>https://x.y/a</at>) «<at>https://x.y/b</at>»'],
    ['https://x.y/wiki/A_(b)', '<at>https://x.y/wiki/A_(b)</at>'],
    ['https://x.y/_a_/*b*?c=__d', '<at>https://x.y/_a_/*b*?c=__d</at>'],
    ['**https://x.y/a**', '<b><at>https://x.y/a</at></b>'],
    ['<https://x.y> <me@x.es>', '<at>https://x.y</at> <at>me@x.es</at>'],
  ])('%j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });
});

describe('blocks', () => {
  it.each([
    ['## Title ##', '<b>Title</b>'],
    ['# C#', '<b>C#</b>'],
    ['##Title\ntext', '<b>Title</b>\ntext'],
    ['Title\n=====\ntext', '<b>Title</b>\ntext'],
    ['one\ntwo\n---\nthree', 'one\ntwo\nthree'],
    ['- one\n* two\n+ three', '• one\n• two\n• three'],
    ['- one\n  - two\n    - three\n- four', '• one\n  • two\n    • three\n• four'],
    ['3. one\n4. two\n   - three', '3. one\n4. two\n  • three'],
    ['1) one\n2) two', '1) one\n2) two'],
    ['- [ ] one\n- [x] two', '☐ one\n☑ two'],
    ['- one\n\n  more', '• one\n\n  more'],
    ['    indented', 'indented'],
    ['```js\na*b*c\n```', '<pre>a*b*c</pre>'],
    ['~~~\n**a**\n~~~', '<pre>**a**</pre>'],
    ['```\nnever closed', '<pre>never closed</pre>'],
    ['```markdown\n**a**\n```', '<b>a</b>'],
    ['> a **b**\n> c', '<q>a </q><q><b>b</b></q><q>\n</q><q>c</q>'],
    [
      '| Plan | Price |\n|:--|--:|\n| Turbo | **39** |\n| Eco | |',
      '• Plan: <b>Turbo</b> · Price: <b>39</b>\n• Plan: <b>Eco</b>',
    ],
  ])('%j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });
});

describe('HTML', () => {
  it.each([
    ['<b>a</b> <i>b</i> <del>c</del>', '<b>a</b> <i>b</i> <s>c</s>'],
    ['a<br>b<br/>c', 'a\nb\nc'],
    ['<strong>a **b**</strong>', '<b>a </b><b><b>b</b></b>'],
    ['<a href="https://x.y/?a=1&amp;b=2">t</a>', '<a https://x.y/?a=1&b=2>t</a>'],
    ['<p>a</p><p>b</p>', 'a\nb'],
    ['<ul>\n<li>a</li>\n<li>b</li>\n</ul>', '• a\n• b'],
    ['<div align="center">\n\n**a**\n\n</div>', '<b>a</b>'],
    ['a <!-- note --> b', 'a  b'],
    ['a &amp; b &lt;c&gt; 5&nbsp;&euro; &#39;d&#x27; &unknown; R&D', "a & b <c> 5\u00A0€ 'd' &unknown; R&D"],
    ['`&lt;`', '<c>&lt;</c>'],
  ])('%j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });
});

describe('marks of other dialects', () => {
  it.each([
    ['Abrimos el lunes[^1].\n\n[^1]: Solo por la mañana.', 'Abrimos el lunes (1).\n\n(1) Solo por la mañana.'],
    ['text[^1]\n\n[^1]: n', 'text (1)\n\n(1) n'],
    ['text [^1]\n[^1]: n', 'text (1)\n(1) n'],
    ['one[^a-b] two[^nota].\n\n[^a-b]: Uno.\n[^nota]: Dos.', 'one (a-b) two (nota).\n\n(a-b) Uno.\n(nota) Dos.'],
    [
      '**one[^1]** two[^1][^2]\n\n[^1]: x\n[^2]: https://x.y',
      '<b>one (1)</b> two (1) (2)\n\n(1) x\n(2) <at>https://x.y</at>',
    ],
    ['never told[^1], nor this[^nota].', 'never told, nor this.'],
    ['see [^1^](https://x.y/a)', 'see <a https://x.y/a>1</a>'],
    ['word^[as it was told] on', 'word (as it was told) on'],
    ['- one[^1]\n- two\n\n[^1]: x', '• one (1)\n• two\n\n(1) x'],
    ['```md\none[^1]\n\n[^1]: **x**\n```', 'one (1)\n\n(1) <b>x</b>'],
    ['So [1]\n\n[1]: n', 'So [1]\n1: n'],
  ])('notes: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it('a note far behind its mark is found', () => {
    const text = textOf(parseMarkdown(`one[^1]\n\n${'word '.repeat(900)}\n\n${'word '.repeat(900)}\n\n[^1]: two`));
    expect(text).toMatch(/^one \(1\)\n[\s\S]*\n\(1\) two$/);
  });

  it.each([
    ['At nine【4:0†faq.md】.', 'At nine.'],
    ['At nine 【12†source】【3:1†horario.txt】 and ten', 'At nine and ten'],
    ['**At nine【4†a】**', '<b>At nine</b>'],
    ['At nine \uE200cite\uE202turn0search1\uE201.', 'At nine.'],
    ['At nine :contentReference[oaicite:0]{index=0}.', 'At nine.'],
    ['[oai_citation:1‡the page](https://x.y/a)', '<a https://x.y/a>the page</a>'],
    ['| a | b |\n|--|--|\n| c【1†d】 | e |', '• a: <b>c</b> · b: e'],
  ])('what a model cites with: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['> [!NOTE]\n> Care', '<q>Care</q>'],
    ['> [!WARNING] Care', '<q>Care</q>'],
    ['>[!tip]- Care\n> now', '<q>Care</q><q>\n</q><q>now</q>'],
    ['> [!IMPORTANT]\n>\n> **Care**', '<q><b>Care</b></q>'],
    ['one\n\n> [!CAUTION]\n> - two', 'one\n\n<q>• </q><q>two</q>'],
    ['> > [!INFO]\n> > Care', '<q>Care</q>'],
  ])('kinds of notices: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['[Ver más][] y', 'Ver más y'],
    ['[Ver **más**][2]', 'Ver <b>más</b>'],
    ['![la foto][] y', 'la foto y'],
    ['- [Planes de casa][planes]', '• Planes de casa'],
    ['**[Ver más][1]**', '<b>Ver más</b>'],
    ['[Ver más][] y\n\n[ver más]: https://x.y', '<a https://x.y>Ver más</a> y'],
  ])('links without an address: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['==x==', 'x'],
    ['so ==very good==, yes', 'so very good, yes'],
    ['==**x**==', '<b>x</b>'],
    ['**==x==**', '<b>x</b>'],
    ['- ==x== y', '• x y'],
    ['(==x==)', '(x)'],
    ['x^2^', 'x²'],
    ['10^6^ m^2^.', '10⁶ m².'],
    ['1^er^ piso', '1er piso'],
    ['(a+b)^10^', '(a+b)¹⁰'],
    ['**m^3^**', '<b>m³</b>'],
    ['H~2~O, CO~2~', 'H₂O, CO₂'],
  ])('what is highlighted, raised or lowered: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['[a](<https://a.b/c d>)', '<a https://a.b/c%20d>a</a>'],
    ['[a](<https://a.b/c d/e f.pdf> "T")', '<a https://a.b/c%20d/e%20f.pdf>a</a>'],
    ['[a](<shop.example/c d>)', '<a https://shop.example/c%20d>a</a>'],
    ['![a](<//a.b/c d.png>)', '<a https://a.b/c%20d.png>a</a>'],
    ['<a href="https://a.b/c d">a</a>', '<a https://a.b/c%20d>a</a>'],
    ['[a](<mailto:a@b.es?subject=c d>)', '<a mailto:a@b.es?subject=c%20d>a</a>'],
    ['[a](<tel:+34 900 12 34>)', '<a tel:+349001234>a</a>'],
  ])('blanks in an address: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['<details><summary>S</summary>T</details>', 'S\nT'],
    ['<details>\n<summary>S</summary>\n\nT\n\n</details>', 'S\n\nT'],
    ['<details open><summary><b>S</b></summary>T</details> U', '<b>S</b>\nT\n U'],
    ['a<details><summary>S</summary>T</details>', 'a\nS\nT'],
    ['<summary>S</summary>**T**', 'S\n<b>T</b>'],
    ['<details><summary>S</summary><p>T</p></details>', 'S\nT'],
  ])('what is folded: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['\\(x^2\\)', 'x²'],
    ['El área es \\(\\pi r^2\\).', 'El área es π r².'],
    ['\\[ x = \\frac{1}{2} \\]', 'x = 1/2'],
    ['$$\\frac{a+b}{\\sqrt{2}} \\le 5$$', '(a+b)/(√2) ≤ 5'],
    ['$E=mc^2$ y $x_1$', 'E=mc² y x₁'],
    ['\\(39 \\times 12 = 468\\) €', '39 × 12 = 468 €'],
    ['**\\(x_{10}^{-2}\\)**', '<b>x₁₀⁻²</b>'],
    ['\\boxed{42}', '42'],
    ['Total: \\text{39 €} \\approx 42 \\$', 'Total: 39 € ≈ 42 $'],
    ['\\[\n\\begin{aligned} a &= 1 \\\\ b &= 2 \\end{aligned}\n\\]', 'a = 1\nb = 2'],
    ['$\\frac{x^{2}}{2}$ a $90^\\circ$', 'x²/2 a 90°'],
    ['- $v_{\\text{max}}$: 5 \\cdot 3', '• vₘₐₓ: 5 · 3'],
  ])('formulas: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['||spoiler||', 'spoiler'],
    ['The end: ||**he** wins||.', 'The end: <b>he</b> wins.'],
    ['(||a b||)', '(a b)'],
    ['- ||a||, ||b||', '• a, b'],
    ['> ||a||', '<q>a</q>'],
    [':::tip\nhola\n:::', 'hola'],
    ['::: warning **Care**\nhola\n\nso\n:::', '<b>Care</b>\nhola\n\nso'],
    [':::note[Care]\nhola\n:::\nso', 'Care\nhola\nso'],
    ['one\n\n::::info{icon=x}\n- two\n::::', 'one\n\n• two'],
    [':::details Ver más\nhola\n:::', 'Ver más\nhola'],
  ])('what is hidden, and boxes: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    ['a || b || c', 'a || b || c'],
    ['if (a||b||c)', 'if (a||b||c)'],
    ['Cuesta $5 y $10', 'Cuesta $5 y $10'],
    ['US$5 = AR$10', 'US$5 = AR$10'],
    ['C:\\text\\new', 'C:\\text\\new'],
    ['\\[Nombre\\] \\(opcional\\) \\(a\\)', '[Nombre] (opcional) (a)'],
    ['`\\(x^2\\) ||a||`', '<c>\\(x^2\\) ||a||</c>'],
    ['```\n:::tip\n$x_1$\n```', '<pre>:::tip\n$x_1$</pre>'],
    ['::: Oferta :::', '::: Oferta :::'],
    ['\\times', '×'],
  ])('what only looks like them: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });

  it.each([
    '[^a-z] is none',
    'if a==b and c==d',
    'a == b == c',
    '2^3 and 4^5, 2^3^4',
    '^_^ and ^o^',
    'a[i][j] a[0][]',
    '[Nombre][Apellido]',
    '[!NOTE] of a sentence',
    'from 5~8 to ~9',
    '【new】 here',
  ])('leaves %s alone', (text) => {
    expect(readMarkdown(text)).toBe(text);
  });

  it.each([
    ['`[^1] ==x== a^2^`', '<c>[^1] ==x== a^2^</c>'],
    ['```\n[^1]: x\n> [!NOTE]\n==x==\n```', '<pre>[^1]: x\n> [!NOTE]\n==x==</pre>'],
    ['~~~\n【4†a】\n~~~', '<pre>【4†a】</pre>'],
  ])('leaves code alone: %j', (markdown, expected) => {
    expect(tags(markdown)).toBe(expected);
  });
});

it('reads plainly without its markup', () => {
  expect(readMarkdown('**Hola** [aquí](https://x.y) https://x.y')).toBe('Hola aquí (https://x.y) https://x.y');
  expect(readMarkdown('[call **us**](tel:+349001234)!')).toBe('call us (+349001234)!');
  expect(readMarkdown('---\n\n<!-- a -->')).toBe('');
});

it('a long text keeps its blocks whole, whatever is fenced in it', () => {
  const bold = `**${'word '.repeat(1_500)}end**`;
  const fenced = `\`\`\`\n${'a *b*\n\n'.repeat(900)}\`\`\``;
  const runs = parseMarkdown(`${'One *two*.\n\n'.repeat(600)}${bold}\n\n${fenced}\n\nlast`);
  expect(runs.filter(({ marks }) => marks.includes('italic'))).toHaveLength(600);
  expect(runs.find(({ marks }) => marks.includes('bold'))?.text).toHaveLength(7_503);
  expect(textOf(runs)).not.toContain('`');
  expect(runs.at(-1)!.text).toBe('last');
});

it.each([
  '[',
  '*',
  '_',
  '`',
  '# ',
  '~~a',
  '**a ',
  '[a](',
  '![',
  'https://',
  '\n',
  ' #',
  '> ',
  '1. ',
  '<b>',
  '&',
  '|a',
  '\\',
])('takes %j twenty thousand times', (bit) => {
  expect(parseMarkdown(bit.repeat(20_000))).toEqual(expect.any(Array));
});

it('ends a text that nobody reads to its end with an ellipsis, and no other', () => {
  const said = (words: string) => textOf(parseMarkdown(words));
  const words = 'palabra '.repeat(LONGEST_ANSWER / 8).trim();
  expect(said(words)).toBe(words);
  const longer = said(`${words} ${words}`);
  expect(longer.length).toBeLessThanOrEqual(LONGEST_ANSWER);
  expect(longer).toMatch(/^(palabra\s+)+palabr?a?…$/);
});
