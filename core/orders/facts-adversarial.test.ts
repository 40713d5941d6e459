/** What a model may make of a message about an order, in six languages. */
import { describe, expect, it } from 'vitest';
import { brokenOf, check, SHOPS } from '../../test/support/order-shops.ts';
import { westernDigits } from '../text/fold.ts';
import { fill } from './template.ts';

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
  it.each(GOOD)('in %s that keeps them: %s', (language, text) => expect(check(language, text)).toEqual({ ok: true }));

  it.each(BAD)('in %s that breaks one (%s): %s', (language, broken, text) =>
    expect(brokenOf(language, text)).toBe(broken),
  );

  it.each(Object.keys(SHOPS))('in %s breaks a fact by whichever digit is changed, added or lost', (language) => {
    const { template, order } = SHOPS[language]!;
    const filling = fill(template, order, { language, timezone: 'UTC' });
    const text = filling.ok ? filling.filled.text : '';
    const digits = [...text.matchAll(/\p{Nd}/gu)].map(({ index }) => index);
    const changes = digits.flatMap((at) => [
      ...[...'0123456789'].map((digit) => text.slice(0, at) + digit + text.slice(at + 1)),
      `${text.slice(0, at)}7${text.slice(at)}`,
      text.slice(0, at) + text.slice(at + 1),
    ]);
    const same = changes.filter((changed) => brokenOf(language, changed) === 'ok').map(westernDigits);
    const equal = westernDigits(text);
    // Without the last zero of a fraction it is the same amount.
    const equals = [equal, equal.replace(/(1\D?234\D5)0/, '$1')];
    expect(same.filter((changed) => !equals.includes(changed))).toEqual([]);
    expect(digits.length).toBeGreaterThan(8);
  });
});
