import { describe, expect, it } from 'vitest';
import { askedFor, spokenOf } from './harm.ts';

const wished = (words: string) => [...askedFor(words).harms];

describe('harm', () => {
  it('is asked for by whoever wants it, and not by whoever does not', () => {
    expect(wished('quiero cancelar')).toEqual(['ends']);
    expect(wished('no quiero que me lo cancelen')).toEqual([]);
    expect(wished('please don’t cancel it')).toEqual([]);
    expect(wished('سفارشم را لغو نکنید')).toEqual([]);
    expect(wished('I cannot delete it')).toEqual(['wipes']);
  });

  it.each([
    'cómo me doy de baja',
    'cancele mi línea por favor',
    'anula el pedido',
    'I want my order cancelled',
    'can an order be cancelled?',
    'how do I cancel',
    'order cancellation',
    'voglio disdire il contratto',
    'میخوام سفارشمو کنسل کنم',
    'хочу отменить заказ',
    'отмените заказ',
    'الغ الطلب',
    'الغاء الطلب',
  ])('"%s" wants something ended', (words) => {
    expect(wished(words)).toEqual(['ends']);
  });

  it.each([
    'cómo reseteo el router',
    'reset the router',
    'restaurar los ajustes de fábrica',
    'factory settings',
    'ripristinare il modem',
    'بازگشت به تنظیمات کارخانه',
    'заводские настройки',
  ])('"%s" wants something set back', (words) => {
    expect(wished(words)).toEqual(['resets']);
  });

  it.each([
    'me cancelaron la cita',
    'cancelé la tarjeta del banco',
    'mi hermano canceló su línea',
    'he cancelado el vuelo',
    'está anulado',
    'mi marido está de baja',
    'me dieron de baja en el trabajo',
    'sin cancelar nada',
    'bajar la factura',
    'se reseteó el router solo',
    'reseteé el móvil',
    'el técnico me reseteo el router',
    'restablecí el pc de fábrica',
    'trabajo en una fábrica',
    'se borró mi contacto',
    'formato de la factura',
    'my doctor cancelled',
    'is the sale cancelled?',
    'the courier cancels every time',
    'I reset it twice',
    'the file got erased',
    'without cancelling',
    'a factory worker',
    'ho cancellato un file',
    'senza disdire il contratto',
    'hanno annullato la riunione',
    'заказ отменили',
    'без отмены заказа',
    'я удалил приложение',
    'роутер сбросился сам',
    'سفارشم کنسل شده',
    'سفارشم رو لغو کردید',
    'بدون لغو سفارش',
    'حذفت التطبيق بالغلط',
    'تم الغاء طلبي',
    'الغيت موعدي',
    'الغرفة باردة',
  ])('"%s" wants nothing of it', (words) => {
    expect(wished(words).filter((harm) => harm !== 'pays')).toEqual([]);
  });

  it('is clear where a wish or two words of it say so', () => {
    expect(askedFor('quiero cancelar').clear).toBe(true);
    expect(askedFor('reset de fábrica').clear).toBe(true);
    expect(askedFor('cancel that').clear).toBe(false);
    expect(askedFor('anúlalo').clear).toBe(false);
    expect(askedFor('resetéalo').clear).toBe(false);
  });

  it('is seen in what a passage is called', () => {
    expect([...spokenOf('Restablecer el router de fábrica')]).toEqual(['resets']);
    expect([...spokenOf('Volver a los ajustes de fábrica')]).toEqual(['resets']);
    expect([...spokenOf('Nuestra fábrica')]).toEqual([]);
    expect([...spokenOf('Horario de atención')]).toEqual([]);
  });
});
