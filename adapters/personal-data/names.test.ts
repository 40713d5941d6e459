import { describe, expect, it } from 'vitest';
import { names, topicsOf } from './names.ts';

const TEXTS = [
  'Sell the plans of Sol and the router Aurora.',
  'El router Aurora se reinicia solo. Precios bajos. Pregunte por Luz Marina en la sucursal de Santa Rosa.',
];
const TOPICS = topicsOf(TEXTS, ['Sol', 'Planes › Plan Turbo']);
const masked = (name: string, text: string, topics = TOPICS) =>
  names(text, [name], topics).reduceRight(
    (left, { start, end }) => `${left.slice(0, start)}[N]${left.slice(end)}`,
    text,
  );

describe('what is called like the contact', () => {
  it.each([
    ['Precios Bajos', '¿Cuáles son sus precios bajos?'],
    ['Precios Bajos', '¿Son estos los Precios Bajos?'],
    ['Aurora', '¿Cuánto cuesta el router Aurora?'],
    ['Santa Rosa', '¿Hay sucursal en Santa Rosa?'],
    ['Santa Rosa', 'la de santa rosa, por favor'],
    ['Luz Marina', '¿Está hoy Luz Marina?'],
  ])('and published by the business is not his: %s, %s', (name, text) => {
    expect(masked(name, text)).toBe(text);
  });

  it.each([
    ['Puebla', '¿Llega a Puebla?'],
    ['Roma', 'Vivo en la colonia Roma'],
    ['Roma', 'Consegnate a Roma?'],
    ['Santa Rosa', '¿Envían a Santa Rosa?'],
    ['Victoria', 'Do you deliver to Victoria?'],
    ['Florencia', 'Busco internet en Florencia'],
    ['Москва', 'Есть ли связь в Москва-Сити?'],
  ])('and a place is not his: %s, %s', (name, text) => {
    expect(masked(name, text, topicsOf([]))).toBe(text);
  });

  it.each([
    ['Wifi', 'mi wifi es lento'],
    ['Wifi', 'Mi Wifi es lento'],
    ['Factura', 'Mi factura llegó mal'],
    ['Pago', '¿cómo hago el pago?'],
    ['Clave', 'olvidé la clave'],
    ['Cable', 'el cable está roto'],
    ['Modem', 'el modem no enciende'],
    ['Nada', 'No me funciona nada'],
    ['Solo', 'solo quiero saber'],
    ['Help', 'Help me please'],
    ['Today', 'is it open today?'],
    ['Сеть', 'сеть не работает'],
    ['Тариф', 'какой тариф лучше?'],
    ['اینترنت', 'اینترنت من قطع است'],
    ['Mi Negocio', 'quiero internet para mi negocio'],
    ['Esperanza', 'Tengo esperanza de que llegue'],
    ['Ventana', 'se cayó la ventana'],
    ['Кот', 'мой кот съел кабель'],
    ['Soporte Técnico', 'Quiero soporte técnico'],
  ])('and a thing is not his: %s, %s', (name, text) => {
    expect(masked(name, text, topicsOf([]))).toBe(text);
  });
});

it.each([
  ['Ana Pérez', 'Soy Ana Pérez, no tengo internet', 'Soy [N] [N], no tengo internet'],
  ['Ana', 'ana aqui otra vez', '[N] aqui otra vez'],
  ['Ana', 'soy la ana, la de ayer', 'soy la [N], la de ayer'],
  ['Ana', 'Dígale a Ana que llame', 'Dígale a [N] que llame'],
  ['Ana', 'La Ana no está', 'La [N] no está'],
  ['Ana', "It is in Ana's name", "It is in [N]'s name"],
  ['Luz Marina', 'Me llamo Luz Marina', 'Me llamo [N] [N]'],
  ['Aurora', 'Hola, soy Aurora', 'Hola, soy [N]'],
  ['Aurora Díaz', 'Gracias. Aurora Díaz', 'Gracias. [N] [N]'],
  ['Santa Rosa', 'A nombre de Santa Rosa', 'A nombre de [N] [N]'],
  ['Wifi', 'Me llamo Wifi', 'Me llamo [N]'],
  ['Roberto Router', 'Soy Roberto, mi router falla', 'Soy [N], mi router falla'],
  ['Roma Díaz', 'el pedido es de Roma Díaz', 'el pedido es de [N] [N]'],
  ['Ana Pérez', 'Ana Pérez, calle Sol 5', '[N] [N], calle Sol 5'],
])('a person is masked: %s, %s', (name, text, expected) => {
  expect(masked(name, text)).toBe(expected);
});
