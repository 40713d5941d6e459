import { describe, expect, it } from 'vitest';
import { asksForHuman, goodbyeIn } from './handover.ts';

describe('asks for a person', () => {
  it.each([
    ['es', 'Quiero hablar con un agente'],
    ['es', 'agente'],
    ['es', 'Hola, necesito hablar con alguien que me ayude'],
    ['es', 'No, quiero hablar con una persona'],
    ['es', '¿me pueden comunicar con un operador humano?'],
    ['es', 'no quiero hablar con un robot'],
    ['es', 'El wifi va fatal desde ayer y llevo tres reinicios.\nponme con un humano ya!!'],
    ['en', 'I want to talk to a human'],
    ['en', 'Can I speak with a real person, please?'],
    ['en', 'get me a human'],
    ['en', "I don't want to talk to a bot"],
    ['en', 'Is anyone there?'],
    ['en', 'PLEASE CONNECT ME TO AN AGENT'],
    ['it', 'vorrei parlare con un operatore'],
    ['it', 'Operatore, per favore'],
    ['it', 'mi passi un operatore?'],
    ['it', 'non voglio parlare con un bot'],
    ['it', 'posso parlare con una persona vera'],
    ['fa', 'می‌خواهم با پشتیبان صحبت کنم'],
    ['fa', 'میشه با یه نفر حرف بزنم؟'],
    ['fa', 'لطفا منو به اپراتور وصل کنید'],
    ['fa', 'اپراتور'],
    ['fa', 'نمی‌خوام با ربات حرف بزنم'],
    ['ar', 'أريد التحدث مع موظف'],
    ['ar', 'عايز اكلم حد من خدمة العملاء'],
    ['ar', 'حولني إلى موظف لو سمحت'],
    ['ar', 'موظف'],
    ['ar', 'لا أريد التحدث مع روبوت'],
    ['ru', 'Хочу поговорить с оператором'],
    ['ru', 'позовите менеджера, пожалуйста'],
    ['ru', 'оператор'],
    ['ru', 'не хочу общаться с ботом'],
    ['ru', 'свяжите меня с живым человеком'],
    ['pt', 'Quero falar com um atendente'],
    ['pt', 'posso falar com uma pessoa?'],
    ['pt', 'preciso de um humano'],
    ['pt', 'não quero falar com um robô'],
    ['pt', 'atendente'],
    ['de', 'Ich möchte mit einem Mitarbeiter sprechen'],
    ['de', 'kann ich mit jemandem reden?'],
    ['de', 'Mitarbeiter bitte'],
    ['de', 'verbinden Sie mich mit einem Menschen'],
    ['de', 'ich will nicht mit einem Bot sprechen'],
    ['fr', 'Je voudrais parler à un conseiller'],
    ['fr', 'un humain svp'],
    ['fr', "puis-je parler avec quelqu'un ?"],
    ['fr', 'je ne veux pas parler à un robot'],
    ['fr', 'mettez-moi en relation avec un agent'],
    ['es', 'me puede atender alguien?'],
    ['ar', 'كلمني مع شخص حقيقي'],
    ['es', '¿Alguien me puede atender, por favor?'],
    ['es', 'quiero que me atienda una persona'],
    ['es', 'busco alguien que me atienda'],
    ['en', 'can someone please answer me'],
    ['it', 'qualcuno può rispondermi?'],
    ['ar', 'خليني اكلم موظف'],
    ['ar', 'ممكن أحد يرد علي؟'],
    ['ru', 'кто-нибудь мне ответит?'],
    ['fa', 'کسی هست جواب بده؟'],
  ])('%s: %s', (language, text) => {
    expect(asksForHuman(text)).toContain(language);
  });
});

describe('asks for nobody', () => {
  it.each([
    '¿Por qué mi internet está lento?',
    'no quiero hablar con un agente',
    'Mi agente inmobiliario me recomendó esta tarifa',
    '¿Cuántas personas pueden conectarse?',
    'La persona que vino ayer no arregló nada',
    'necesito una oferta para otra persona',
    '¿Eres un robot?',
    'quiero un router nuevo',
    'How many people can use it?',
    'Is there a person limit on the plan?',
    "I don't need to talk to an agent",
    'What is the agent fee?',
    'Quante persone possono usarlo?',
    'La persona di ieri non ha risolto',
    'چند نفر می‌توانند استفاده کنند',
    'چرا وصل نمی‌شود',
    'كم شخص يمكنه الاستخدام',
    'اريد تغيير الباقة',
    'Сколько человек может подключиться',
    'Quantas pessoas podem usar',
    'Wie viele Personen können es nutzen',
    'ein Mitarbeiter war gestern hier',
    "Combien de personnes peuvent l'utiliser",
    'no quiero que me atienda una persona',
    '¿A qué hora me atienden en la tienda?',
    'alguien me dijo que hay oferta',
    'can someone else use my plan?',
    'qualcuno può usare il mio router?',
    'кто-то пользуется моим интернетом',
    '',
  ])('%s', (text) => {
    expect(asksForHuman(text)).toEqual([]);
  });
});

it('says goodbye in each of these languages, in English where there is none', () => {
  const all = ['es', 'it', 'en', 'fa', 'ar', 'ru', 'pt', 'de', 'fr'].map(goodbyeIn);
  expect(new Set(all).size).toBe(9);
  expect(goodbyeIn('fi')).toBe(goodbyeIn('en'));
});
