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
    ['a row with more', 'Nombre,Nota\nLápiz,rojo, azul\n', 'Nombre: Lápiz\nNota: rojo\nazul'],
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
