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

describe('how to reach the business, where only the edge of a page says it', () => {
  const main = '<main><h1>Patio</h1><p>Abre el portero.</p></main>';
  const links =
    '<ul><li><a href="/a">Aviso legal</a></li><li><a href="/b">Privacidad</a></li><li><a href="/c">Blog</a></li></ul>';
  const contact = async (body: string, attributes?: string) =>
    (await parse(page(body, attributes))).slice(1).map(({ title, text }) => [title, text]);

  it.each([
    [
      'a footer',
      '<footer><p>Calle Luna 4, Madrid</p><p>Tel. <a href="tel:900123456">900 123 456</a></p></footer>',
      'Calle Luna 4, Madrid\n\nTel. 900 123 456',
    ],
    [
      'one with menus and rights',
      `<footer>${links}<nav><a href="/x">Inicio</a></nav><address>Calle Luna 4<br>hola@sol.example</address><p>© 2026 Sol. Todos los derechos reservados.</p></footer>`,
      'Calle Luna 4\nhola@sol.example',
    ],
    [
      'rights in the same line',
      '<footer>© 2026 Sol · Calle Luna 4 · 900 123 456</footer>',
      '© 2026 Sol · Calle Luna 4 · 900 123 456',
    ],
    ['its role', '<div role="contentinfo"><p>Lunes a viernes de 9 a 14 h.</p></div>', 'Lunes a viernes de 9 a 14 h.'],
    [
      'one in the other',
      '<div role="contentinfo"><footer><p>Escríbanos a hola@sol.example</p></footer></div>',
      'Escríbanos a hola@sol.example',
    ],
    [
      'a map behind the address',
      '<footer><p>Visítenos en nuestra tienda: <a href="https://maps.example/1">Calle Luna 4</a></p><p><a href="/legal">Aviso legal</a></p></footer>',
      'Visítenos en nuestra tienda: Calle Luna 4',
    ],
    [
      'scripts, a form and cookies beside it',
      '<footer><p>Tel. 900 123 456</p><script>var a = 1;</script><form>Suscríbete 24 h <input></form><div class="cookie-bar">30 cookies</div></footer>',
      'Tel. 900 123 456',
    ],
  ])('is read: %s', async (_, footer, text) => {
    expect(await contact(main + footer)).toEqual([['Contacto', text]]);
  });

  it.each([
    [
      'a phone',
      '<header><a href="/">Sol</a> <nav><a href="/a">Uno</a></nav><p>Llámenos: 900 123 456</p></header>',
      'Sol\n\nLlámenos: 900 123 456',
    ],
    ['hours', '<header><p>Abierto de 9 a 21 h</p></header>', 'Abierto de 9 a 21 h'],
    ['a mail', '<div role="banner"><span>hola@sol.example</span></div>', 'hola@sol.example'],
    ['a phone to tap', `<header>${links}<a href="tel:+34900123456">+34 900 123 456</a></header>`, '+34 900 123 456'],
    ['an offer', '<header><div>Envío gratis desde 50 €</div></header>', 'Envío gratis desde 50 €'],
  ])('is read in a header: %s', async (_, header, text) => {
    expect(await contact(header + main)).toEqual([['Contacto', text]]);
  });

  it('keeps its own headings', async () => {
    const footer = '<footer><h4>Tienda</h4><p>Calle Luna 4</p><h4>Horario</h4><p>De 9 a 14 h</p></footer>';
    expect(await contact(main + footer)).toEqual([
      ['Contacto › Tienda', 'Calle Luna 4'],
      ['Contacto › Horario', 'De 9 a 14 h'],
    ]);
  });

  it.each([
    ['en-GB', 'Contact'],
    ['it', 'Contatti'],
    ['ru-RU', 'Контакты'],
    ['fa', 'تماس با ما'],
    ['ar', 'اتصل بنا'],
    ['es_MX', 'Contacto'],
    ['de', 'Contact'],
  ])('is called so in %s', async (language, heading) => {
    expect(await contact(`${main}<footer><p>Luna 4</p></footer>`, `lang="${language}"`)).toEqual([[heading, 'Luna 4']]);
  });

  it.each([
    ['rights', '<footer>© 2026 Sol. Todos los derechos reservados.</footer>'],
    ['years', '<footer><p>Sol, desde 1998</p></footer>'],
    ['rights in Persian', '<footer><p>© ۱۴۰۴ همه حقوق محفوظ است</p></footer>'],
    ['a name', '<footer>Sol · empresa ficticia</footer>'],
    ['links', `<footer>${links}</footer>`],
    [
      'mostly links',
      '<footer>Zona 4: <a href="/a">Aviso legal y condiciones</a> <a href="/b">Política de privacidad</a></footer>',
    ],
    ['a menu', '<footer><nav><a href="/a">24 horas</a> <a href="/b">Zona 5</a></nav></footer>'],
    ['a logo', '<header><a href="/">Sol</a></header>'],
    ['a form', '<footer><form>Suscríbete: 10 % menos</form></footer>'],
  ])('is not there: %s', async (_, edge) => {
    expect(await contact(main + edge)).toEqual([]);
  });

  it('an article keeps its footer, and a header with the heading is content', async () => {
    const body = '<header><h1>Patio</h1><p>Piso 2</p></header><article><p>Abre.</p><footer>Nota 7</footer></article>';
    expect((await parse(page(body))).map(({ title, text }) => [title, text])).toEqual([
      ['Ayuda › Patio', 'Piso 2\n\nAbre.\n\nNota 7'],
    ]);
  });
});
