import { beforeEach, describe, expect, it } from 'vitest';
import { parseFile } from './parse-file.ts';

const told: string[] = [];
beforeEach(() => void told.splice(0));
const rows = async (content: string) =>
  (await parseFile('lista.es.csv', Buffer.from(content), (what) => told.push(what))).map(({ title, text }) => [
    title,
    text,
  ]);

describe('CSV as spreadsheets and shops write it', () => {
  it.each([
    [
      'a line that names the delimiter',
      'sep=;\r\nNombre;Precio, €\r\nLápiz;2,50\r\n',
      'Nombre: Lápiz\nPrecio, €: 2,50',
    ],
    ['that line in quotes, a bar', '"sep=|"\nNombre|Precio\nLápiz|2\n', 'Nombre: Lápiz\nPrecio: 2'],
    ['bars', 'Nombre|Precio\nLápiz|2,50\n', 'Nombre: Lápiz\nPrecio: 2,50'],
    [
      'commas in names of columns in quotes',
      '"Nombre, tipo, color";Precio\nLápiz;2\n',
      'Nombre, tipo, color: Lápiz\nPrecio: 2',
    ],
    [
      'commas in all that stands in quotes',
      '"Nombre, tipo";Precio\n"Lápiz";"2, no 3"\n',
      'Nombre, tipo: Lápiz\nPrecio: 2, no 3',
    ],
    [
      'commas in names of columns without',
      'Nombre, tipo, color;Precio\nLápiz;2\n',
      'Nombre, tipo, color: Lápiz\nPrecio: 2',
    ],
    ['decimal commas', 'Nombre;Precio\nLápiz;2,50\nGoma;1,20\n', 'Nombre: Lápiz\nPrecio: 2,50'],
    ['old line ends', 'Nombre,Precio\rLápiz,2\r', 'Nombre: Lápiz\nPrecio: 2'],
    ['a mark of inches', 'Nombre,Precio\nLápiz 7",2\n', 'Nombre: Lápiz 7"\nPrecio: 2'],
    ['one in quotes and in the middle', 'Nombre,Precio\n"Lápiz 7" rojo",2\n', 'Nombre: Lápiz 7" rojo\nPrecio: 2'],
    ['one at the end of quotes', 'Nombre,Precio\n"Lápiz 7"",2\n"Goma",1\n', 'Nombre: Lápiz 7"\nPrecio: 2'],
    ['doubled marks', 'Nombre,Precio\n"Lápiz ""7""",2\n', 'Nombre: Lápiz "7"\nPrecio: 2'],
    ['a row with less', 'Nombre,Precio,Nota\nLápiz,2\n', 'Nombre: Lápiz\nPrecio: 2'],
    ['a column without a name', 'Nombre,Nota\nLápiz,rojo,x\nGoma,azul,y\n', 'Nombre: Lápiz\nNota: rojo\nx'],
    ['a struck price', 'Nombre,Precio\nLápiz,<s>3</s> 2\n', 'Nombre: Lápiz\nPrecio: 2'],
    ['lines in a cell', 'Nombre,Nota\nLápiz,"rojo\nazul"\n', 'Nombre: Lápiz\nNota: rojo\nazul'],
    ['empty rows and columns', 'Nombre,,Precio\n,,\nLápiz,,2\n', 'Nombre: Lápiz\nPrecio: 2'],
    ['no first cell', 'Código,Nombre\n,Lápiz\n', 'Nombre: Lápiz'],
    ['a word in marks', 'Nombre,Precio\n"Lápiz" rojo,2\n', 'Nombre: "Lápiz" rojo\nPrecio: 2'],
    [
      'HTML',
      'Nombre,Nota\nLápiz,<p>De <b>madera</b>.</p><ul><li>rojo</li></ul>Caf&eacute;\n',
      'Nombre: Lápiz\nNota: De madera.\n\n- rojo\n\nCafé',
    ],
    ['what is no HTML', 'Nombre,Nota\nLápiz,a < b & c > d\n', 'Nombre: Lápiz\nNota: a < b & c > d'],
    ['a mark in the names', 'Nombre "corto,Precio\nLápiz,2\n', 'Nombre "corto: Lápiz\nPrecio: 2'],
  ])('is read with %s', async (_, content, text) => {
    const [[title, found]] = (await rows(content)) as [[string, string]];
    expect(found).toBe(text);
    expect(title).toBe(text.split('\n')[0]!.replace(/^.*?: /, ''));
    expect(told).toEqual([]);
  });

  it('loses one row for one bad row, and tells its line', async () => {
    const content = 'Nombre,Precio\nLápiz,2\n"Goma,1\nRegla,3\n"Tijera",4\nPapel,"5\n';
    expect((await rows(content)).map(([title]) => title)).toEqual(['Lápiz', 'Regla', 'Tijera']);
    expect(told).toEqual(['lines 3, 6 were left out, their quotation marks do not close.']);
    await rows('sep=,\nNombre,Precio\nLápiz,2\n"Goma,1\n');
    expect(told.at(-1)).toBe('line 4 was left out, its quotation mark does not close.');
  });

  it('names no more lines than one reads', async () => {
    await rows(`Nombre,Precio\nLápiz,2\n${'"Goma,1\n'.repeat(40)}`);
    expect(told).toEqual([expect.stringMatching(/^lines 3, 4, .*, 12 and 30 more were left out/)]);
  });

  it('is refused where no row can be read, so that what it said before stays', async () => {
    await expect(rows('Nombre,Precio\n"Lápiz,2\n')).rejects.toThrow('line 2');
    expect(await rows('Nombre,Precio\n')).toEqual([]);
    expect(await rows('')).toEqual([]);
  });
});

describe('a row with more cells than there are columns', () => {
  it.each([
    ['Plan,Precio\nBásico,1,234', 'Plan: Básico\nPrecio: 1,234'],
    ['Plan,Precio\nBásico,1,234\nTurbo,2,345', 'Plan: Básico\nPrecio: 1,234'],
    ['Plan;Precio\nBásico;12;50 €', 'Plan: Básico\nPrecio: 12;50 €'],
    ['Nombre,Nota\nLápiz,rojo, azul', 'Nombre: Lápiz\nNota: rojo, azul'],
    ['Sala,Calle,Tel\nOeste,Luna 7, piso 3,557', 'Sala: Oeste\nCalle: Luna 7, piso 3\nTel: 557'],
    ['Sala,Calle,Tel\nOeste, planta baja,Luna 7,557', 'Sala: Oeste, planta baja\nCalle: Luna 7\nTel: 557'],
    ['Sala,Tel,Nota\nOeste,557,lunes, martes, jueves', 'Sala: Oeste\nTel: 557\nNota: lunes, martes, jueves'],
  ])('is put together where it can be told what belongs together, and told: %s', async (content, text) => {
    expect((await rows(content))[0]![1]).toBe(text);
    expect(told).toEqual([expect.stringMatching(/^lines? 2.* more cells .* quotation marks\.$/)]);
  });

  it.each([
    'Plan,Velocidad,Precio\nTurbo,300,1,234\nMax,500,40',
    'Plan,Precio,Alta\nTurbo,1,234,20\nMax,40,20',
    'a, b, c\n1, 2, 3, 4',
  ])('is left out where it cannot, and told: %s', async (content) => {
    expect((await rows(content)).map(([title]) => title)).not.toContain('Turbo');
    expect(told).toEqual([expect.stringMatching(/^line 2 was left out, it has more cells/)]);
  });

  it('is none where its last cell stands in quotation marks', async () => {
    expect(await rows('Plan,Precio\nTurbo,"1,234",nota\n')).toEqual([['Turbo', 'Plan: Turbo\nPrecio: 1,234\nnota']]);
    expect(told).toEqual([]);
  });
});

describe('what stands above the names of the columns', () => {
  it.each([
    [
      'Tarifas del verano,,\n,,\nPlan,Precio,Nota\nA,10,x\nB,20,y',
      'Tarifas del verano › A',
      'Plan: A\nPrecio: 10\nNota: x',
    ],
    ['Tarifas 2030\nDesde mayo\nPlan;Precio\nA;10\nB;20', 'Tarifas 2030 › Desde mayo › A', 'Plan: A\nPrecio: 10'],
    ['"Tarifas, con IVA"\nPlan,Precio\nA,10\n', 'Tarifas, con IVA › A', 'Plan: A\nPrecio: 10'],
    ['Dudas,\nPregunta,Respuesta\n¿Abren?,Sí\n', 'Dudas › ¿Abren?', 'Sí'],
    ['الأسعار,\nخطة,سعر\nأ,10\n', 'الأسعار › أ', 'خطة: أ\nسعر: 10'],
  ])('is the outer heading: %s', async (content, title, text) => {
    expect((await rows(content))[0]).toEqual([title, text]);
    expect(told).toEqual([]);
  });

  it.each([
    ['Nombre,,\nLápiz,2,3\nGoma,1,2', 'Nombre: Lápiz\n2\n3'],
    ['Nota\nrojo\nverde', 'Nota: rojo'],
  ])('is not the only name that there is: %s', async (content, text) => {
    expect((await rows(content))[0]![1]).toBe(text);
  });
});

describe('questions and answers', () => {
  const WIFI = ['¿Hay wifi?', 'Sí, en todo el local.'];

  it.each([
    ['¿Pregunta?', 'Respuesta'],
    ['Preguntas', 'Respuestas'],
    ['Pregunta', 'Respuesta:'],
    ['PREGUNTA:', '¡RESPUESTA!'],
    ['Questions', 'Answers'],
    ['**Question**', '**Answer**'],
    ['Domande', 'Risposte'],
    ['Вопросы:', 'Ответы:'],
    ['الأسئلة', 'الأجوبة'],
    ['السؤال؟', 'الجواب:'],
    ['پرسش\u200cها', 'پاسخ\u200cها'],
  ])('stand under %s and %s', async (question, answer) => {
    expect(await rows(`${question};${answer}\n¿Hay wifi?;Sí, en todo el local.\n`)).toEqual([WIFI]);
    expect(told).toEqual([]);
  });

  it.each([
    [',', '¿Cuánto cuesta?,39 euros, todo incluido, sin permanencia', '39 euros, todo incluido, sin permanencia'],
    [',', '¿Y el alta?,Cuesta 19,90 €', 'Cuesta 19,90 €'],
    [',', '¿Colores?,rojo,,azul', 'rojo,,azul'],
    [';', '¿Horario?;Lunes a viernes; sábados no; domingos tampoco', 'Lunes a viernes; sábados no; domingos tampoco'],
    ['|', '¿Tallas?|S | M | L', 'S | M | L'],
    ['\t', '¿Pago?\tTarjeta\tBizum', 'Tarjeta\tBizum'],
    [',', '¿Qué dice la placa?,Dice "abierto", y nada más', 'Dice "abierto", y nada más'],
    [',', '¿Y el envío?,<b>Gratis</b>, en 24 horas', 'Gratis, en 24 horas'],
  ])('keep an answer whole that is written with %j: %s', async (delimiter, row, answer) => {
    const head = ['Pregunta', 'Respuesta'].join(delimiter);
    const found = await rows(`sep=${delimiter}\n${head}\n¿Hay wifi?${delimiter}"Sí, en todo el local."\n${row}\n`);
    expect(found).toEqual([WIFI, [row.split(delimiter)[0], answer]]);
    expect(told).toEqual([expect.stringMatching(/^line 4 has more cells than the first line: .*quotation marks\.$/)]);
  });

  it('keep it also where the first line has columns without names', async () => {
    expect(await rows('Pregunta,Respuesta,,\n¿Precio?,39 euros, todo incluido,\n¿Hay wifi?,Claro,,\n')).toEqual([
      ['¿Precio?', '39 euros, todo incluido,'],
      ['¿Hay wifi?', 'Claro'],
    ]);
    expect(told).toEqual([expect.stringMatching(/^line 2 has more/)]);
  });

  it.each([
    'Pregunta,Respuesta,lang\n¿Precio?,39 euros, todo incluido,es',
    'Pregunta,Respuesta,Nota\n¿Precio?,39,90 euros,vieja',
    'Respuesta,Pregunta\n39 euros, todo incluido,¿Precio?',
    'Respuesta,id,Pregunta\n39, más o menos,7,¿Precio?',
    'id,Respuesta,Pregunta,lang\n1,39 euros,¿Precio, más o menos?,es',
  ])('are not guessed where nobody knows whose the delimiter is: %s', async (content) => {
    expect(await rows(content)).toEqual([]);
    expect(told).toEqual([expect.stringMatching(/^line 2 was left out, it has more cells .*","/)]);
  });

  it('in quotation marks are whole: what stands behind is none of theirs', async () => {
    expect(await rows('Pregunta,Respuesta\n¿Precio?,"39 euros, todo incluido",nota interna\n')).toEqual([
      ['¿Precio?', '39 euros, todo incluido'],
    ]);
    expect(told).toEqual([]);
  });

  it.each(['¿Wifi?', '¿Wifi?,', '¿Wifi?,,,', '"¿Wifi?",""', '¿Wifi?,   '])(
    'without an answer are told: %s',
    async (row) => {
      expect(await rows(`Pregunta,Respuesta\n¿Hay wifi?,"Sí, en todo el local."\n${row}\n`)).toEqual([WIFI]);
      expect(told).toEqual(['line 3 was left out, it has no answer.']);
    },
  );

  it('without one are counted', async () => {
    await rows(`Pregunta,Respuesta\n¿Abren?,Sí\n${'¿Wifi?\n'.repeat(13)}`);
    expect(told).toEqual(['lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more were left out, they have no answer.']);
  });
});

it('a cell, or a heading, of a megabyte is not in each of its passages whole', async () => {
  const long = 'word '.repeat(200_000);
  for (const [file, content] of [
    ['list.csv', `name,price\n${long},5\n`],
    ['page.md', `# ${long}\n\n${long}`],
  ] as const) {
    const passages = await parseFile(file, Buffer.from(content), () => {});
    expect(passages.length).toBeGreaterThan(1_000);
    expect(Math.max(...passages.map(({ title }) => title.length))).toBeLessThanOrEqual(900);
  }
});
