/** Products as knowledge files: a table for each kind and language, so that a changed price has one file read again. */
import type { JsonObject } from '../../core/model.ts';
import { csvOf } from '../../core/text/csv.ts';
import { cutText } from '../../core/text/lengths.ts';
import columns from './columns.json' with { type: 'json' };

const LANGUAGES = ['ar', 'en'] as const;
type Language = (typeof LANGUAGES)[number];
/** Of one cell. */
const LONGEST = 300;
const LONGEST_NAME = 60;

/** Names of files that these can have. */
export const isCatalogueFile = (name: string): boolean => /\.(ar|en)\.csv$/.test(name);

/** File name → text. A product that has no name in a language is in no file of that language. */
export function filesOf(products: readonly JsonObject[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const language of LANGUAGES) {
    const named = products.filter((product) => of(product, 'name', language));
    const kinds = Map.groupBy(named, (product) => slug(of(product, 'category', 'en') || of(product, 'category', 'ar')));
    for (const [kind, all] of kinds) {
      const rows = all.map((product) => rowOf(product, language)).sort(byNumber);
      files.set(`${kind}.${language}.csv`, csvOf([headOf(language), ...rows]));
    }
  }
  return files;
}

function headOf(language: Language): string[] {
  const { name, id, ingredient, strength, form, pack, price, category, prescription } = columns[language];
  return [name, id, ingredient, strength, form, pack, price, category, prescription];
}

function rowOf(product: JsonObject, language: Language): string[] {
  const { needed, notNeeded, ...words } = columns[language];
  const currency = textOf(product.currency);
  const price = typeof product.price === 'number' ? product.price.toFixed(2) : textOf(product.price);
  return [
    of(product, 'name', language),
    textOf(product.id),
    textOf(product.ingredient),
    textOf(product.strength),
    of(product, 'form', language),
    of(product, 'pack', language),
    price && `${price} ${currency === 'EGP' ? words.EGP : currency}`.trim(),
    of(product, 'category', language),
    typeof product.prescription_only === 'boolean' ? (product.prescription_only ? needed : notNeeded) : '',
  ];
}

/** By the product's number, whatever order the pages have. */
const byNumber = ([, a = '']: string[], [, b = '']: string[]) => a.localeCompare(b, 'en', { numeric: true });

const of = (product: JsonObject, field: string, language: Language) => textOf(product[`${field}_${language}`]);

function textOf(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  return cutText(String(value).replace(/\s+/g, ' ').trim(), LONGEST);
}

/** `Cold, cough and allergy` → `cold-cough-and-allergy`. */
function slug(text: string): string {
  const words = text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  return [...words.replace(/^-/, '')].slice(0, LONGEST_NAME).join('').replace(/-$/, '') || 'other';
}
