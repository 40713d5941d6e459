/** Shops' templates in six languages, with an order for each, and what the check of a wording says of a text for them. */

import type { Order } from '../../core/model/order.ts';
import { type FactsKept, keepsFacts } from '../../core/orders/facts.ts';
import { fill } from '../../core/orders/template.ts';
import { orderOf } from './orders.ts';

/** A template by language, and an order for it. */
export const SHOPS: Record<string, { template: string; order: Order }> = {
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

export function check(language: string, text: string, change: { order?: Order; template?: string } = {}): FactsKept {
  const { template, order } = { ...SHOPS[language]!, ...change };
  const filling = fill(template, order, { language, timezone: 'UTC' });
  if (!filling.ok) throw new Error(`Not filled: ${JSON.stringify(filling)}`);
  return keepsFacts(text, filling.filled, order);
}
/** Which fact broke, or `ok`. */
export const brokenOf = (...given: Parameters<typeof check>): string => {
  const kept = check(...given);
  return kept.ok ? 'ok' : kept.broken;
};
