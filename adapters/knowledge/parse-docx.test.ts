import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFile } from './parse-file.ts';
import { zipOf } from './zip-testing.ts';

const told: string[] = [];
const parse = (file: string, content: Buffer) => {
  told.length = 0;
  return parseFile(file, content, (what) => told.push(what));
};
const fixture = async (file: string) => parse(file, await readFile(path.join(import.meta.dirname, 'fixtures', file)));

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const part = (root: string, body: string) => `<?xml version="1.0"?><w:${root} xmlns:w="${W}">${body}</w:${root}>`;
/** A Word file with this body. */
const docx = (body: string, styles = '', others: Record<string, string> = {}) =>
  zipOf({
    'word/document.xml': part('document', `<w:body>${body}</w:body>`),
    'word/styles.xml': part('styles', styles),
    ...others,
  });
const p = (text: string, properties = '') =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
const words = async (body: string, styles?: string, others?: Record<string, string>) =>
  (await parse('guía.es.docx', docx(body, styles, others))).map(({ title, text }) => [title, text]);

describe('files that programs wrote', () => {
  it('in Spanish, with lists, tables, cells that span others, a picture and a header', async () => {
    const title = 'Tienda Sol: manual del cliente';
    expect(await fixture('tienda.es.docx')).toEqual([
      { title, language: 'es', text: 'Edición de mayo' },
      {
        title: `${title} › Envíos`,
        language: 'es',
        text: 'Enviamos a toda la península en 48 horas. El envío es gratis desde 50 €.\n\n- Baleares: 72 horas\n- Canarias: una semana\n- con aduana',
      },
      {
        title: `${title} › Envíos › Tarifas`,
        language: 'es',
        text: 'Destino: Península; Plazo: 48 horas; Precio: 4,90 €\nDestino: Baleares; Plazo: 72 horas; Precio: 7,90 €\nDestino: Canarias; Plazo: una semana; Precio: 12 €',
      },
      {
        title: `${title} › Devoluciones`,
        language: 'es',
        text: 'Para devolver un producto:\n\n1. Escríbanos a ayuda@sol.example.\n2. Imprima la etiqueta.\n3. Entregue el paquete en Correos.',
      },
      {
        title: `${title} › Devoluciones › Productos que no se devuelven`,
        language: 'es',
        text: 'Ropa interior y alimentos.\n\nProducto: Lámpara; Garantía: 2 años; Plazo: 30 días\nProducto: Lámpara; Garantía: 2 años; Plazo: 60 días\nProducto: Sofá; Garantía / Plazo: No hay',
      },
    ]);
    expect(told).toEqual([]);
  });

  it('in Arabic, Persian and Russian', async () => {
    expect((await fixture('tawsil.ar.docx')).map(({ title, text }) => [title, text])).toEqual([
      ['التوصيل', 'نوصل الطلبات داخل الرياض خلال 24 ساعة، والتوصيل مجاني فوق 200 ريال.\n\n- اتصل بنا على 920012345.'],
      ['الأسعار', 'المدينة: الرياض; المدة: 24 ساعة; السعر: 15 ريال\nالمدينة: جدة; المدة: 48 ساعة; السعر: 25 ريال'],
      ['به فارسی', 'می‌توانید کالا را تا ۷ روز پس بدهید.'],
      ['По-русски', 'Доставка по городу бесплатная.'],
    ]);
  });
});

describe('headings', () => {
  it('are those of styles that a business made itself', async () => {
    const styles = [
      '<w:style w:type="paragraph" w:styleId="Ttulo1"><w:name w:val="heading 1"/></w:style>',
      '<w:style w:type="paragraph" w:styleId="Sol"><w:name w:val="Sol d\'or &amp; título"/><w:basedOn w:val="Ttulo1"/></w:style>',
      '<w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="Apartado"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>',
      '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="B"/></w:style>',
      '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style>',
    ].join('');
    const body =
      p('Envíos', '<w:pStyle w:val="Sol"/>') +
      p('Islas', '<w:pStyle w:val="Sub"/>') +
      p('Una semana.') +
      p('Más.', '<w:pStyle w:val="A"/>');
    expect(await words(body, styles)).toEqual([['Envíos › Islas', 'Una semana.\n\nMás.']]);
  });

  it('are lines in bold letters with text below, not the bold sentences', async () => {
    const bold = (text: string) => `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>${text}</w:t></w:r></w:p>`;
    expect(await words(bold('Garantía') + p('Dos años.') + bold('No lo abra.') + p('Llame.'))).toEqual([
      ['Garantía', 'Dos años.\n\nNo lo abra.\n\nLlame.'],
    ]);
  });

  it('do not come from the table of contents', async () => {
    const styles = '<w:style w:type="paragraph" w:styleId="TDC1"><w:name w:val="toc 1"/></w:style>';
    expect(await words(p('Envíos 3', '<w:pStyle w:val="TDC1"/>') + p('Gratis.'), styles)).toEqual([
      ['guía', 'Gratis.'],
    ]);
  });
});

describe('words that are not shown, or in a place of their own', () => {
  const run = (text: string, properties = '') => `<w:r><w:rPr>${properties}</w:rPr><w:t>${text}</w:t></w:r>`;
  it.each([
    ['deleted', `<w:del>${run('39 €').replace(/w:t>/g, 'w:delText>')}</w:del><w:ins>${run('45 €')}</w:ins>`, '45 €'],
    [
      'moved',
      `<w:moveFrom>${run('39 €')}</w:moveFrom>${run('45 €')}<w:moveTo>${run(' al mes')}</w:moveTo>`,
      '45 € al mes',
    ],
    ['struck out', run('39 €', '<w:strike/>') + run('35 €', '<w:dstrike/>') + run('45 €'), '45 €'],
    ['hidden', run('Borrador', '<w:vanish/>') + run('45 €'), '45 €'],
    ['of a field', `<w:fldSimple w:instr="DOCPROPERTY Price">${run('45 €')}</w:fldSimple>`, '45 €'],
    [
      'of a field in parts',
      `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run('45 €')}<w:r><w:fldChar w:fldCharType="end"/></w:r>`,
      '45 €',
    ],
    ['of a direction', `<w:dir w:val="rtl">${run('أهلا')}</w:dir>`, 'أهلا'],
    ['of lines', `${run('Uno')}<w:r><w:cr/></w:r>${run('Dos')}`, 'Uno\nDos'],
    ['with soft hyphens', `${run('pe')}<w:r><w:softHyphen/></w:r>${run('nín\u00adsula')}`, 'península'],
    [
      'with marks of the editor',
      `<w:proofErr w:type="spellStart"/><w:r w:rsidR="00A"><w:rPr><w:lang w:val="es"/></w:rPr><w:t>Wi</w:t></w:r>${run('-Fi')}`,
      'Wi-Fi',
    ],
  ])('%s', async (_, body, text) => {
    expect(await words(`<w:p>${body}</w:p>`)).toEqual([['guía', text]]);
  });

  it('deleted rows and paragraphs', async () => {
    const row = (cell: string, properties = '') => `<w:tr><w:trPr>${properties}</w:trPr><w:tc>${p(cell)}</w:tc></w:tr>`;
    expect(await words(`<w:tbl>${row('Viejo', '<w:del/>')}${row('Nuevo')}</w:tbl>`)).toEqual([['guía', 'Nuevo']]);
  });

  it('notes, under what they belong to', async () => {
    const reference = (kind: string, id: number) =>
      `<w:p><w:r><w:t>Gratis</w:t></w:r><w:r><w:${kind}Reference w:id="${id}"/></w:r></w:p>`;
    const notes = (kind: string, text: string) => part(`${kind}s`, `<w:${kind} w:id="2">${p(text)}</w:${kind}>`);
    const body = `${reference('footnote', 2)}<w:tbl><w:tr><w:tc>${reference('endnote', 2)}</w:tc></w:tr></w:tbl>${p('Fin.')}`;
    const others = {
      'word/footnotes.xml': notes('footnote', 'Desde 50 €.'),
      'word/endnotes.xml': notes('endnote', 'En mayo.'),
    };
    expect(await words(body, '', others)).toEqual([
      ['guía', 'Gratis[1]\n\n[1] Desde 50 €.\n\nGratis[2]\n\n[2] En mayo.\n\nFin.'],
    ]);
  });
});

describe('tables', () => {
  const row = (cells: string[], properties = '') =>
    `<w:tr>${properties}${cells
      .map(
        (cell) =>
          `<w:tc>${cell
            .split('\n')
            .map((each) => p(each))
            .join('')}</w:tc>`,
      )
      .join('')}</w:tr>`;
  const table = (look: string, rows: string) => `<w:tbl><w:tblPr>${look}</w:tblPr>${rows}</w:tbl>`;
  const styles =
    '<w:style w:type="table" w:styleId="Azul"><w:name w:val="Azul"/><w:tblStylePr w:type="firstRow"/></w:style><w:style w:type="table" w:styleId="Simple"><w:name w:val="Simple"/></w:style>';
  const rows = row(['Plan', 'Precio']) + row(['Turbo', '39 €\nal mes']);
  const headed = 'Plan: Turbo; Precio: 39 € al mes';
  const plain = 'Plan | Precio\nTurbo | 39 € al mes';
  it.each([
    ['drawn by its style', table('<w:tblStyle w:val="Azul"/><w:tblLook w:val="04A0"/>', rows), headed],
    ['said not to be', table('<w:tblStyle w:val="Azul"/><w:tblLook w:val="0480"/>', rows), plain],
    ['said in words', table('<w:tblStyle w:val="Azul"/><w:tblLook w:firstRow="1"/>', rows), headed],
    ['of a style that draws none', table('<w:tblStyle w:val="Simple"/><w:tblLook w:val="04A0"/>', rows), plain],
    [
      'repeated on each page',
      table('', row(['Plan', 'Precio'], '<w:trPr><w:tblHeader/></w:trPr>') + row(['Turbo', '39 €\nal mes'])),
      headed,
    ],
  ])('with a first row of headings, %s', async (_, body, text) => {
    expect(await words(body, styles)).toEqual([['guía', text]]);
  });
});

describe('what cannot be read says why', () => {
  const ole = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  const whole = docx(p('Hola.'));
  it.each([
    ['nothing', Buffer.alloc(0), 'no Word file'],
    ['another kind', Buffer.from('%PDF-1.7'), 'no Word file'],
    ['an old one', Buffer.concat([ole, Buffer.alloc(1000)]), 'old Word'],
    ['a cut one', whole.subarray(0, whole.length - 200), 'cut off'],
    ['another zip', zipOf({ 'xl/workbook.xml': '<a/>' }), 'no Word file'],
    ['one of broken words', zipOf({ 'word/document.xml': part('document', '<w:body><w:p></w:body>') }), 'damaged'],
    ['one of nothing', zipOf({ 'word/document.xml': '' }), 'damaged'],
    ['one that swells', docx(' '.repeat(40_000_000)), 'more than 32 MB'],
    ['one that goes too deep', docx(`${'<w:smartTag>'.repeat(200_000)}${'</w:smartTag>'.repeat(200_000)}`), 'too deep'],
  ])('%s', async (_, content, why) => {
    await expect(parse('a.docx', content)).rejects.toThrow(why);
  });

  it('one with a password', async () => {
    await expect(fixture('protected.docx')).rejects.toThrow('A password protects it');
  });

  it('one of pictures alone is told', async () => {
    const picture =
      '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="r1"/></v:shape></w:pict></w:r></w:p>';
    const others = {
      'word/_rels/document.xml.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="x" Target="media/a.png"/></Relationships>',
    };
    expect(await words(picture, '', others)).toEqual([]);
    expect(told).toEqual([expect.stringContaining('it has no text')]);
  });
});
