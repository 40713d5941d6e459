import { describe, expect, it } from 'vitest';
import type { Message } from '../model.ts';
import { wasOffered } from './asked.ts';
import { plain } from './consent.ts';

const said = (text: string, request: object = {}) => [
  { text, parts: [{ request, state: 'sent' }] } as unknown as Message,
];

describe('a word that was offered', () => {
  it.each([
    ['Baja', '¿Qué velocidad de subida tienes contratada: alta, media o baja?'],
    ['alta', '¿Qué velocidad de subida tienes contratada: alta, media o baja?'],
    ['Alto.', 'Gracias. ¿El volumen es bajo, normal o ALTO?'],
    ['stop', 'Does the light say STOP or RUN?'],
    ['End', 'Where does the cable break: start / end?'],
    ['стоп', 'На экране «старт» или «стоп»?'],
    ['لغو', 'سفارش را لغو یا تایید می‌کنید؟'],
    ['baja', 'Elige una prioridad:\n• Alta\n• Baja'],
    ['baja', 'Elige:\n1. Alta\n2. Baja'],
    ['baja', '¿Qué prioridad tiene…? Escribe alta, media o baja.'],
    ['alta', '¿Qué prioridad tiene…? Escribe alta, media o baja.'],
    ['baja', 'Indica la prioridad: alta, media o baja.'],
    ['Alta', '¿Qué prioridad? (alta/baja)'],
    ['baja', 'Prioridad: **alta**, **media** o **baja**.'],
    ['alta', 'Prioridad: **alta**, **media** o **baja**.'],
    ['baja', 'Opciones: Alta | Media | Baja'],
    ['baja', '¿La prioridad de tu mensaje es alta, media o baja?'],
    ['baja', '¿Recibiste la señal alta o baja?'],
    ['стоп', 'Нажмите: старт, пауза или стоп'],
    ['start', '…the start or the end?'],
    ['end', '…the start or the end?'],
    ['baja', '¿La velocidad es baja?'],
    ['stop', 'Which light is on? (run / pause / stop)'],
    ['end', 'Where is the break? Please type start, middle or end.'],
    ['stop', 'Il pulsante: avvio, pausa o stop'],
    ['توقف', 'اختر: تشغيل، توقف أو إعادة'],
    ['توقف', 'یکی را انتخاب کنید: شروع، توقف یا ادامه'],
    ['стоп', 'Что горит на панели? Старт или стоп.'],
    ['baja', '¿Recibes la imagen con calidad baja o alta en tus mensajes de vídeo?'],
    ['end', 'Did your message arrive at the start or the end?'],
    ['alta', '¿La señal está alta?'],
    ['dar de baja', '¿Quieres dar de alta o dar de baja la línea?'],
    ['baja', '¿Quieres dar de alta o dar de baja la línea?'],
    ['dar de baja', '¿Qué hacemos con la línea? (dar de alta / dar de baja)'],
  ])('%s, after "%s"', (word, question) => {
    expect(wasOffered(plain(word, 'drop'), said(question))).toBe(true);
  });

  it('is one of the buttons or rows', () => {
    const rows = { body: { interactive: { action: { sections: [{ rows: [{ id: 'p1', title: 'Baja' }] }] } } } };
    expect(wasOffered('baja', said('Elige una', rows))).toBe(true);
    const keyboard = { body: { reply_markup: { inline_keyboard: [[{ text: 'Baja', callback_data: 'low' }]] } } };
    expect(wasOffered('baja', said('Elige una', keyboard))).toBe(true);
    expect(wasOffered('alta', said('Elige una', keyboard))).toBe(false);
  });

  it.each([
    ['dar de baja', 'Dar de baja'],
    ['baja', 'Dar de baja'],
    ['stop all', 'Stop all'],
    ['no quiero mensajes', 'No quiero mensajes'],
    ['cancelar suscripcion', 'Cancelar suscripción'],
    ['remove me', 'Remove me'],
    ['لغو عضویت', 'لغو عضویت'],
  ])('"%s" is the row "%s", also where it is typed', (words, title) => {
    const rows = { body: { interactive: { action: { sections: [{ rows: [{ id: 'p1', title }] }] } } } };
    expect(wasOffered(plain(words, 'drop'), said('Elige una', rows))).toBe(true);
  });

  it.each(['Stop promotions', 'No más mensajes', 'Basta messaggi', 'Остановить рекламу', 'إيقاف العروض'])(
    'but the button "%s" means it, also where it is typed',
    (title) => {
      const rows = { body: { interactive: { action: { buttons: [{ reply: { id: 'p1', title } }] } } } };
      expect(wasOffered(plain(title, 'drop'), said('Elige', rows))).toBe(false);
    },
  );
});

describe('means what it says', () => {
  it.each([
    ['baja', 'Responde BAJA para no recibir más mensajes.'],
    ['stop', 'When did it stop?'],
    ['stop', 'Do you want to stop or go on receiving messages?'],
    ['baja', '¿Quieres darte de baja?'],
    ['baja', 'La velocidad puede ser alta, media o baja.'],
    ['baja', '¿En qué puedo ayudarte?'],
    ['baja', '¿Algo más? Responde BAJA para no recibir más mensajes.'],
    ['baja', '¿Quieres recibir nuestros mensajes? Responde ALTA o BAJA.'],
    ['baja', 'Escribe ALTA, AYUDA o BAJA para dejar de recibir avisos.'],
    ['stop', 'Reply HELP or STOP'],
    ['stop', 'Reply YES to confirm, NO to cancel, STOP to opt out.'],
    ['stop', 'Reply STOP to stop receiving messages, HELP for help.'],
    ['stop', 'Rispondi STOP per non ricevere più messaggi'],
    ['стоп', 'Ответьте: старт, помощь или стоп, чтобы не получать сообщения'],
    ['توقف', 'أرسل: ابدأ، مساعدة، توقف لعدم تلقي الرسائل'],
    ['لغو', 'برای قطع پیام: شروع، لغو'],
    ['stop', 'Promotions: start or stop?'],
    ['stop', 'Unsubscribe: yes, no or stop?'],
    ['baja', '¿Te puedo dar de alta en el boletín? (alta/baja)'],
    ['no me escribas', '¿Sigo o no me escribas?'],
    ['end', 'The trip has a start, a long middle part and an end.'],
    ['darme de baja', '¿Alta, media o darme de baja?'],
    ['', '¿Alta, media o baja?'],
  ])('%s, after "%s"', (word, text) => {
    expect(wasOffered(plain(word, 'drop'), said(text))).toBe(false);
  });
});
