import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFile } from './parse-file.ts';
import { rangesOf } from './parse-pdf.ts';
import { pageOf, pdfOf } from './pdf/pdf-testing.ts';

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

it('names pages in short', () => {
  expect(rangesOf([2, 3, 4, 7, 9, 10])).toBe('2–4, 7, 9–10');
});
