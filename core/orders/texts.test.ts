import { describe, expect, it } from 'vitest';
import { orderOf } from '../../test/support/orders.ts';
import { ORDER_EVENTS } from '../model/order.ts';
import { keepsFacts } from './facts.ts';
import { fieldsOf, fill, problemsOf } from './template.ts';
import { DEFAULT_TEXTS, wordingInstructions } from './texts.ts';

const ALL = ORDER_EVENTS.flatMap((event) =>
  (['template', 'fallback'] as const).flatMap((kind) =>
    Object.entries(DEFAULT_TEXTS[event][kind]).map(([language, text]) => ({ event, kind, language, text })),
  ),
);
const BARE = orderOf({ customer: { name: undefined }, total: undefined, items: [], state: 'placed' });
const FULL = orderOf({ state: 'delivered' });

describe.each(ALL)('our $kind for $event in $language', ({ language, text }) => {
  it('is right, and can be filled with every order', () => {
    expect(problemsOf(text)).toEqual([]);
    expect(fieldsOf(text).filter(({ name, required }) => required && name !== 'number')).toEqual([]);
    for (const order of [BARE, FULL]) {
      const filling = fill(text, order, { language, timezone: 'UTC' });
      if (!filling.ok) throw new Error('not filled');
      expect(filling.filled.text).not.toMatch(/[[\]{}]|undefined| {2}| [.,:!،]|\.\./);
      expect(keepsFacts(filling.filled.text, filling.filled, order)).toEqual({ ok: true });
    }
  });
});

it('there are words for both events in six languages', () => {
  expect(ALL).toHaveLength(24);
});

it('a model is told the language and the tone that it has to find', () => {
  expect(wordingInstructions('POST_PURCHASE', 'fa')).toMatch(/thanked for it\.\nWrite in Persian \(fa\)\.$/);
  expect(wordingInstructions('ORDER_DELIVERED', 'x"y', 'warm', 'short')).toMatch(
    /was delivered\.\nWrite in the language of the message\.\nTone: warm; short$/,
  );
});
