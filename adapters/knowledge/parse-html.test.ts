import { describe, expect, it } from 'vitest';
import { parseFile } from './parse-file.ts';

const parse = (content: string, file = 'page.es.html') => parseFile(file, Buffer.from(content), () => {});
const page = (body: string, attributes = 'lang="es"') =>
  `<!doctype html><html ${attributes}><head><title>Ayuda | Tienda Sol</title></head><body>${body}</body></html>`;
const LONG = 'El portero abre la puerta del patio a quien viene con un encargo y firma en la hoja. '.repeat(15);

describe('the language of a page', () => {
  it.each([
    ['pt_BR', 'pt'],
    ['EN-us', 'en'],
    ['es-419', 'es'],
    ['zh-Hant-TW', 'zh'],
    ['it_IT.UTF-8', 'it'],
    ['', 'es'],
    ['{{ lang }}', 'es'],
    ['spanish', 'es'],
    ['x-default', 'es'],
    ['_', 'es'],
  ])('%j costs nothing', async (tag, language) => {
    const passages = await parse(page(`<main><h1>Patio</h1><p>${LONG}</p></main>`, `lang="${tag}"`));
    expect(passages.length).toBeGreaterThan(1);
    expect(new Set(passages.map((passage) => passage.language))).toEqual(new Set([language]));
  });

  it('is that of the body or of XML where the page has none, and of the file where nobody says it', async () => {
    expect((await parse('<html><body lang=RU-RU><p>Да</p></body></html>'))[0]).toMatchObject({ language: 'ru' });
    expect((await parse('<html xml:lang="fa"><body><p>x</p></body></html>'))[0]).toMatchObject({ language: 'fa' });
    expect((await parse('<p>x</p>'))[0]).toMatchObject({ language: 'es' });
    expect((await parse('<p>x</p>', 'page.html'))[0]).not.toHaveProperty('language');
  });
});

describe('what a page hides until it is clicked', () => {
  it.each([
    ['style', '<h3>Q</h3><div style="display: none">A</div>'],
    ['visibility', '<h3>Q</h3><div style="visibility:hidden;height:0">A</div>'],
    ['hidden', '<h3>Q</h3><div hidden="until-found">A</div>'],
    ['aria-hidden', '<h3>Q</h3><section aria-hidden="true"><p>A</p></section>'],
    ['details', '<details><summary>Q</summary>A</details>'],
    ['details with a heading', '<details><summary><h4>Q</h4></summary><p>A</p></details>'],
    ['a button in a heading', '<h3><button aria-expanded="false">Q</button></h3><div class="collapse">A</div>'],
    ['a button', '<button aria-expanded="false" aria-controls="a">Q</button><div id="a" hidden>A</div>'],
    ['a link', '<a data-toggle="collapse" href="#a">Q</a><div id="a" class="collapse">A</div>'],
    ['a label', '<input type="checkbox" id="q"><label for="q">Q</label><div class="tab-content">A</div>'],
    ['a list', '<ul><li><div class="faq-question">Q</div><div class="faq-answer">A</div></li></ul>'],
    ['terms', '<dl><dt>Q</dt><dd>A</dd></dl>'],
    ['role', '<div role="heading" aria-level="3">Q</div><div role="region" hidden>A</div>'],
    ['an element of its own', '<faq-item><div class="title">Q</div><faq-text hidden>A</faq-text></faq-item>'],
  ])('is read: %s', async (_, markup) => {
    const item = (question: string, answer: string) =>
      markup.replace('>Q<', `>${question}<`).replace('>A<', `>${answer}<`);
    const body = `<main><h1>Dudas</h1><p>Aquí.</p>${item('¿Abren los lunes?', 'Abrimos a las diez.')}${item('¿Y los martes?', 'Cerramos el martes.')}</main>`;
    expect(
      (await parse(page(body))).map(({ title, text }) => [title.split(' › ').at(-1), text.replace(/^- /, '')]),
    ).toEqual([
      ['Dudas', 'Aquí.'],
      ['¿Abren los lunes?', 'Abrimos a las diez.'],
      ['¿Y los martes?', 'Cerramos el martes.'],
    ]);
  });

  it('ends with its element', async () => {
    const body = '<main><h1>Dudas</h1><details><summary>Uno</summary>Una.</details><p>Todo lo demás.</p></main>';
    expect((await parse(page(body))).map(({ title, text }) => [title, text])).toEqual([
      ['Ayuda › Dudas › Uno', 'Una.'],
      ['Ayuda › Dudas', 'Todo lo demás.'],
    ]);
  });
});

describe('a page drawn with blocks', () => {
  it('loses none of them, whatever their sizes', async () => {
    const blocks = ['Corto uno.', LONG, 'Corto dos.', 'Tel. 555 0100', LONG].map(
      (text, at) => `<div class="row"><div class="col"><div>Parte ${at}: ${text}</div></div></div>`,
    );
    const all = (await parse(page(`<div id="app">${blocks.join('')}</div>`))).map(({ text }) => text).join('\n');
    for (let at = 0; at < 5; at++) expect(all).toContain(`Parte ${at}:`);
    expect(all).toContain('555 0100');
  });

  it('keeps a question without an answer as text', async () => {
    expect(await parse('<p>Abrimos a las nueve.</p><p>¿Algo no queda claro?</p>')).toMatchObject([
      { text: 'Abrimos a las nueve.\n\n¿Algo no queda claro?' },
    ]);
  });

  it('leaves menus, cookies and icons out, and keeps lists of links in the text', async () => {
    const body = `<header><a href="/">Sol</a></header><div class="top"><a href="/a">Uno</a> | <a href="/b">Dos</a> | <a href="/c">Tres</a></div>
      <div class="cookie-bar">Usamos cookies. <button>Vale</button></div>
      <main><h1>Contacto</h1><p><i class="material-icons">phone</i>Llame.</p>
      <ul><li><a href="/x">Cita</a></li><li><a href="/y">Mapa</a></li><li><a href="/z">Correo</a></li></ul></main>
      <div role="contentinfo">© Sol</div>`;
    expect(await parse(page(body))).toMatchObject([
      { title: 'Ayuda › Contacto', text: 'Llame.\n\n- Cita\n- Mapa\n- Correo' },
    ]);
  });

  it('takes a block with links in any script for what it is', async () => {
    const links = '<a href="/a">یک</a> <a href="/b">دو</a> <a href="/c">سه</a>';
    expect(await parse(page(`<div>${links}</div><div>ساعت کار ما از نه است: ${links}</div>`))).toMatchObject([
      { text: 'ساعت کار ما از نه است: یک دو سه' },
    ]);
  });

  it('reads pages without a body or a head, and tables in tables', async () => {
    expect(await parse('<!doctype html><html><title>Horas</title><h1>Horas</h1><p>Nueve.')).toMatchObject([
      { title: 'Horas', text: 'Nueve.' },
    ]);
    const inner = '<table><tr><th>Zona</th><th>Precio</th></tr><tr><td>Sur</td><td>9 €<br>al mes</td></tr></table>';
    expect(await parse(page(`<table><tr><td>Menú</td><td>${inner}</td></tr></table>`))).toMatchObject([
      { text: expect.stringContaining('Zona: Sur; Precio: 9 € al mes') },
    ]);
  });
});
