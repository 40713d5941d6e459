/** The variants of an A/B test as an integrator writes them; plain enough for the editor. */

export interface Variant {
  id: string;
  /** Its part of the contacts, beside the others' parts: 50 and 50, or 9 and 1. Above 0. */
  share: number;
}

export const MOST_VARIANTS = 5;

export type VariantsProblem = 'count' | 'names' | 'shares';

/** Null: nothing. */
export function wrongWithVariants(variants: readonly Variant[]): VariantsProblem | null {
  if (variants.length < 1 || variants.length > MOST_VARIANTS) return 'count';
  const ids = new Set(variants.map(({ id }) => id).filter(Boolean));
  if (ids.size < variants.length) return 'names';
  return variants.every(({ share }) => share > 0 && Number.isFinite(share)) ? null : 'shares';
}
