import { describe, expect, it } from 'vitest';
import { brokenOf, check, SHOPS } from '../../test/support/order-shops.ts';
import { orderOf } from '../../test/support/orders.ts';
import { fill } from './template.ts';

describe('a wording', () => {
  it.each(Object.keys(SHOPS))('keeps the facts where it is the template itself (%s)', (language) => {
    const { template, order } = SHOPS[language]!;
    const filling = fill(template, order, { language, timezone: 'UTC' });
    expect(filling.ok && check(language, filling.filled.text)).toEqual({ ok: true });
  });

  it('may say what the template says by itself', () => {
    const template = 'Thanks for {number}! Free delivery tomorrow, and 10 % off with SALE10 until 5 December.';
    const text = 'We are happy about {number}. 10 % off with SALE10 until 5 December, and free delivery tomorrow.';
    expect(brokenOf('en', text.replace('{number}', 'A-1002'), { template })).toBe('ok');
    expect(brokenOf('en', text.replace('{number}', 'A-1002').replace('10 %', '15 %'), { template })).toBe('number');
    expect(brokenOf('en', text.replace('{number}', 'A-1002').replace('SALE10', 'SALE1O'), { template })).toBe('number');
    expect(brokenOf('en', text.replace('{number}', 'A-1002').replace('December', 'January'), { template })).toBe(
      'promise',
    );
  });

  it('takes names with digits and promises for names', () => {
    const order = orderOf({
      shop: '7-Eleven 24h',
      customer: { name: 'Domingo III' },
      items: [{ name: 'Free Tomorrow 50% gel 3.5 oz', quantity: 1 }],
    });
    const template = '{name}, {shop} has {number}: {items}, {total}.';
    const text = 'A-1002 is with us: free tomorrow 50% gel 3.5 oz for €1,234.50. Yours truly.';
    expect(check('en', text, { template, order })).toEqual({ ok: true });
    expect(brokenOf('en', text.replace('Yours truly', 'All of it free'), { template, order })).toBe('promise');
  });

  it('tells three digits of a fraction from thousands by the order alone', () => {
    const template = 'Order {number}: {total}. Thank you for it.';
    const dinars = orderOf({ total: { amount: '1.500', currency: 'KWD' } });
    expect(brokenOf('en', 'Order A-1002: KWD 1.500. Thank you very much.', { template, order: dinars })).toBe('ok');
    expect(brokenOf('en', 'Order A-1002: KWD 1.5. Thank you very much.', { template, order: dinars })).toBe('ok');
    expect(brokenOf('en', 'Order A-1002: KWD 1500. Thank you very much.', { template, order: dinars })).toBe('number');
    const euros = orderOf({ total: { amount: '1500', currency: 'EUR' } });
    expect(brokenOf('en', 'Order A-1002: €1.500. Thank you very much.', { template, order: euros })).toBe('ok');
    expect(brokenOf('en', 'Order A-1002: €1.5. Thank you very much.', { template, order: euros })).toBe('number');
  });

  it('hides nothing behind what cannot be seen', () => {
    const text = 'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. ';
    expect(brokenOf('en', `${text}f\u200br\u200bee!`)).toBe('promise');
    expect(brokenOf('en', `${text}5\ufe0f\u20e30\ufe0f\u20e3 for you`)).toBe('number');
    expect(brokenOf('en', `${text}５０ for you`)).toBe('number');
    expect(brokenOf('en', text.replace('1,234', '1,\u200b234'))).toBe('ok');
  });

  it('says what broke without the customer’s name', () => {
    expect(check('en', 'Order A-1002: 2 × Camiseta azul, Ana. You paid $1,234.50, shipping was $5.00.')).toEqual({
      ok: false,
      broken: 'product',
      what: 'taza is missing',
    });
  });
});
