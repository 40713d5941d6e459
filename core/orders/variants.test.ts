import { describe, expect, it } from 'vitest';
import { compare, LEAST_SENT, rateOf, ratesOf, type VariantCounts, variantOf } from './variants.ts';

const contacts = Array.from({ length: 10_000 }, (_, at) => `contact-${at}`);
const half = [
  { id: 'A', share: 50 },
  { id: 'B', share: 50 },
];

describe('the variant of a contact', () => {
  it('is the same however often and in whatever process it is asked for', () => {
    expect(
      contacts
        .slice(0, 8)
        .map((contact) => variantOf('thanks', contact, half))
        .join(''),
    ).toBe('BBBBABAB');
    for (const contact of contacts.slice(0, 50))
      expect(variantOf('thanks', contact, half)).toBe(variantOf('thanks', contact, half));
  });

  it('has its share of the contacts', () => {
    const shares = [
      { id: 'A', share: 7 },
      { id: 'B', share: 2 },
      { id: 'C', share: 1 },
    ];
    const count = (id: string) => contacts.filter((contact) => variantOf('thanks', contact, shares) === id).length;
    expect(Math.abs(count('A') - 7_000)).toBeLessThan(200);
    expect(Math.abs(count('B') - 2_000)).toBeLessThan(200);
    expect(Math.abs(count('C') - 1_000)).toBeLessThan(200);
  });

  it('of one experiment says nothing about that of another', () => {
    const same = contacts.filter((contact) => variantOf('one', contact, half) === variantOf('two', contact, half));
    expect(Math.abs(same.length - 5_000)).toBeLessThan(250);
  });

  it.each([
    [[], 'There are 0'],
    [Array.from({ length: 6 }, (_, at) => ({ id: `${at}`, share: 1 })), 'There are 6'],
    [[half[0]!, half[0]!], 'same name'],
    [[{ id: 'A', share: 0 }], 'no number above 0'],
    [[{ id: 'A', share: Number.NaN }], 'no number above 0'],
    [[{ id: 'A', share: Number.POSITIVE_INFINITY }], 'no number above 0'],
  ])('is refused for %j', (variants, words) => {
    expect(() => variantOf('thanks', 'x', variants)).toThrow(words);
  });
});

describe('a rate', () => {
  it.each([
    [0, 0, 0, 0, 1],
    [0, 10, 0, 0, 0.2775],
    [10, 10, 1, 0.7225, 1],
    [5, 10, 0.5, 0.2366, 0.7634],
    [81, 263, 0.308, 0.2553, 0.3662],
    [12, 10, 1, 0.7225, 1],
  ])('%i of %i is %f, in truth from %f to %f', (count, of, rate, low, high) => {
    const found = rateOf(count, of);
    expect(found.rate).toBeCloseTo(rate, 3);
    expect(found.low).toBeCloseTo(low, 3);
    expect(found.high).toBeCloseTo(high, 3);
  });

  it('is made of each outcome', () => {
    const rates = ratesOf(counts({ sent: 20, replied: 10 }));
    expect(rates.sent).toBe(20);
    expect(rates.replied).toMatchObject({ count: 10, of: 20, rate: 0.5 });
    expect(rates.optedOut).toMatchObject({ count: 0, of: 20, rate: 0 });
  });
});

const counts = (more: Partial<VariantCounts>): VariantCounts => ({
  ...{ sent: 0, delivered: 0, read: 0, replied: 0, optedOut: 0, orderedAgain: 0 },
  ...more,
});

describe('two variants', () => {
  const pair = (sent: number, a: number, b: number) =>
    compare({ A: counts({ sent, replied: a }), B: counts({ sent, replied: b }) }, 'replied')[0]!;

  it('are told apart only where chance hardly explains it', () => {
    expect(pair(1_000, 100, 160)).toMatchObject({ first: 'A', second: 'B', verdict: 'different' });
    expect(pair(1_000, 160, 100)).toMatchObject({ verdict: 'different' });
    expect(pair(1_000, 100, 115)).toMatchObject({ verdict: 'unclear' });
    expect(pair(LEAST_SENT - 1, 0, LEAST_SENT - 1)).toMatchObject({ verdict: 'too-few' });
  });

  it('have Newcombe’s interval of the difference', () => {
    // His example (1998, table II a): 56/70 and 48/80, 0.0524 to 0.3339.
    const [found] = compare({ B: counts({ sent: 80, read: 48 }), A: counts({ sent: 70, read: 56 }) }, 'read');
    expect(found!.difference).toBeCloseTo(0.2, 4);
    expect(found!.low).toBeCloseTo(0.0524, 3);
    expect(found!.high).toBeCloseTo(0.3339, 3);
  });

  it('get a sentence that names no winner', () => {
    expect(pair(10, 1, 5).sentence).toBe(
      '"A" was answered in 1 of 10 cases, "B" in 5 of 10. That is too few to say anything: wait until each was sent at least 30 times.',
    );
    expect(pair(1_000, 100, 115).sentence).toBe(
      '"A" was answered in 100 of 1000 cases, "B" in 115 of 1000. That means nothing yet: in truth they may be between -1.2 and 4.2 percentage points apart. Were the rates in truth 10.0 % and 11.5 %, some 6690 of each would show it.',
    );
    expect(pair(1_000, 100, 100).sentence).not.toContain('would show');
    expect(pair(1_000, 100, 160).sentence).toContain('Chance alone hardly explains that');
    expect(pair(1_000, 100, 160).sentence).not.toMatch(/better|best|winner|choose/);
  });

  it('are harder to tell apart where many are compared', () => {
    const two = { A: counts({ sent: 1_000, replied: 100 }), B: counts({ sent: 1_000, replied: 130 }) };
    expect(compare(two, 'replied')[0]!.verdict).toBe('different');
    const five = { ...two, C: two.A, D: two.A, E: two.A };
    const all = compare(five, 'replied');
    expect(all).toHaveLength(10);
    expect(all[0]!.verdict).toBe('unclear');
  });

  it('are none where there is one', () => {
    expect(compare({ A: counts({ sent: 5 }) }, 'replied')).toEqual([]);
  });
});
