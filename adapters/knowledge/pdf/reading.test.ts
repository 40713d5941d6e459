import { describe, expect, it } from 'vitest';
import { parseFile } from '../parse-file.ts';
import { column, pageOf, pdfOf, stroke, type Words } from './pdf-testing.ts';

const words = async (...pages: string[]) =>
  (await parseFile('guía.es.pdf', pdfOf(pages), () => {})).map(({ title, text }) => [title, text]);

const columns = [70, 200, 330];
const row = (y: number, ...cells: string[]): Words[] =>
  cells.flatMap((text, at) => (text ? [{ x: columns[at]!, y, text }] : []));

describe('paragraphs', () => {
  it('go on over ends of lines and undo hyphens, unless the word has one', async () => {
    const lines = [
      'El servicio de man-',
      'tenimiento de Castilla-',
      'La Mancha es un servi-',
      'cio post-venta y de post-',
      'venta para todos los cli-',
      'entes de la casa grande.',
    ];
    expect(await words(pageOf(...column(70, 760, lines)))).toEqual([
      [
        'guía',
        'El servicio de mantenimiento de Castilla-La Mancha es un servicio post-venta y de post-venta para todos los clientes de la casa grande.',
      ],
    ]);
  });

  it('are parted by distance, by a first line further in, and keep lines that ended early', async () => {
    const body = [
      ...column(70, 760, ['Este párrafo llena la línea hasta su borde,', 'y sigue.']),
      ...column(70, 720, ['Otro párrafo que llena también toda la línea']),
      ...column(82, 708, ['Con sangría.']),
    ];
    expect(await words(pageOf(...body))).toEqual([
      [
        'guía',
        'Este párrafo llena la línea hasta su borde, y sigue.\n\nOtro párrafo que llena también toda la línea\n\nCon sangría.',
      ],
    ]);
  });

  it('go on over the end of a page, above the notes at its foot', async () => {
    const first = [
      ...column(70, 760, [
        'Enviamos los pedidos en dos días si llegan',
        'antes de las doce, y en tres si llegan mucho',
      ]),
      ...column(70, 90, ['1 Salvo en agosto.'], 12, 7),
    ];
    const second = column(70, 760, ['más tarde o son de muebles.']);
    expect(await words(pageOf(...first), pageOf(...second))).toEqual([
      [
        'guía',
        'Enviamos los pedidos en dos días si llegan antes de las doce, y en tres si llegan mucho más tarde o son de muebles.\n\n1 Salvo en agosto.',
      ],
    ]);
  });

  it('keep the lines of addresses, lists and of what dots lead to', async () => {
    const address = ['Calderas Sol S.A.', 'Calle Mayor 5', '28013 Madrid', 'Teléfono: 912 345 678'];
    const list = ['\x95 Uno', '\x95 Dos, que sigue más allá', '  en otra línea', '1. Primero', 'a) Letra'];
    const prices = ['Café .......................... 1,50 €', 'Agua .......................... 1 €'];
    const body = [address, list, prices].map((lines) => pageOf(...column(70, 760, lines)));
    expect(await words(...body)).toEqual([
      [
        'guía',
        'Calderas Sol S.A.\nCalle Mayor 5\n28013 Madrid\nTeléfono: 912 345 678\n\n- Uno\n- Dos, que sigue más allá en otra línea\n1. Primero\na) Letra\n\nCafé … 1,50 €\nAgua … 1 €',
      ],
    ]);
  });

  it('leave out what is written across a page, and keep what stands on its side', async () => {
    const body = [
      { x: 70, y: 790, text: 'Texto recto que se lee.' },
      { x: 200, y: 300, text: 'BORRADOR', size: 60, turn: 45 },
      { x: 30, y: 300, text: 'Al margen, de lado', turn: 90 },
    ];
    expect(await words(pageOf(...body))).toEqual([['guía', 'Texto recto que se lee.\n\nAl margen, de lado']]);
  });

  it('stand upright on a page that is turned', async () => {
    const page = pageOf({ x: 300, y: 100, text: 'Apaisado', turn: 90 });
    const [passage] = await parseFile('a.pdf', pdfOf([page], '/Rotate 90'), () => {});
    expect(passage!.text).toBe('Apaisado');
  });
});

describe('headings', () => {
  it('are larger or bold, over several lines too, and no sentences', async () => {
    const body = [
      { x: 70, y: 780, text: 'Manual de la caldera', size: 20 },
      { x: 70, y: 740, text: 'Instalación y puesta', size: 14 },
      { x: 70, y: 723, text: 'en marcha', size: 14 },
      { x: 70, y: 700, text: 'Abra la llave de paso del agua y espere.' },
      { x: 70, y: 680, text: 'Si no arranca', isBold: true },
      { x: 70, y: 668, text: 'Llame al técnico, que vendrá en dos horas.' },
      { x: 70, y: 648, text: 'No toque el quemador.', isBold: true },
      { x: 70, y: 628, text: 'Está caliente durante una hora.' },
    ];
    expect(await words(pageOf(...body))).toEqual([
      ['Manual de la caldera › Instalación y puesta en marcha', 'Abra la llave de paso del agua y espere.'],
      [
        'Manual de la caldera › Instalación y puesta en marcha › Si no arranca',
        'Llame al técnico, que vendrá en dos horas.\n\nNo toque el quemador.\n\nEstá caliente durante una hora.',
      ],
    ]);
  });
});

describe('tables', () => {
  it('without lines, their cells over several lines, with a text below', async () => {
    const body = [
      ...row(720, 'Servicio', 'Plazo', 'Precio'),
      ...row(708, 'Revisión', 'una semana', '90 €'),
      ...row(696, 'Reparación de', '48 horas', '45 €'),
      ...row(684, 'calderas antiguas'),
      ...row(672, 'Urgencia', '3 horas, también', '120 €'),
      ...row(660, '', 'los domingos'),
      { x: 70, y: 620, text: 'Los precios llevan IVA.' },
    ];
    expect(await words(pageOf(...body))).toEqual([
      [
        'guía',
        'Servicio: Revisión; Plazo: una semana; Precio: 90 €\nServicio: Reparación de calderas antiguas; Plazo: 48 horas; Precio: 45 €\nServicio: Urgencia; Plazo: 3 horas, también los domingos; Precio: 120 €\n\nLos precios llevan IVA.',
      ],
    ]);
  });

  it('without names of columns, and names with what they name', async () => {
    const plain = [
      ...row(720, 'Problema', 'Solución'),
      ...row(708, 'No hay luz', 'Pulse el botón'),
      ...row(696, 'Gotea', 'Cierre el agua'),
    ];
    const facts = [
      ...row(640, 'Potencia:', '24 kW'),
      ...row(628, 'Peso:', '32 kg'),
      ...row(616, 'Garantía:', '2 años'),
    ];
    expect(await words(pageOf(...plain, ...facts))).toEqual([
      [
        'guía',
        'Problema | Solución\nNo hay luz | Pulse el botón\nGotea | Cierre el agua\n\nPotencia: 24 kW\nPeso: 32 kg\nGarantía: 2 años',
      ],
    ]);
  });

  it('with lines between their columns alone, and with a line under the names', async () => {
    const lines = [stroke(60, 735, 400, 735), stroke(60, 713, 400, 713), stroke(60, 650, 400, 650)];
    const walls = [60, 190, 320, 400].map((x) => stroke(x, 650, x, 735));
    const body = [
      ...row(720, 'Plan', 'Mb', 'Precio'),
      ...row(696, 'Uno', '100', '9 €'),
      ...row(684, 'Dos', '200', '19 €'),
      ...row(672, 'Tres', '300', '29 €'),
    ];
    const text = 'Plan: Uno; Mb: 100; Precio: 9 €\nPlan: Dos; Mb: 200; Precio: 19 €\nPlan: Tres; Mb: 300; Precio: 29 €';
    expect(await words(pageOf(...lines, ...walls, ...body))).toEqual([['guía', text]]);
    expect(await words(pageOf(lines[1]!, ...body))).toEqual([['guía', text]]);
  });

  it('no list with its numbers apart, and no box around a text', async () => {
    const list = [...column(70, 760, ['1.', '2.', '3.']), ...column(95, 760, ['Abra la llave', 'Pulse', 'Espere'])];
    const box = ['60 600 300 60 re S', ...column(70, 640, ['Atención: no abra la caldera', 'con el agua caliente.'])];
    expect(await words(pageOf(...list, ...box))).toEqual([
      ['guía', '1. Abra la llave\n2. Pulse\n3. Espere\n\nAtención: no abra la caldera con el agua caliente.'],
    ]);
  });
});

describe('tables of several kinds', () => {
  const cell = (at: number, y: number, text: string, isBold = false): Words => ({ x: 70 + at * 130, y, text, isBold });

  it('under a heading and below the name of the document, which is in two places', async () => {
    const page = (number: number) =>
      pageOf(
        { x: 70, y: 815, text: 'Calderas Sol', size: 8 },
        { x: 330, y: 815, text: 'Mayo de 2026', size: 8 },
        ...(number === 1 ? [{ x: 70, y: 780, text: 'Modelos', size: 16 }] : []),
        ...[0, 1, 2].flatMap((at) => row(750 - 12 * at, `M-${number}${at}`, `${at} kg`, `${number} kW`)),
      );
    expect(await words(page(1), page(2))).toEqual([
      [
        'Modelos',
        'M-10 | 0 kg | 1 kW\nM-11 | 1 kg | 1 kW\nM-12 | 2 kg | 1 kW\nM-20 | 0 kg | 2 kW\nM-21 | 1 kg | 2 kW\nM-22 | 2 kg | 2 kW',
      ],
    ]);
  });

  it('with names of names, and titles of rows between them', async () => {
    const strokes = [
      ...[760, 720, 700, 680, 660].map((y) => stroke(60, y, 450, y)),
      stroke(190, 740, 450, 740),
      ...[60, 450].map((x) => stroke(x, 660, x, 760)),
      stroke(190, 700, 190, 760),
      stroke(320, 700, 320, 740),
      ...[190, 320].map((x) => stroke(x, 660, x, 680)),
    ];
    const body = [
      cell(0, 735, 'Plan', true),
      cell(1, 745, 'Precio', true),
      cell(1, 725, 'Mes', true),
      cell(2, 725, 'Año', true),
      ...row(705, 'Uno', '9 €', '90 €'),
      ...row(685, 'Antiguos'),
      ...row(665, 'Dos', '19 €', '190 €'),
    ];
    expect(await words(pageOf(...strokes, ...body))).toEqual([
      [
        'guía',
        'Plan: Uno; Precio Mes: 9 €; Precio Año: 90 €\nAntiguos\nPlan: Dos; Precio Mes: 19 €; Precio Año: 190 €',
      ],
    ]);
  });

  it('whose cells are set to their middle', async () => {
    const body = [
      ...row(720, 'Servicio', 'Plazo', 'Precio').map((each) => ({ ...each, isBold: true })),
      ...row(694, '', '', '90 €'),
      cell(0, 700, 'Revisión anual'),
      cell(0, 688, 'con limpieza'),
      cell(1, 700, 'una'),
      cell(1, 688, 'semana'),
      ...row(662, 'Urgencia', '3 horas', '120 €'),
      ...row(638, 'Consejo', 'hoy', '0 €'),
    ];
    expect(await words(pageOf(...body))).toEqual([
      [
        'guía',
        'Servicio: Revisión anual con limpieza; Plazo: una semana; Precio: 90 €\nServicio: Urgencia; Plazo: 3 horas; Precio: 120 €\nServicio: Consejo; Plazo: hoy; Precio: 0 €',
      ],
    ]);
  });
});

describe('what is repeated on the pages', () => {
  const page = (number: number, ...body: string[]) =>
    pageOf({ x: 70, y: 810, text: 'Calderas Sol S.A.', size: 8 }, ...column(70, 600, body), {
      x: 290,
      y: 30,
      text: `Página ${number} de 4`,
      size: 8,
    });

  it('is left out, numbers of pages with it', async () => {
    const pages = [1, 2, 3, 4].map((number) => page(number, `Modelo ${number}00 con garantía.`));
    expect(await words(...pages)).toEqual([
      ['guía', [1, 2, 3, 4].map((number) => `Modelo ${number}00 con garantía.`).join('\n\n')],
    ]);
  });

  it('stays where it is the text', async () => {
    const pages = ['100', '250', '300'].map((model) =>
      pageOf({ x: 70, y: 810, text: `Modelo ${model} con garantía.` }),
    );
    expect(await words(...pages)).toEqual([
      ['guía', 'Modelo 100 con garantía.\n\nModelo 250 con garantía.\n\nModelo 300 con garantía.'],
    ]);
  });
});
