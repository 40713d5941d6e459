import { describe, expect, it } from 'vitest';
import { orderOf } from '../../test/support/orders.ts';
import type { Order } from '../model/order.ts';
import { fieldsOf, fill, LONGEST_TEMPLATE, problemsOf, templateFor } from './template.ts';

const inMadrid = (language: string) => ({ language, timezone: 'Europe/Madrid' });
const filled = (template: string, order: Order = orderOf(), language = 'es') => {
  const filling = fill(template, order, inMadrid(language));
  return filling.ok ? filling.filled.text.replace(/[\u00a0\u202f]/g, ' ') : filling;
};
const nameless = orderOf({ customer: { name: undefined }, total: undefined });

describe('a template', () => {
  it('is filled with the order', () => {
    expect(filled('Hola {name}: tu pedido {number} de {shop} ({items}), {total}, del {date}.')).toBe(
      'Hola Ana: tu pedido A-1002 de Casa Norte (2 × Camiseta azul y Taza), 1234,50 €, del 20 de noviembre de 2026.',
    );
  });

  it.each([
    ['Hola[ {name}], gracias.', 'Hola, gracias.'],
    ['Hola [{name}], gracias.', 'Hola, gracias.'],
    ['¡Hola [{name}]!', '¡Hola!'],
    ['Gracias, [{name}].', 'Gracias.'],
    ['[{name}, ]gracias.', 'gracias.'],
    ['[{name}], gracias.', 'gracias.'],
    ['Pedido {number} [de {total}] en camino', 'Pedido A-1002 en camino'],
    ['Pedido {number} ([{total}]).', 'Pedido A-1002.'],
    ['Pedido {number}: [{total}]', 'Pedido A-1002'],
    ['Pedido {number} – [{total}]\nGracias', 'Pedido A-1002\nGracias'],
    ['Hola\n[{name}]\nGracias', 'Hola\nGracias'],
    ['Gracias[ {name}][, {total}].', 'Gracias.'],
    ['{number} [{name}] {shop}', 'A-1002 Casa Norte'],
    ['{number}[, {name}][, {total}]', 'A-1002'],
    ['¡[{name}, ]hola!', '¡hola!'],
    ['¿[{name}], todo bien?', '¿todo bien?'],
    ['Pedido ([{total}], {number})', 'Pedido (A-1002)'],
    ['Pedido {number} [{total}] – gracias', 'Pedido A-1002 – gracias'],
    ['Gracias [{name}] "Casa"', 'Gracias "Casa"'],
    ['Hola, [{name}], gracias', 'Hola, gracias'],
    ['¡Hola [{name}]! ¿Qué tal?', '¡Hola! ¿Qué tal?'],
    ['مرحبا [{name}]، شكرا', 'مرحبا، شكرا'],
  ])('without name and total, "%s" is "%s"', (template, text) => {
    expect(filled(template, nameless)).toBe(text);
  });

  it('cannot be filled where a field outside of brackets is missing, and says which', () => {
    expect(filled('Hola {name}, {total}[, {name}]', nameless)).toEqual({
      ok: false,
      missing: ['name', 'total'],
      problems: [],
    });
    expect(filled('[{name}]', nameless)).toEqual({ ok: false, missing: ['name'], problems: [] });
  });

  it.each(['undefined', 'null', 'N/A', '-', ' ', '\u200e', '…'.repeat(0)])('takes the name "%s" for none', (name) => {
    expect(filled('Hola[ {name}].', orderOf({ customer: { name } }))).toBe('Hola.');
  });

  it('has the fields of the shop, and none that JavaScript has', () => {
    const order = orderOf({ fields: { courier: 'SEUR', note: 'undefined' } });
    expect(filled('{courier}[ {note}][ {constructor}][ {toString}]', order)).toBe('SEUR');
    expect(filled('{__proto__}', order)).toMatchObject({ problems: [{ code: 'bad-field-name' }] });
    expect(filled('{total}', orderOf({ fields: { total: '1 €' } }))).toBe('1234,50 €');
  });

  it('never reads what it is filled with', () => {
    const order = orderOf({ customer: { name: '{total} [{number}]' }, items: [{ name: '[x] {name}', quantity: 1 }] });
    expect(filled('{name}; {items}', order)).toBe('{total} [{number}]; [x] {name}');
  });

  it('tells what its parts are and what must be said as it is', () => {
    const filling = fill('Hola {name}, {number}: {items}', orderOf(), inMadrid('es'));
    expect(filling.ok && filling.filled.parts).toEqual([
      { field: null, text: 'Hola ', facts: [] },
      { field: 'name', text: 'Ana', facts: [] },
      { field: null, text: ', ', facts: [] },
      { field: 'number', text: 'A-1002', facts: [{ kind: 'order number', text: 'A-1002' }] },
      { field: null, text: ': ', facts: [] },
      {
        field: 'items',
        text: '2 × Camiseta azul y Taza',
        facts: [
          { kind: 'product', text: '2 × Camiseta azul' },
          { kind: 'product', text: 'Taza' },
        ],
      },
    ]);
  });

  it('is refused when what becomes of it is longer than a message', () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ name: `${at} ${'x'.repeat(110)}`, quantity: 1 }));
    expect(filled('{items}'.repeat(5), orderOf({ items: many }))).toMatchObject({ problems: [{ code: 'too-long' }] });
  });
});

describe('the editor is told', () => {
  it('which fields a template uses, and which an order must have', () => {
    expect(fieldsOf('Hola[ {name}], { number }: {items} [{number} {total}]')).toEqual([
      { name: 'name', required: false },
      { name: 'number', required: true },
      { name: 'items', required: true },
      { name: 'total', required: false },
    ]);
  });

  it.each([
    ['', [['empty', 0, '']]],
    ['Hola {nmae}', [['unknown-field', 5, '{nmae}']]],
    ['Hola {courier}', []],
    ['Hola {}', [['bad-field-name', 5, '{}']]],
    ['Hola {a b}', [['bad-field-name', 5, '{a b}']]],
    ['Hola {name', [['unbalanced-braces', 5, '{']]],
    ['Hola name}', [['unbalanced-braces', 9, '}']]],
    [
      'Hola {{name}}',
      [
        ['unbalanced-braces', 5, '{'],
        ['unbalanced-braces', 12, '}'],
      ],
    ],
    ['Hola [{name}', [['unbalanced-brackets', 5, '[']]],
    ['Hola {name}]', [['unbalanced-brackets', 11, ']']]],
    [
      '[a [{name}]]',
      [
        ['nested-brackets', 3, '['],
        ['unbalanced-brackets', 11, ']'],
      ],
    ],
    ['Hola [amigo]', [['no-field-in-brackets', 5, '[amigo]']]],
    ['x'.repeat(LONGEST_TEMPLATE + 1), [['too-long', LONGEST_TEMPLATE, `${LONGEST_TEMPLATE + 1}`]]],
  ])('what is wrong with "%.40s"', (template, problems) => {
    expect(problemsOf(template, ['courier']).map(({ code, at, what }) => [code, at, what])).toEqual(problems);
  });

  it('nothing is said to a customer by a broken template', () => {
    expect(filled('Hola {name')).toMatchObject({ ok: false, problems: [{ code: 'unbalanced-braces' }] });
  });
});

describe('templates by language', () => {
  const templates = { en: 'Hello', es: 'Hola', 'pt-BR': 'Olá', fr: ' ' };
  it('are the contact’s, else the account’s, else the first', () => {
    expect(templateFor(templates, ['es', 'en'])).toEqual({ language: 'es', text: 'Hola' });
    expect(templateFor(templates, ['es-MX', 'en'])?.language).toBe('es');
    expect(templateFor(templates, ['pt', 'en'])?.language).toBe('pt-BR');
    expect(templateFor(templates, ['fr', 'es'])?.language).toBe('es');
    expect(templateFor(templates, [undefined, 'ru'])?.language).toBe('en');
    expect(templateFor({ en: '' }, ['en'])).toBeUndefined();
  });
});
