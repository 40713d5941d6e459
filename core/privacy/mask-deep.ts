/** What a tool gives back, or is asked with, as JSON: its keys stay, and tell what their values are. */
import type { Json } from '../model.ts';
import type { Mask } from './masking.ts';

/**
 * String leaves, and numbers that are a phone or a card, of a tool's result or arguments; keys stay. A key tells what its value is:
 * `"phone": 1234567` is masked where the bare number would not be.
 */
export function maskDeep(value: Json, mask: Mask, key = ''): Json {
  if (typeof value === 'string') return maskLeaf(key, value, mask);
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Math.abs(value) < 1_000_000) return value;
    const masked = maskLeaf(key, String(value), mask);
    return masked === String(value) ? value : masked;
  }
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, mask, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskDeep(item, mask, name)]));
}

/** Keys whose values are one of a few words, whoever is called like one of them. */
const CLOSED =
  /(?:^|[_-])(?:status|state|estado|stato|estatus|type|tipo|kind|result|mode|phase|stage|level|format|currency|статус|тип|وضعیت|نوع|حالة|الحالة)$/iu;

function maskLeaf(key: string, text: string, mask: Mask): string {
  if (CLOSED.test(key.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, '_')) && /^[\p{L}\p{M}_-]{1,40}$/u.test(text)) return text;
  const label = key && `${key.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')}: `;
  const masked = mask.mask(label + text);
  return masked.startsWith(label) ? masked.slice(label.length) : mask.mask(text);
}
