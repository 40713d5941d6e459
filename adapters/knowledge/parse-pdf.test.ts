import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFile } from './parse-file.ts';
import { rangesOf } from './parse-pdf.ts';
import { column, pageOf, pdfOf, stroke, type Words } from './pdf/pdf-testing.ts';

const told: string[] = [];
const parse = (file: string, content: Buffer) => {
  told.length = 0;
  return parseFile(file, content, (what) => told.push(what));
};
const words = async (...pages: string[]) =>
  (await parse('guía.es.pdf', pdfOf(pages))).map(({ title, text }) => [title, text]);
const fixture = async (file: string) =>
  (await parse(file, await readFile(path.join(import.meta.dirname, 'fixtures', file)))).map(({ title, text }) => [
    title,
    text,
  ]);

describe('files that programs wrote', () => {
  it('a manual: headings, lists, tables whose cells span others, soft hyphens, raised digits, headers and footers', async () => {
    expect(await fixture('manual.es.pdf')).toEqual([
      [
        'Manual del usuario',
        'Gracias por elegir la caldera Sol 24. Este manual explica cómo ponerla en marcha, cómo cuidarla y qué hacer cuando algo no funciona. Guárdelo cerca de la caldera.',
      ],
      [
        'Manual del usuario › Puesta en marcha',
        'Abra la llave de paso y compruebe que la presión está entre 1 y 1,5 bares. Si es más baja, llene el circuito despacio hasta que la aguja llegue a la zona verde del manómetro; los radiadores más alejados tardan unos minutos.\n\n1. Pulse el botón rojo durante tres segundos.\n2. Elija la temperatura: de 40 °C a 60 °C para el agua y de 50 °C a 75 °C para la calefacción, según el tiempo que haga fuera y el tamaño de la casa.\n3. Espere.\n\nLuz verde: funciona\nLuz roja: avería',
      ],
      [
        'Manual del usuario › Puesta en marcha › Si no arranca',
        'Llame al 900 123 456 (gratis) o escriba a ayuda@sol.example.',
      ],
      [
        'Manual del usuario › Averías',
        'Código: E01; Qué ocurre: No hay llama, porque falta gas o porque el quemador está sucio; Qué hacer: Abra la llave del gas y pulse el botón rojo; si sigue igual, llame al técnico\nCódigo: E02; Qué ocurre: Presión baja; Qué hacer: Llene el circuito\nCódigo: E02; Qué ocurre: Fuga; Qué hacer: Cierre el agua\nCódigo: E03; Qué ocurre / Qué hacer: Cambie la pila del mando',
      ],
      [
        'Manual del usuario › Tarifas',
        'Servicio: Revisión anual con limpieza del quemador y medida de los gases de la combustión; Plazo: una semana; Precio: 90 €\nServicio: Reparación; Plazo: 48 horas; Precio: 45 €\nServicio: Urgencia; Plazo: 3 horas; Precio: 120 €\n\nPrecio al mes: 39⁹⁹ €. Superficie: 4 m². CO2.',
      ],
      ['Manual del usuario › Tarifas › ¿Hay garantía?', 'Sí, dos años.'],
    ]);
    expect(told).toEqual([]);
  });

  it('two columns, one after the other, with a paragraph across them', async () => {
    expect(await fixture('columnas.es.pdf')).toEqual([
      [
        'Boletín del instalador › Revisión anual',
        'El técnico revisa la instalación una vez al año, limpia el quemador y mide los gases de la combustión. Después anota la presión y firma el parte de trabajo con el cliente.\nSi la caldera tiene más de quince años, conviene cambiar también la válvula de seguridad, que se vende en el almacén central. La pieza cuesta cuarenta euros y se monta en media hora, sin vaciar el circuito. El cliente recibe la pieza vieja, por si quiere enseñársela a otra persona.',
      ],
      [
        'Boletín del instalador › Garantía',
        'La garantía cubre las piezas durante dos años y la mano de obra durante seis meses. No cubre la cal ni el hielo, que se evitan con un buen mantenimiento.\nLas reclamaciones se envían a garantia@sol.example con una foto de la placa y el número de serie, que está debajo de la tapa.',
      ],
    ]);
  });

  it('a table over several pages, whose headings are on each, with the name of the business and the number of the page', async () => {
    const rows = (await fixture('tarifas.es.pdf')).map(([title, text]) => ({ title, lines: text!.split('\n') }));
    expect(rows[0]).toEqual({
      title: 'Tarifas de recambios',
      lines: [expect.stringMatching(/^Precios sin IVA.*el almacén central\.$/)],
    });
    expect(rows.slice(1, -1).flatMap(({ lines }) => lines)).toEqual(
      Array.from(
        { length: 60 },
        (_, at) =>
          `Referencia: REF-${String(at + 1).padStart(3, '0')}; Descripción: Recambio número ${at + 1} para caldera; Precio: ${at + 4},50 €`,
      ),
    );
    expect(rows.at(-1)).toEqual({ title: 'Tarifas de recambios › Condiciones', lines: ['Pago a treinta días.'] });
  });

  it('in Persian and Arabic, as a browser prints them: two columns from right to left, numbers, names in Latin letters', async () => {
    expect(await fixture('rahnama.fa.pdf')).toEqual([
      [
        'راهنمای مشتری › ارسال',
        'فروشگاه ما همه روز از ساعت ۹ تا ۱۸ باز است و سفارش‌ها را در همان روز می‌فرستد، اگر پیش از ظهر برسند. هزینهٔ ارسال در تهران ۵۰٬۰۰۰ تومان است و برای خریدهای بالای ۵۰۰٬۰۰۰ تومان رایگان می‌شود. برای شهرهای دیگر دو تا چهار روز کاری زمان لازم است و هزینهٔ آن را پست هنگام تحویل می‌گیرد.\n\nاگر در خانه نباشید، مأمور پست برگه‌ای می‌گذارد و بسته تا هفت روز در نزدیک‌ترین دفتر می‌ماند. شمارهٔ پیگیری را با پیامک می‌فرستیم.',
      ],
      [
        'راهنمای مشتری › بازگشت کالا',
        'می‌توانید کالا را تا هفت روز پس بدهید، به شرط آنکه جعبهٔ آن باز نشده باشد (به جز لباس زیر). برای این کار به info@example.com بنویسید یا با شمارهٔ +98 21 1234 5678 تماس بگیرید. پول شما حداکثر در سه روز کاری به همان کارت بازمی‌گردد که با آن خرید کرده‌اید.\n\nگوشی Samsung Galaxy S24 Ultra با ضمانت دو ساله فروخته می‌شود و باتری آن نیز یک سال ضمانت دارد.',
      ],
      [
        'راهنمای مشتری › الأسعار',
        'المدينة: الرياض; المدة: 24 ساعة; السعر: 15 ريال\nالمدينة: جدة; المدة: من 2 إلى 3 أيام; السعر: 25.50 ريال',
      ],
    ]);
  });

  it('in Arabic with letters in the forms that they have in a word, and Russian', async () => {
    expect(await fixture('dalil.ar.pdf')).toEqual([
      [
        'دليل العميل',
        'التوصيل مجاني للطلبات التي تزيد عن 200 ريال (داخل الرياض فقط).\nاتصل بنا على 920012345 أو عبر info@sol.example في أي وقت.',
      ],
      ['دليل العميل › Доставка', 'Доставка по городу бесплатная, за городом 300 ₽.'],
    ]);
  });
});

describe('what cannot be read says why', () => {
  it('pages of pictures, where others have text', async () => {
    expect(await fixture('escaneado.es.pdf')).toEqual([
      ['escaneado', 'Contrato de mantenimiento\n\nLa cuota anual es de 90 €.\n\nFirmado en Madrid.'],
    ]);
    expect(told).toEqual([
      'the pages 2–3 of 5 have no text: they are pictures. Have their text recognised (OCR) and put that file here, or write down what matters.',
    ]);
  });

  it('a picture alone', async () => {
    expect(await fixture('fax.es.pdf')).toEqual([]);
    expect(told).toEqual([expect.stringContaining('page 1 of 1 has no text: it is a picture.')]);
  });

  it('a password; not one that only keeps people from changing it', async () => {
    await expect(fixture('protected.pdf')).rejects.toThrow('A password protects it. Save it without one');
    expect(await fixture('printable.pdf')).toEqual([['printable', 'Secret']]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another kind', Buffer.from('PK\x03\x04')],
    ['text', Buffer.from('%PDF-1.7\nHello.')],
  ])('%s', async (_, content) => {
    await expect(parse('a.pdf', content)).rejects.toThrow(/^It is damaged or no PDF/);
  });

  it('a file that is cut off; one whose list of parts is wrong is read', async () => {
    const whole = pdfOf([pageOf({ x: 70, y: 700, text: 'Uno.' }), pageOf({ x: 70, y: 700, text: 'Dos.' })]);
    await expect(parse('a.pdf', whole.subarray(0, whole.length / 2))).rejects.toThrow('damaged');
    const wrong = Buffer.from(whole.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'), 'latin1');
    expect((await parse('a.pdf', wrong)).map(({ text }) => text)).toEqual(['Uno.\n\nDos.']);
  });

  it('empty pages and files of none say nothing', async () => {
    expect(await words(pageOf())).toEqual([]);
    expect(told).toEqual([]);
  });
});

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
    const [passage] = await parse('a.pdf', pdfOf([page], '/Rotate 90'));
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

it('names pages in short', () => {
  expect(rangesOf([2, 3, 4, 7, 9, 10])).toBe('2–4, 7, 9–10');
});
