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
    ['baja', 'Recibí tu mensaje, quiero ayudarte. Para continuar, escribe la prioridad: alta, media o baja'],
    ['baja', 'Recibimos tu mensaje, no te preocupes. ¿La urgencia es alta, media o baja?'],
    ['baja', '¿Quieres que te mande el mensaje con prioridad alta o baja?'],
    ['alto', '¿Deseas recibir el paquete en el piso alto o bajo?'],
    ['baja', 'Tu suscripción es Premium. ¿Prioridad alta, media o baja?'],
    ['baja', 'En la promoción de fibra: ¿la velocidad es alta o baja?'],
    ['baja', 'Te escribiremos mañana si no quieres esperar. ¿Calidad alta o baja?'],
    ['stop', 'I got your message. To continue: is the light on GO or STOP?'],
    ['stop', 'Thanks for your messages, we want to help. Is the lamp on GO or STOP?'],
    ['end', 'Do you want to receive the parcel at the start or the end of the week?'],
    ['стоп', 'Вы подписаны на тариф. Горит «старт» или «стоп»?'],
    ['لغو', 'اشتراک شما فعال است. سفارش را تایید یا لغو؟'],
    ['توقف', 'هل الضوء ثابت أم توقف؟'],
    ['baja', '¿Planta alta o planta baja?'],
    ['baja', '¿Vives en planta alta o en planta baja?'],
    ['baja', '¿Temporada?\n1️⃣ Temporada alta\n2️⃣ Temporada baja'],
    ['baja', '¿Temporada? 1️⃣ Temporada alta 2️⃣ Temporada baja'],
    ['baja', '🔴 Alta 🟡 Media 🟢 Baja'],
    ['baja', 'a. alta b. media c. baja'],
    ['alto', '1) bajo 2) medio 3) alto'],
    ['baja', '¿La luz es fuerte o más baja?'],
    ['baja', 'Indícame: ¿intensidad Alta (A), Media (M) o Baja (B)?'],
    ['stop', 'Reply STOP to end the quiz'],
    ['end', 'Type END when you are done'],
    ['alto', 'Escribe ALTO cuando termines'],
    ['стоп', 'Напишите СТОП, чтобы закончить тест'],
    ['لغو', 'برای لغو سفارش بنویسید لغو'],
    ['لغو', 'پیامتان رسید. ثبت یا لغو؟'],
    ['توقف', 'وصلتنا رسالتك. هل المؤشر يعمل أم توقف؟'],
    ['baja', '¿Deseas que la notificación sea con urgencia alta o baja?'],
    ['baja', '¿Qué quieres hacer por mensaje: alta, baja o cambio?'],
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
    [['Prioridad alta', 'Prioridad media', 'Prioridad baja'], true],
    [['1. Alta', '2. Baja'], true],
    [['🔴 Alta', '🟢 Baja'], true],
    [['Planta alta', 'Planta baja'], true],
    [['Velocidad baja', 'Velocidad normal'], true],
    [['Baja tensión', 'Alta tensión'], true],
    [['Alta', 'La velocidad contratada es baja'], false],
    [['Ver ofertas', 'Promociones: baja'], false],
    [['Ver más', 'Baja promos'], false],
    [['Seguir', 'Baja avisos'], false],
    [['Alta', 'Rebajas'], false],
  ])('"baja" is a part of one of %j: %s', (titles, expected) => {
    const rows = { body: { interactive: { action: { sections: [{ rows: titles.map((title) => ({ title })) }] } } } };
    expect(wasOffered('baja', said('Elige una', rows))).toBe(expected);
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
    ['baja', '¡Oferta! ¿La quieres? Responde SI, NO o BAJA'],
    ['stop', 'Reply Y, N or STOP'],
    ['stop', 'Reply C to confirm, R to reschedule or STOP'],
    ['stop', 'Confirm? (yes / no / stop)'],
    ['stop', 'Want more tips? YES or STOP'],
    ['stop', 'Confermi? Rispondi SI, NO o STOP'],
    ['стоп', 'Придёте? Ответьте: да, нет или стоп'],
    ['لغو', 'می‌آیید؟ بله، نه یا لغو'],
    ['baja', '¿Sigo enviándote novedades? SI o BAJA'],
    ['baja', '¿Te interesan?\nSí\nBaja'],
    ['stop', 'Shall I continue or stop?'],
    ['stop', 'Do you want me to go on or stop?'],
    ['baja', '¿Sigo o baja?'],
    ['stop', 'Reply STOP to end the messages'],
    ['stop', 'Text STOP to end, HELP for help'],
    ['baja', '¿Quieres recibir más mensajes?\nALTA\nBAJA'],
    ['baja', 'Novedades por mensaje: ¿quieres más? Escribe alta, ayuda o baja para no recibir nada.'],
    ['baja', 'Mensajes automáticos: ALTA o BAJA'],
    ['stop', 'SMS: start or stop?'],
    ['stop', 'Order confirmed! Reply STOP to stop updates about your order'],
    ['stop', 'Your subscription: weekly, monthly or stop'],
  ])('%s, after "%s"', (word, text) => {
    expect(wasOffered(plain(word, 'drop'), said(text))).toBe(false);
  });
});
