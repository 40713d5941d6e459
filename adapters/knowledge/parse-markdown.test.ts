import { describe, expect, it } from 'vitest';
import { parseFile } from './parse-file.ts';

const parse = (content: string) => parseFile('notas.es.md', Buffer.from(content), () => {});
const words = async (content: string) => (await parse(content)).map(({ title, text }) => [title, text]);

describe('HTML in Markdown', () => {
  it.each([
    [
      'a table',
      '<table><tr><th>Sala</th><th>Piso</th></tr><tr><td>Azul</td><td>Dos</td></tr></table>',
      'Sala: Azul; Piso: Dos',
    ],
    ['a table without headings', '<table><tr><td>Azul</td><td>Dos</td></tr></table>', 'Azul | Dos'],
    ['a paragraph', '<p align="center">La sala está arriba.</p>', 'La sala está arriba.'],
    ['a list', '<ul>\n<li>Uno</li>\n<li>Dos</li>\n</ul>', '- Uno\n- Dos'],
    ['a block with Markdown', '<div>\n\n**Sala** azul\n\n</div>', 'Sala azul'],
    ['breaks', 'Lunes<br>Martes<br/>Jueves', 'Lunes\nMartes\nJueves'],
    ['a break in a cell', '|Día|Hora|\n|-|-|\n|Lunes|9:00<br />14:00|', 'Día: Lunes; Hora: 9:00 14:00'],
    ['entities', 'Ca&ntilde;a&nbsp;&amp; t&#233; &lt; 3&nbsp;&euro;', 'Caña & té < 3 €'],
    ['inline tags', 'Pulse <kbd>F5</kbd> y <b>espere</b> H<sub>2</sub>O', 'Pulse F5 y espere H2O'],
    ['what is no tag', 'Escriba <su número> y <PIN>.', 'Escriba <su número> y <PIN>.'],
    ['an open script and a title', 'Use <title> o <script> así.', 'Use <title> o  así.'],
    ['a comment', 'Antes <!-- secreto --> después', 'Antes después'],
    [
      'comments and scripts of all kinds',
      '<div>Uno<SCRIPT>a</Script > dos<!-- <script> --> tres<style>b</style></div>',
      'Uno dos tres',
    ],
    ['a beginning of a comment in one', 'Uno <!-- a <!-- b --> dos', 'Uno dos'],
    ['an open style before a comment', '<div>İstanbul <style> uno <!-- a --> dos</div>', 'İstanbul uno dos'],
  ])('is read: %s', async (_, content, text) => {
    const [[title, found]] = (await words(`# Sala\n\n${content}\n\n# Fin\nYa.\n`)) as [[string, string]];
    expect([title, found]).toEqual(['Sala', text.replace('  ', ' ')]);
  });

  it('makes the question of an expandable answer its heading, with Markdown inside too', async () => {
    const content = `# Dudas

<details>
<summary>¿Hay <b>turno</b> de noche?</summary>

Sí, hasta las **seis**.

- Con cita
</details>

<details open><summary>¿Y en agosto?</summary>No.</details>

Fin.`;
    expect(await words(content)).toEqual([
      ['Dudas › ¿Hay turno de noche?', 'Sí, hasta las seis.\n\n- Con cita'],
      ['Dudas › ¿Y en agosto?', 'No.'],
      ['Dudas', 'Fin.'],
    ]);
  });

  it('gives headings in HTML and entities in headings', async () => {
    expect(await words('<h2 id="x">Caf&eacute;<br>solo</h2>\n\nGratis.\n\n## T&eacute;\n\nDos.')).toEqual([
      ['Café solo', 'Gratis.'],
      ['Té', 'Dos.'],
    ]);
  });
});

describe('a heading with nothing under it', () => {
  it.each([
    ['# Horas: de 9 a 18\n\n# Tel: 555 0100', [['notas', 'Horas: de 9 a 18\n\nTel: 555 0100']]],
    ['## ¿Abre el domingo? No.\n\n## ¿Y el sábado? Sí.', [['notas', '¿Abre el domingo? No.\n\n¿Y el sábado? Sí.']]],
    ['# Dudas\n## Solo efectivo', [['Dudas', 'Solo efectivo']]],
    [
      '# Sala\nArriba.\n## Sin cita\n# Patio\nAbajo.',
      [
        ['Sala', 'Arriba.\n\nSin cita'],
        ['Patio', 'Abajo.'],
      ],
    ],
    ['# Sala\n## Piso\n### Dos', [['Sala › Piso', 'Dos']]],
    ['<h3>Tel 555 0100</h3>\n\n<h3>Calle Luna 4</h3>', [['notas', 'Tel 555 0100\n\nCalle Luna 4']]],
  ])('is text: %s', async (content, passages) => {
    expect(await words(content)).toEqual(passages);
  });

  it('is none where a deeper one follows', async () => {
    expect(await words('# Sala\n## Piso\nDos.\n\n# Patio\n## Verja\nVerde.')).toEqual([
      ['Sala › Piso', 'Dos.'],
      ['Patio › Verja', 'Verde.'],
    ]);
  });
});

describe('a rule right under a line', () => {
  it.each([
    ['Abre de 9 a 18.\n---\nTel 555\n---', [['notas', 'Abre de 9 a 18.\n\nTel 555']]],
    [
      '---\nP: ¿Horas?\nR: De 9 a 18\n---\nP: ¿Tel?\nR: 555\n---',
      [['notas', 'P: ¿Horas? R: De 9 a 18\n\nP: ¿Tel? R: 555']],
    ],
    [
      '---\np: ¿Horas?\nr: De 9 a 18\n---\np: ¿Tel?\nr: 555\n---',
      [['notas', 'p: ¿Horas? r: De 9 a 18\n\np: ¿Tel? r: 555']],
    ],
    [
      '# Sala\nAbre a las 9.\n---\nCon tarjeta.\n-----\nSin cita.',
      [['Sala', 'Abre a las 9.\n\nCon tarjeta.\n\nSin cita.']],
    ],
    [
      '---\n# Horas\nA las 9.\n---\n# Pagos\nTarjeta.\n---',
      [
        ['Horas', 'A las 9.'],
        ['Pagos', 'Tarjeta.'],
      ],
    ],
  ])('parts: %s', async (content, passages) => {
    expect(await words(content)).toEqual(passages);
  });

  it.each([
    ['Horas\n---\nDe 9 a 18.', [['Horas', 'De 9 a 18.']]],
    ['¿Hay turno?\n---\nSí.', [['¿Hay turno?', 'Sí.']]],
    ['Horas\n=====\nDe 9 a 18.', [['Horas', 'De 9 a 18.']]],
    [
      '¿Hay turno?\n-----------\nSí.\n\n¿Y cita?\n--------\nNo.',
      [
        ['¿Hay turno?', 'Sí.'],
        ['¿Y cita?', 'No.'],
      ],
    ],
  ])('underlines a title: %s', async (content, passages) => {
    expect(await words(content)).toEqual(passages);
  });
});

it.each([
  ['|Plan|€|\n|-|-|\n|A|1|\nPrecios sin IVA.', 'Plan: A; €: 1\n\nPrecios sin IVA.'],
  ['Plan | €\n- | -\nA | 1\nB | 2', 'Plan: A; €: 1\nPlan: B; €: 2'],
])('ends a table where its bars end: %s', async (content, text) => {
  expect(await words(content)).toEqual([['notas', text]]);
});

it.each([
  ['~~20 €~~ **15 €**', '15 €'],
  ['Antes <s>20 €</s>, ahora 15 €', 'Antes , ahora 15 €'],
  ['39<sup>99</sup> € y 4 m<sup>2</sup>', '39⁹⁹ € y 4 m²'],
  ['H~2~O y CO~2~', 'H2O y CO2'],
  ['De ~10 a ~20 días', 'De ~10 a ~20 días'],
  ['Son ~10 días~ o más', 'Son ~10 días~ o más'],
])('keeps the value of numbers: %s', async (content, text) => {
  expect(await words(content)).toEqual([['notas', text]]);
});

describe('front matter', () => {
  it.each([
    ['título: Hola\nidioma: it', 'it'],
    ['título: Hola\nNota: esto\nDirección: Calle 5, @centro\nidioma: pt-BR', 'pt'],
    ['Titolo: Hola\nlingua: it', 'it'],
    ['заголовок: Hola\nязык: ru', 'ru'],
    ['عنوان: Hola\nزبان: fa', 'fa'],
    ['العنوان: Hola\nاللغة: ar', 'ar'],
    ['ti\u0301tulo: Hola\ndescripción: corta', 'es'],
    ['categoría: pagos\ntitle: Hola', 'es'],
  ])('says title and language in any language: %s', async (fields, language) => {
    expect(await parse(`---\n${fields}\n---\nTexto.`)).toEqual([{ title: 'Hola', text: 'Texto.', language }]);
  });

  it.each([
    ['a colon in the title', 'title: Envíos: plazos y precios', 'Envíos: plazos y precios'],
    ['an address', 'author: @marta\ntitle: Uno', 'Uno'],
    ['a percent sign and a star', 'discount: %10\nmark: *yes\ntitle: Uno', 'Uno'],
    ['a quotation mark that stays open', 'title: "Uno\nlang: it_IT', '"Uno'],
    ['a bracket that stays open', 'tags: [a, b\ntitle: Uno', 'Uno'],
    ['tabs', 'tags:\n\t- a\ntitle: Uno', 'Uno'],
    ['the same field twice', 'title: Cero\ntitle: Uno', 'Uno'],
    ['no space', 'title:Uno', 'Uno'],
    ['a text of several lines', 'title: >-\n  Uno\n  dos\ntags:\n- a', 'Uno dos'],
    ['a comment and an empty line', '# nota\n\ntitle: Uno', 'Uno'],
    ['a number', 'title: 112', '112'],
    ['brackets in front', 'title: [Oferta] plazos', '[Oferta] plazos'],
    ['quotation marks in front', 'title: "Uno" y dos', '"Uno" y dos'],
    ['a longer title with a colon', 'title: Uno\n  y dos: tres', 'Uno y dos: tres'],
  ])('costs nothing with %s', async (_, fields, title) => {
    expect(await words(`---\n${fields}\n---\n\nHola.\n`)).toEqual([[title, 'Hola.']]);
  });

  it('may stand below an empty line', async () => {
    expect(await words('\n\n---\ntitle: Uno\n---\nHola.')).toEqual([['Uno', 'Hola.']]);
  });

  it('may be TOML', async () => {
    expect(await words('+++\ntitle = "Uno: dos"\n+++\nHola.')).toEqual([['Uno: dos', 'Hola.']]);
  });

  it.each([
    ['a rule on top', '---\n\nHola a todos.\n\n---\n\nAdiós.', 'Hola a todos.\n\nAdiós.'],
    [
      'a rule and a sentence with a colon',
      '---\nAviso: hoy no abrimos.\n\n---\nAdiós.',
      'Aviso: hoy no abrimos.\n\nAdiós.',
    ],
    ['a rule and a list', '---\n- Lunes\n- Martes\n\n---\nAdiós.', '- Lunes\n- Martes\n\nAdiós.'],
    ['a rule and a clock', '---\n10:30 abrimos\n\n---\nAdiós.', '10:30 abrimos\n\nAdiós.'],
    ['one rule', '---\nHola.', 'Hola.'],
    ['an open quotation', '---\n"Hola\n\n---\nAdiós.', '"Hola\n\nAdiós.'],
  ])('is not what stands below %s', async (_, content, text) => {
    expect(await words(content)).toEqual([['notas', text]]);
  });
});

it('reads what stands in more quotations and lists than people write as less deep, and tells the line', async () => {
  const told: string[] = [];
  const content = `---\ntitle: Sala\n---\n${'> '.repeat(100_000)}Hondo.\n\nAbierto.\n\n${'- '.repeat(30)}Alto.\n`;
  const passages = await parseFile('notas.es.md', Buffer.from(content), (what) => told.push(what));
  expect(told).toEqual([
    'lines 4, 8 stand in more than 10 quotations and lists in each other and were read as less deep.',
  ]);
  expect(passages.map(({ title, text }) => [title, text.replace(/[\s-]+/g, ' ')])).toEqual([
    ['Sala', 'Hondo. Abierto. Alto.'],
  ]);
});

describe('a line longer than anybody writes', () => {
  it('keeps every word, in its order', async () => {
    const all = Array.from({ length: 4_000 }, (_, at) => `palabra${at}`);
    const said = (await parse(`# Sala\n\n${all.join(' ')}`)).map(({ text }) => text).join(' ');
    expect([...new Set(said.match(/palabra\d+/g))]).toEqual(all);
  });

  it('of a picture that is written as letters is none', async () => {
    const picture = `data:image/png;base64,${'iVBORw0KGgo'.repeat(2_000)}=`;
    const said = await words(`Antes ![plano](${picture}) después\n\n[logo]: <${picture}>`);
    expect(said).toEqual([['notas', expect.stringMatching(/^Antes .*después$/)]]);
    expect(JSON.stringify(said)).not.toContain('iVBOR');
  });
});
