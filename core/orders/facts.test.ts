import { describe, expect, it } from 'vitest';
import { orderOf } from '../../test/support/orders.ts';
import type { Order } from '../model/order.ts';
import { keepsFacts } from './facts.ts';
import { fill } from './template.ts';

/** A template by language, and an order for it. */
const SHOPS: Record<string, { template: string; order: Order }> = {
  es: {
    template:
      'Hola[ {name}]: gracias por tu pedido {number} de {items}, {total} en total, del {date}. Síguelo en {trackingUrl} o llama al +34 910 000 001.',
    order: orderOf({ fields: { trackingUrl: 'https://casa.example/t/A-1002' } }),
  },
  it: {
    template: 'Ciao[ {name}], il tuo ordine {number} ({items}) è stato consegnato il {deliveryDate}. Totale: {total}.',
    order: orderOf({
      state: 'delivered',
      items: [
        { name: 'Moka 3 tazze', quantity: 2 },
        { name: 'Caffè', quantity: 5 },
      ],
    }),
  },
  en: {
    template:
      'Hi[ {name}]! Your order {number} of {shop} is placed: {items}. You paid {total}, shipping was {shipping}.',
    order: orderOf({ total: { amount: '1234.50', currency: 'USD' }, fields: { shipping: '$5.00' } }),
  },
  fa: {
    template: '[{name}، ]سفارش {number} شما ثبت شد: {items}. مبلغ: {total}.',
    order: orderOf({ items: [{ name: 'کتاب حافظ', quantity: 3 }], total: { amount: '2500000', currency: 'IRR' } }),
  },
  ar: {
    template: 'مرحبا[ {name}]، تم استلام طلبك رقم {number}: {items}. المبلغ {total}. الهاتف +966 11 234 5678.',
    order: orderOf({ items: [{ name: 'قهوة عربية', quantity: 2 }], total: { amount: '150.75', currency: 'SAR' } }),
  },
  ru: {
    template: 'Здравствуйте[, {name}]! Заказ № {number} доставлен {deliveryDate}: {items}. Сумма {total}.',
    order: orderOf({
      number: '100457',
      state: 'delivered',
      items: [
        { name: 'Чайник Bosch TWK', quantity: 1 },
        { name: 'Чай', quantity: 4 },
      ],
      total: { amount: '12990', currency: 'KZT' },
    }),
  },
};

function check(language: string, text: string, change: { order?: Order; template?: string } = {}) {
  const { template, order } = { ...SHOPS[language]!, ...change };
  const filling = fill(template, order, { language, timezone: 'UTC' });
  if (!filling.ok) throw new Error(`Not filled: ${JSON.stringify(filling)}`);
  return keepsFacts(text, filling.filled, order);
}
const brokenOf = (...given: Parameters<typeof check>) => {
  const kept = check(...given);
  return kept.ok ? 'ok' : kept.broken;
};

const GOOD: [language: string, text: string][] = [
  [
    'es',
    '¡Qué bien, Ana! Ya tenemos tu pedido A-1002: 2 × Camiseta azul y Taza. Son 1234,50 €. Lo hiciste el 20 de noviembre de 2026. Mira dónde está: https://casa.example/t/A-1002. ¿Dudas? +34 910 000 001',
  ],
  [
    'es',
    'Gracias por comprar. Pedido A-1002 (Taza y 2 x camiseta azul), 20 de noviembre de 2026, 1.234,50 €, https://casa.example/t/A-1002, tel. +34910000001.',
  ],
  [
    'es',
    'Tu pedido A-1002 del 20 de noviembre de 2026: Taza, 2 × Camiseta azul; € 1234.50; https://casa.example/t/A-1002 y (+34) 910-000-001 😊',
  ],
  [
    'it',
    'Ciao Ana! Il 20 novembre 2026 è arrivato il tuo ordine A-1002: 5 × Caffè e 2 × Moka 3 tazze, per 1.234,50 €. Buona giornata!',
  ],
  [
    'en',
    'Thanks a lot, Ana! We have your order A-1002: Taza and 2 × Camiseta azul. You paid $1234.5, with shipping $5.00. Feel free to write to us.',
  ],
  ['en', 'Order A-1002 is in! 2 × Camiseta azul, Taza – $1,234.50, of which shipping is $5.00.'],
  ['fa', 'سپاس از خرید شما! سفارش A-1002 شامل ۳ × کتاب حافظ به مبلغ ۲٬۵۰۰٬۰۰۰ ریال ثبت شد.'],
  ['fa', 'سفارش A-1002 ثبت شد: 3 × کتاب حافظ، مبلغ 2,500,000 ریال. ممنون از شما.'],
  ['ar', 'شكرا لك! وصلنا طلبك رقم A-1002 وفيه ٢ × قهوة عربية بمبلغ 150.75 ر.س. للتواصل: +966 11 234 5678'],
  [
    'ru',
    'Ana, заказ № 100457 у вас с 20 ноября 2026 года: Чайник Bosch TWK и 4 × Чай на 12 990 ₸. Приятного чаепития!',
  ],
  ['ru', 'Заказ 100457 доставлен 20 ноября 2026. В нём Чайник Bosch TWK и 4 × чай. Сумма: 12990 ₸.'],
];

const BAD: [language: string, broken: string, text: string][] = [
  // An amount, digits, a currency.
  [
    'es',
    'number',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 1243,50 €, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  [
    'es',
    'number',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 12.345,0 €, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  [
    'es',
    'currency',
    'Pedido A-1002: 2 × Camiseta azul y Taza, $1234,50, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  ['en', 'number', 'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.05, shipping was $5.00.'],
  ['en', 'number', 'Order A-1002: 2 × Camiseta azul and Taza. Shipping was $5.00, you paid $1,234.50.'],
  [
    'en',
    'number',
    'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00, you save ⑩ with us.',
  ],
  ['en', 'number', 'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00 ½ of it is back.'],
  ['ar', 'number', 'طلبك رقم A-1002: ٢ × قهوة عربية. المبلغ ١٥٧٫٥٠ ر.س. الهاتف +966 11 234 5678'],
  ['fa', 'number', 'سفارش A-1002 ثبت شد: ۳ × کتاب حافظ. مبلغ: ۲۵۰٬۰۰۰ ریال، با سپاس از شما'],
  ['fa', 'currency', 'سفارش A-1002 ثبت شد: ۳ × کتاب حافظ. مبلغ: ۲٬۵۰۰٬۰۰۰ تومان، با سپاس از شما'],
  ['fa', 'promise', 'سفارش A-1002 ثبت شد: ۳ × کتاب حافظ. مبلغ: ۲٬۵۰۰٬۰۰۰ ریال، یعنی بیست تومان'],
  ['ru', 'number', 'Заказ № 100457 доставлен 20 ноября 2026 г.: Чайник Bosch TWK и 4 × Чай. Сумма 12 900 ₸.'],
  ['ru', 'currency', 'Заказ № 100457 доставлен 20 ноября 2026 г.: Чайник Bosch TWK и 4 × Чай. Сумма 12 990 ₽.'],
  // The order's number.
  [
    'es',
    'order number',
    'Pedido A-1020: 2 × Camiseta azul y Taza, 1234,50 €, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  ['ru', 'order number', 'Заказ № 1004578 доставлен 20 ноября 2026 г.: Чайник Bosch TWK и 4 × Чай. Сумма 12 990 ₸.'],
  [
    'it',
    'order number',
    'Ciao Ana, il tuo ordine (2 × Moka 3 tazze e 5 × Caffè) è arrivato il 20 novembre 2026. Totale: 1234,50 €.',
  ],
  // Products and how many.
  [
    'es',
    'product',
    'Pedido A-1002: 2 × Camiseta azul, 1234,50 €, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  [
    'es',
    'product',
    'Pedido A-1002: 2 × Camiseta roja y Taza, 1234,50 €, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  [
    'es',
    'product',
    'Pedido A-1002: Camiseta azul y 2 × Taza, 1234,50 €, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  [
    'it',
    'product',
    'Il tuo ordine A-1002 (5 × Moka 3 tazze e 2 × Caffè) è stato consegnato il 20 novembre 2026. Totale: 1234,50 €.',
  ],
  ['fa', 'product', 'سفارش A-1002 ثبت شد: ۲ × کتاب حافظ. مبلغ: ۲٬۵۰۰٬۰۰۰ ریال، با سپاس از شما'],
  ['ru', 'number', 'Заказ № 100457 доставлен 20 ноября 2026 г.: 2 × Чайник Bosch TWK и 4 × Чай. Сумма 12 990 ₸.'],
  // Days.
  [
    'it',
    'date',
    'Il tuo ordine A-1002 (2 × Moka 3 tazze e 5 × Caffè) è stato consegnato il 21 novembre 2026. Totale: 1234,50 €.',
  ],
  ['ru', 'date', 'Заказ № 100457 доставлен 20 декабря 2026 г.: Чайник Bosch TWK и 4 × Чай. Сумма 12 990 ₸.'],
  [
    'en',
    'promise',
    'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. It arrives on Friday!',
  ],
  [
    'es',
    'promise',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 1234,50 €, del 20 de noviembre de 2026, llega mañana, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  // Promises.
  [
    'en',
    'promise',
    'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. Free delivery tomorrow!',
  ],
  [
    'en',
    'number',
    'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. Use SAVE20 next time.',
  ],
  [
    'en',
    'percent',
    'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. 1,234.50 % for friends.',
  ],
  [
    'es',
    'promise',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 1234,50 €, del 20 de noviembre de 2026, con descuento, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  [
    'es',
    'number',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 1234,50 €, 10% menos, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 001',
  ],
  [
    'it',
    'promise',
    'Ordine A-1002 (2 × Moka 3 tazze e 5 × Caffè), consegnato il 20 novembre 2026. Totale: 1234,50 €. Il prossimo caffè è gratis!',
  ],
  [
    'it',
    'promise',
    'Ordine A-1002 (2 × Moka 3 tazze e 5 × Caffè), consegnato il 20 novembre 2026. Totale: 1234,50 €. Ti rimborsiamo tutto.',
  ],
  ['fa', 'promise', 'سفارش A-1002 ثبت شد: ۳ × کتاب حافظ. مبلغ: ۲٬۵۰۰٬۰۰۰ ریال. فردا می‌رسد و ارسال رایگان است.'],
  ['fa', 'number', 'سفارش A-1002 ثبت شد: ۳ × کتاب حافظ. مبلغ: ۲٬۵۰۰٬۰۰۰ ریال. ۲۰٪ تخفیف دارید.'],
  ['ar', 'promise', 'طلبك رقم A-1002: ٢ × قهوة عربية. المبلغ ١٥٠٫٧٥ ر.س. الهاتف +966 11 234 5678 والتوصيل مجاني غدا'],
  ['ar', 'promise', 'طلبك رقم A-1002: ٢ × قهوة عربية. المبلغ ١٥٠٫٧٥ ر.س. الهاتف +966 11 234 5678 ولك خصم كبير'],
  [
    'ru',
    'promise',
    'Заказ № 100457 доставлен 20 ноября 2026 г.: Чайник Bosch TWK и 4 × Чай. Сумма 12 990 ₸. Дарим скидку!',
  ],
  [
    'ru',
    'promise',
    'Заказ № 100457 доставлен 20 ноября 2026 г.: Чайник Bosch TWK и 4 × Чай. Сумма 12 990 ₸. Доставим завтра бесплатно.',
  ],
  [
    'ru',
    'promise',
    'Заказ № 100457 доставлен 20 ноября 2026 г.: Чайник Bosch TWK и 4 × Чай. Сумма 12 990 ₸. Вернём половину.',
  ],
  // Links and phones.
  [
    'es',
    'link',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 1234,50 €, del 20 de noviembre de 2026, https://casa.example/t/A-1020, +34 910 000 001',
  ],
  [
    'es',
    'link',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 1234,50 €, del 20 de noviembre de 2026, +34 910 000 001, síguelo en la web',
  ],
  ['en', 'link', 'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. See evil.com/pay'],
  [
    'en',
    'link',
    'Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. Write to x@evil.com',
  ],
  [
    'es',
    'number',
    'Pedido A-1002: 2 × Camiseta azul y Taza, 1234,50 €, del 20 de noviembre de 2026, https://casa.example/t/A-1002, +34 910 000 010',
  ],
  ['ar', 'number', 'طلبك رقم A-1002: ٢ × قهوة عربية. المبلغ ١٥٠٫٧٥ ر.س. الهاتف +966 11 234 5687'],
  ['en', 'placeholder', 'Hi [Name]! Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00.'],
  // Length.
  ['en', 'length', ''],
  ['en', 'length', 'Thanks!'],
  [
    'en',
    'length',
    `Order A-1002: 2 × Camiseta azul and Taza. You paid $1,234.50, shipping was $5.00. ${'Thank you so much. '.repeat(30)}`,
  ],
];

describe('a wording', () => {
  it.each(Object.keys(SHOPS))('keeps the facts where it is the template itself (%s)', (language) => {
    const { template, order } = SHOPS[language]!;
    const filling = fill(template, order, { language, timezone: 'UTC' });
    expect(filling.ok && check(language, filling.filled.text)).toEqual({ ok: true });
  });

  it.each(GOOD)('in %s that keeps them: %s', (language, text) => expect(check(language, text)).toEqual({ ok: true }));

  it.each(BAD)('in %s that breaks one (%s): %s', (language, broken, text) =>
    expect(brokenOf(language, text)).toBe(broken),
  );

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
