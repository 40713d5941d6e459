/** What shows that a customer agreed to be written to unasked. */
import type { Consent, ConsentWords } from '../model.ts';
import type { Records } from '../ports.ts';

/** The later of two. */
const later = (one: Consent | undefined, other: Consent | undefined): Consent | undefined =>
  one && other ? (other.at > one.at ? other : one) : (one ?? other);

/** What two contacts said, now that they are one person. */
export const together = (one: ConsentWords = {}, other: ConsentWords = {}): ConsentWords => ({
  in: later(one.in, other.in),
  out: later(one.out, other.out),
});

/**
 * What the shop tells of the order, else the person's own words, on whatever account. An opt-out that came after either voids it.
 * @param people all contacts that are the person
 * @returns null where nothing shows it
 */
export function proofOf(records: Records, people: string[], ofOrder: Consent | undefined): Consent | null {
  const said = people.map((id) => records.contact(id)?.consents).reduce<ConsentWords>(together, {});
  return [ofOrder, said.in].find((proof) => proof && !(said.out && said.out.at >= proof.at)) ?? null;
}
