import { describe, expect, it } from 'vitest';
import { parseFile } from './parse-file.ts';

const words = async (body: string) =>
  (
    await parseFile(
      'page.es.html',
      Buffer.from(`<html lang="es"><title>Sol</title><body>${body}</body></html>`),
      () => {},
    )
  ).map(({ title, text }) => [title, text]);

describe('links that are more than a menu', () => {
  it.each([
    [
      '<ul><li><a href="//maps/a">Luna 4</a></li><li><a href="//maps/b">Av. Mar 3</a></li><li><a href="//maps/c">Plaza</a></li></ul>',
      '- Luna 4\n- Av. Mar 3\n- Plaza',
    ],
    [
      '<div><a href="/1">Plan Uno 20 €</a><a href="/2">Plan Dos 39 €</a><a href="/3">Plan Tres 50 €</a></div>',
      'Plan Uno 20 € Plan Dos 39 € Plan Tres 50 €',
    ],
    [
      '<ul><li><a href="/w">WhatsApp 555 0100</a></li><li><a href="/t">Telegram @sol</a></li><li><a href="/m">Mapa</a></li></ul>',
      '- WhatsApp 555 0100\n- Telegram @sol\n- Mapa',
    ],
    [
      '<ol><li><a href="/a">Lunes ۹ تا ۱۸</a></li><li><a href="/b">Martes</a></li><li><a href="/c">Jueves</a></li></ol>',
      '1. Lunes ۹ تا ۱۸\n2. Martes\n3. Jueves',
    ],
  ])('are read: %s', async (body, text) => {
    expect(await words(body)).toEqual([['Sol', text]]);
  });

  it.each([
    '<ul><li><a href="/a">Inicio</a></li><li><a href="/b">Blog</a></li><li><a href="/c">Contacto</a></li></ul>',
    '<div><a href="/1">1</a> <a href="/2">2</a> <a href="/3">3</a></div>',
    '<ul><li><a href="/a">Mayo 2025</a></li><li><a href="/b">Junio 2025</a></li><li><a href="/c">Julio 2025</a></li></ul>',
  ])('are not: %s', async (body) => {
    expect(await words(`${body}<p>Abre.</p>`)).toEqual([['Sol', 'Abre.']]);
  });
});

describe('headings and paragraphs at the edge of a page', () => {
  it.each([
    [
      '<header class="hero"><h2>Oferta</h2><p>Alta gratis en agosto.</p></header>',
      ['Sol › Oferta', 'Alta gratis en agosto.'],
    ],
    ['<nav class="faq-tabs"><div><h3>¿Coste?</h3><p>Gratis.</p></div></nav>', ['Sol › ¿Coste?', 'Gratis.']],
    [
      '<main>Abre.</main><footer><h3>Horas</h3><p>Lunes a viernes, mañanas</p></footer>',
      ['Contacto › Horas', 'Lunes a viernes, mañanas'],
    ],
    [
      '<main>Abre.</main><footer>Horario: lunes a viernes, mañanas</footer>',
      ['Contacto', 'Horario: lunes a viernes, mañanas'],
    ],
    [
      '<header><nav><h2>Avisos</h2><p>Hoy cierra el patio.</p></nav></header>',
      ['Sol › Avisos', 'Hoy cierra el patio.'],
    ],
  ])('are read: %s', async (body, passage) => {
    expect((await words(body)).at(-1)).toEqual(passage);
  });

  it.each([
    '<header><h2>Sol</h2><a href="/">Inicio</a></header>',
    '<nav><h3>Productos</h3><p>Todo</p><ul><li><a href="/a">Routers y cables</a></li><li><a href="/b">Otros artículos</a></li></ul></nav>',
    '<footer><h3>Legal</h3><p><a href="/a">Aviso legal</a></p></footer>',
  ])('are not: %s', async (body) => {
    expect(await words(`${body}<main>Abre.</main>`)).toEqual([['Sol', 'Abre.']]);
  });
});

describe('headings of one word that are drawn', () => {
  it.each([
    '<div class="card-title">Envíos</div>',
    '<div class="section-heading">Envíos</div>',
    '<a data-toggle="collapse">Envíos</a>',
    '<button aria-expanded="false">Envíos</button>',
    '<p class="faq__question">Envíos</p>',
  ])('part: %s', async (heading) => {
    const body = `${heading}<div>En 24 horas.</div>${heading.replace('Envíos', 'Pagos')}<div>Con tarjeta.</div>`;
    expect(await words(body)).toEqual([
      ['Sol › Envíos', 'En 24 horas.'],
      ['Sol › Pagos', 'Con tarjeta.'],
    ]);
  });

  it('part terms that are explained, not the facts of one thing', async () => {
    expect(
      await words('<dl><dt>Garantía</dt><dd>Dos años.</dd><dt>Piezas</dt><dd>Todas, sin coste.</dd></dl>'),
    ).toEqual([
      ['Sol › Garantía', 'Dos años.'],
      ['Sol › Piezas', 'Todas, sin coste.'],
    ]);
    expect(await words('<dl><dt>Peso</dt><dd>2 kg</dd><dt>Color</dt><dd>negro</dd></dl>')).toEqual([
      ['Sol', 'Peso\n2 kg\nColor\nnegro'],
    ]);
  });

  it('are no button of a menu', async () => {
    expect(await words('<p>Abre.</p><button aria-expanded="false">Menú</button><p>Cierra.</p>')).toEqual([
      ['Sol', 'Abre.\n\nMenú\n\nCierra.'],
    ]);
  });
});

describe('numbers mean what they meant', () => {
  it.each([
    ['39<sup>99</sup> €', '39⁹⁹ €'],
    ['39<sup>99 €</sup> al mes', '39⁹⁹ € al mes'],
    ['39<small><sup>99</sup></small> €', '39⁹⁹ €'],
    ['39<sub>99</sub> € y H<sub>2</sub>O', '39₉₉ € y H2O'],
    ['4 m<sup>2</sup>, el 1<sup>er</sup> piso', '4 m², el 1er piso'],
    ['<s>20 €</s> 15 €', '15 €'],
    ['<del><span>20 €</span></del> <ins>15 €</ins>', '15 €'],
    ['<strike>20</strike> 15', '15'],
    ['<span style="text-decoration: line-through">20 €</span> 15 €', '15 €'],
    ['<span class="line-through">20 €</span> 15 €', '15 €'],
    ['<span class="old-price">20 €</span> 15 €', '15 €'],
    ['<span>39</span><span>99</span> €', '39 99 €'],
    ['<span>Turbo</span><span>39€</span><span>Max</span>', 'Turbo 39€ Max'],
    ['<span>$</span><span>39</span>', '$39'],
    ['<b>i</b><i>Phone</i>, <b>A</b>1, a<b>1</b>', 'iPhone, A1, a1'],
    ['<code><b>x</b><i>1</i></code>', 'x1'],
  ])('%s', async (body, text) => {
    expect(await words(`<p>${body}</p>`)).toEqual([['Sol', text]]);
  });

  it('in headings too', async () => {
    expect(await words('<h3><span>Turbo</span><span>39€</span></h3><p>Rápido.</p>')).toEqual([
      ['Sol › Turbo 39€', 'Rápido.'],
    ]);
  });
});

describe('tables whose cells span others', () => {
  const head = '<tr><th>Plan</th><th>Mb</th><th>Precio</th></tr>';
  it.each([
    [
      'rows',
      `${head}<tr><td rowspan="2">Turbo</td><td>300</td><td>30 €</td></tr><tr><td>500</td><td>45 €</td></tr>`,
      'Plan: Turbo; Mb: 300; Precio: 30 €\nPlan: Turbo; Mb: 500; Precio: 45 €',
    ],
    [
      'rows at the end',
      `${head}<tr><td>Uno</td><td>100</td><td rowspan="9">9 €</td></tr><tr><td>Dos</td><td>200</td></tr>`,
      'Plan: Uno; Mb: 100; Precio: 9 €\nPlan: Dos; Mb: 200; Precio: 9 €',
    ],
    [
      'rows without headings',
      '<tr><td rowspan=2>Turbo</td><td>300</td></tr><tr><td>500</td></tr>',
      'Turbo | 300\nTurbo | 500',
    ],
    [
      'two rows of headings',
      '<tr><th rowspan=2>Plan</th><th colspan=2>Precio</th></tr><tr><th>Mes</th><th>Año</th></tr><tr><td>A</td><td>10</td><td>100</td></tr>',
      'Plan: A; Precio Mes: 10; Precio Año: 100',
    ],
    [
      'columns',
      `${head}<tr><td>A</td><td colspan=2>No hay</td></tr><tr><td colspan=3>Empresas</td></tr><tr><td>B</td><td>1</td><td>2</td></tr>`,
      'Plan: A; Mb / Precio: No hay\nEmpresas\nPlan: B; Mb: 1; Precio: 2',
    ],
    [
      'a title and groups',
      `<tr><th colspan=3>Tarifas</th></tr>${head}<tr><th colspan=3>Hogar</th></tr><tr><td>A</td><td>1</td><td>2</td></tr>`,
      'Tarifas\nHogar\nPlan: A; Mb: 1; Precio: 2',
    ],
    [
      'a number beyond sense',
      `${head}<tr><td rowspan="99999999" colspan="-1">A</td><td>1</td><td>2</td></tr>`,
      'Plan: A; Mb: 1; Precio: 2',
    ],
  ])('%s', async (_, rows, text) => {
    expect(await words(`<table>${rows}</table>`)).toEqual([['Sol', text]]);
  });
});
