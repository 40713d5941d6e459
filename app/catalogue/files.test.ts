import { expect, it } from 'vitest';
import { parseFile } from '../../adapters/knowledge/parse-file.ts';
import { filesOf, isCatalogueFile } from './files.ts';

const PRODUCT = {
  ...{ id: 1, name_ar: 'باراسيتامول 500 مجم أقراص', name_en: 'Paracetamol 500 mg tablets', ingredient: 'paracetamol' },
  ...{ strength: '500 mg', form_ar: 'أقراص', form_en: 'tablets', pack_ar: 'علبة 20 قرصًا', pack_en: 'box of 20' },
  ...{ price: 18.5, currency: 'EGP', category_en: 'Pain and fever', category_ar: 'مسكنات', prescription_only: false },
};

const passages = async (name: string, text: string) => {
  const complaints: string[] = [];
  const found = await parseFile(name, Buffer.from(text), (what) => complaints.push(what));
  expect(complaints).toEqual([]);
  return found;
};

it('is a table for each kind and language, and each row a passage in that language', async () => {
  const files = filesOf([PRODUCT, { ...PRODUCT, id: 2, category_en: 'Skin' }]);
  expect([...files.keys()].sort()).toEqual(
    ['pain-and-fever', 'skin'].flatMap((kind) => [`${kind}.ar.csv`, `${kind}.en.csv`]),
  );
  expect(await passages('pain-and-fever.ar.csv', files.get('pain-and-fever.ar.csv')!)).toEqual([
    {
      title: PRODUCT.name_ar,
      text: [
        `الصنف: ${PRODUCT.name_ar}`,
        ...['رقم الصنف: 1', 'المادة الفعالة: paracetamol', 'التركيز: 500 mg', 'الشكل: أقراص', 'العبوة: علبة 20 قرصًا'],
        ...['السعر: 18.50 جنيه', 'القسم: مسكنات', 'الروشتة: بدون روشتة'],
      ].join('\n'),
      language: 'ar',
    },
  ]);
  const [english] = await passages('skin.en.csv', files.get('skin.en.csv')!);
  expect(english!.text).toContain('Price: 18.50 EGP');
});

it('is the same text whatever order the products come in', () => {
  const products = [10, 9, 100, 1].map((id) => ({ ...PRODUCT, id }));
  expect([...filesOf(products)]).toEqual([...filesOf(products.toReversed())]);
  const numbers = [
    ...filesOf(products)
      .get('pain-and-fever.en.csv')!
      .matchAll(/tablets,(\d+),/g),
  ].map(([, id]) => id);
  expect(numbers).toEqual(['1', '9', '10', '100']);
});

it('takes nothing for a path, a formula or a cell that is not one', async () => {
  const wild = {
    ...PRODUCT,
    ...{ name_en: '=HYPERLINK("x"),\nsecond line', category_en: '../../etc/passwd', price: null, pack_en: ['box'] },
    ...{ strength: 'x'.repeat(9_999), prescription_only: 'maybe' },
  };
  const files = filesOf([wild, { name_ar: 'بلا رقم' }, {}]);
  expect([...files.keys()].sort()).toEqual(['etc-passwd.ar.csv', 'etc-passwd.en.csv', 'other.ar.csv']);
  expect([...files.keys()].every(isCatalogueFile)).toBe(true);
  const [passage] = await passages('etc-passwd.en.csv', files.get('etc-passwd.en.csv')!);
  expect(passage!.title).toBe('\'=HYPERLINK("x"), second line');
  expect(passage!.text).not.toMatch(/Price|Pack|Prescription|x{301}/);
});
