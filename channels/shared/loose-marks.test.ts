import { describe, expect, it } from 'vitest';
import { type InstagramPart, render as instagram } from '../instagram/render.ts';
import { type TelegramPart, render as telegram } from '../telegram/render.ts';
import { type WhatsappPart, render as whatsapp } from '../whatsapp/render.ts';

/** As Telegram gets it, WhatsApp, and Instagram, which shows no marks. */
const shown = (text: string) => [
  (telegram({ text }) as unknown as TelegramPart[]).map(({ body }) => body.text).join(),
  (whatsapp({ text }) as unknown as WhatsappPart[]).map((part) => part.text).join(),
  (instagram({ text }) as unknown as InstagramPart[]).map((part) => part.text).join(),
];

describe('marks that touch', () => {
  it.each([
    ['https://a.example/x**Nota:** hola', 'https://a.example/x <b>Nota:</b> hola', 'https://a.example/x *Nota:* hola'],
    ['https://a.example/x**。', 'https://a.example/x。', 'https://a.example/x。'],
    ['Vea https://a.example/x。Gracias', 'Vea https://a.example/x。Gracias', 'Vea https://a.example/x。Gracias'],
    ['https://a.example/?q=**x** ya', 'https://a.example/?q= <b>x</b> ya', 'https://a.example/?q= *x* ya'],
    ['www.a.example~~viejo~~', 'www.a.example <s>viejo</s>', 'www.a.example ~viejo~'],
    ['***¡Oferta!***Hoy', '<b><i>¡Oferta!</i></b>Hoy', '¡Oferta!Hoy'],
    ['*¡Oferta!*Hoy', '<i>¡Oferta!</i>Hoy', '¡Oferta!Hoy'],
    ['_¡Oferta!_Hoy', '<i>¡Oferta!</i>Hoy', '¡Oferta!Hoy'],
    ['Ціна: *увага!*Далі', 'Ціна: <i>увага!</i>Далі', 'Ціна: увага!Далі'],
    ['*esto*ya', '<i>esto</i>ya', 'estoya'],
    ['**a****b**', '<b>a b</b>', '*a b*'],
    ['**Paso 1.****Abra**', '<b>Paso 1.</b> <b>Abra</b>', '*Paso 1.* *Abra*'],
    ['**Paso 2:** abra\n**', '<b>Paso 2:</b> abra', '*Paso 2:* abra'],
    ['<b>Oferta hoy', 'Oferta hoy', 'Oferta hoy'],
    ['Oferta hoy</strong>', 'Oferta hoy', 'Oferta hoy'],
    ['Mire [Ver](https://a.example/x', 'Mire <a href="https://a.example/x">Ver</a>', 'Mire Ver (https://a.example/x)'],
    ['Mire [Ver](', 'Mire Ver', 'Mire Ver'],
  ])('are read, never shown: %s', (text, onTelegram, onWhatsapp) => {
    const plain = onWhatsapp.replace(/[*~]/g, '');
    expect(shown(text)).toEqual([onTelegram, onWhatsapp, plain]);
  });

  it.each([
    '2*3*4',
    '*5*6',
    'а*б*в',
    'snake_case_name',
    'card ****1234',
    '***1234 y ***5678',
    'ma****ez@a.example',
    'clave ab****cd',
    'https://a.example/x*y',
    'f(a)*b*c',
  ])('stay where they are none: %s', (text) => {
    expect([shown(text)[0], shown(text)[2]]).toEqual([text, text]);
  });

  it('stay in bold words that hide an address', () => {
    expect(shown('**Correo ma****ez@a.example**')[0]).toBe('<b>Correo ma****ez@a.example</b>');
    expect(shown('Escriba <b> aquí')[2]).toBe('Escriba <b> aquí');
  });
});

describe('tables', () => {
  it.each([
    ['|a|b|\n|-|-|\n|1|`c|d`|', '• a: 1 · b: c|d'],
    ['|a|b|\n|-|-|\n|`x|y`|`c|d|e`|\n\n```\n|`f|g`|\n```', '• a: x|y · b: c|d|e\n\n|`f|g`|'],
    ['|a|b|\n|-|-|\n|1|2|\nfin', '• a: 1 · b: 2\nfin'],
    ['|a|b|\n|-|-|\n|1|2|\n**Nota:** sin IVA\ny más', '• a: 1 · b: 2\nNota: sin IVA\ny más'],
    ['a | b\n- | -\n1 | 2\n3 | 4', '• a: 1 · b: 2\n• a: 3 · b: 4'],
  ])('%j', (text, plain) => {
    expect(shown(text)[2]).toBe(plain);
  });
});

describe('a struck price', () => {
  it.each([
    ['~~$50~~ **$30**', '$30'],
    ['Ahora ~~50 €~~ 30 €', 'Ahora 30 €'],
    ['Plan: ~~39,90 €/mes~~ 29,90 €/mes', 'Plan: 29,90 €/mes'],
    ['~~50 euros~~ 30 euros', '30 euros'],
    ['<s>US$ 50</s> US$ 30', 'US$ 30'],
    ['~~۵۰ تومان~~ ۳۰ تومان', '۳۰ تومان'],
  ])('is not said where nothing can be struck: %s', (text, plain) => {
    expect(shown(text)[2]).toBe(plain);
    expect(shown(text)[0]).toContain('<s>');
  });

  it.each([
    ['~~$50~~', '$50'],
    ['~~Plan viejo 3~~ nuevo', 'Plan viejo 3 nuevo'],
    ['de ~5 a ~9', 'de ~5 a ~9'],
  ])('is no other struck text, nor all there is: %s', (text, plain) => {
    expect(shown(text)[2]).toBe(plain);
  });
});
