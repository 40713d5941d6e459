import { describe, expect, it } from 'vitest';
import { isBackchannel, isUnfinished } from './listening.ts';

const LISTENS: Record<string, string> = {
  en: 'mm|Mm-hm.|mhm|uh-huh|ok|okay, okay|yeah|yes yes|right|I see|got it|ah|ahhh ok|oh|mmmm',
  es: 'mm|vale|sí|sí, sí|ya|claro|ajá|ok|ah, vale|muy bien|entiendo',
  it: 'sì sì|mm|va bene|certo|ok|ah|ho capito|ecco',
  ru: 'ага|угу|да|да, да|мм|ну да|понятно|хорошо|ясно, ок',
  ar: 'نعم|آه|آها|تمام|طيب|ايوه|امم|اممممم|ماشي|أيوه تمام',
  fa: 'آها|بله|آره|باشه|خب|اوهوم|بله بله|آهان',
};
const SPEAKS: Record<string, string> = {
  en: 'no|wait|stop|ok but|yes?|five|5|ok I want six|yeah no|excuse me|hello|what|ok can you repeat|thanks',
  es: 'no|espera|vale pero|sí, cinco|para|¿sí?|oye|perdona|gracias',
  it: 'no|aspetta|sì ma|scusi|basta|cinque|come',
  ru: 'нет|подождите|да, но|стоп|пять|что|алло',
  ar: 'لا|استنى|طيب بس|وقف|خمسة|نعم؟|لو سمحت',
  fa: 'نه|صبر کن|بله ولی|پنج|ببخشید|چی',
};
const GOES_ON: Record<string, string> = {
  en: 'my number is|I want|I want five boxes and|my number is four seven|my phone is 600 11|I would like to|um|so, uh|it is for the|can I have a|Paracetamol,|well...|because|zero six zero|could you|I need',
  es: 'mi número es|quiero|eh…|quiero cinco cajas de|y|mi teléfono es seis cero cero|necesito|o sea|me llamo|para el|con la|tengo que|pero|cero seis cinco',
  it: 'e|vorrei|il mio numero è|il mio numero è tre tre|due scatole di|mi chiamo|ehm|perché|con il|cioè|quindi|per la',
  ru: 'и|что|мой номер|мой номер восемь девять|хочу|две коробки и|я хотел бы|меня зовут|ну|потому что|эм|если|на',
  ar: 'و|عايز|و بعد|رقمي|رقمي صفر خمسة|أبغى|خمس علب و|يعني|عشان|اسمي|اممم|لكن|من',
  fa: 'و|می‌خواستم|شماره من|شماره من صفر نه یک|پنج تا و|اسم من|یعنی|چون|اگه|برای',
};
const ENDS: Record<string, string> = {
  en: "yes|yes it is|that's what I want|I want five boxes|order number 453|order number four|my number is four seven one two nine nine three|I want that|what is it for?|do you have it|I don't want to|no thanks|my phone is 600 112 233|five|yes I am|size M|nought point five|hello|it costs 5",
  es: 'sí|no quiero|quiero este|cinco cajas|así es|por qué|mi pedido es 453|mi teléfono es 600 112 233|lo quiero|gracias|¿es para el?|a las cinco',
  it: 'sì|non voglio|lo voglio|due scatole|per favore|il mio ordine è 453|grazie|che cosa è|alle cinque|non può',
  ru: 'да|не хочу|пять коробок|сколько нужно|мой заказ 453|спасибо|что?|за что|в пять',
  ar: 'نعم|مش عايز|خمس علب|خمس علب بس|رقم الطلب 453|شكرا|ما في|كم السعر|الساعة خمسة',
  fa: 'بله|پنج تا|پنج تا میخوام|شماره سفارش 453|ممنون|نمی‌خوام|ساعت پنج|پلاک بیست و یک',
};

const cases = (lists: Record<string, string>) =>
  Object.entries(lists).flatMap(([language, list]) => list.split('|').map((text) => [language, text] as const));

describe('isBackchannel', () => {
  it.each(cases(LISTENS))('%s: %j', (language, text) => {
    expect(isBackchannel(text, language)).toBe(true);
    expect(isBackchannel(text)).toBe(true);
  });
  it.each(cases(SPEAKS))('not %s: %j', (language, text) => {
    expect(isBackchannel(text, language)).toBe(false);
    expect(isBackchannel(text)).toBe(false);
  });
  it.each(['', ' ', '...', '😀'])('is nothing at all: %j', (text) => expect(isBackchannel(text, 'en')).toBe(true));
});

describe('isUnfinished', () => {
  it.each(cases(GOES_ON))('%s: %j', (language, text) => {
    expect(isUnfinished(text, language)).toBe(true);
    expect(isUnfinished(`${text} `, language)).toBe(true);
  });
  it.each(cases(ENDS))('not %s: %j', (language, text) => expect(isUnfinished(text, language)).toBe(false));

  it('needs words, and not the language', () => {
    expect(isUnfinished('')).toBe(false);
    expect(isUnfinished('...')).toBe(false);
    expect(isUnfinished('quiero cinco cajas y')).toBe(true);
    expect(isUnfinished('شماره من ۰۹۱')).toBe(true);
    expect(isUnfinished('no quiero')).toBe(false);
  });
});
