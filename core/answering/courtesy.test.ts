import { describe, expect, it } from 'vitest';
import { courtesyOf } from './courtesy.ts';
import { plainText } from './texts.ts';

describe('courtesies', () => {
  it.each([
    ['¡¡¡Graciaaas!!!', 'thanks'],
    ['thank you so much for your help', 'thanks'],
    ['Ok, grazie mille', 'thanks'],
    ['خیلی ممنون 🌹', 'thanks'],
    ['شكرا لكم', 'thanks'],
    ['Спасибо большое', 'thanks'],
    ['vielen Dank', 'thanks'],
    ['👍🏽', 'noted'],
    ['gracias por todo', 'thanks'],
    ['sí, vale', 'noted'],
    ['باشه', 'noted'],
    ['buenos días!!', 'greeting'],
    ['oi', 'greeting'],
    ['Всего доброго', 'goodbye'],
    ['à bientôt', 'goodbye'],
    ['jajajajaja', 'noted'],
    ['ahahahah', 'noted'],
    ['хахахаха', 'noted'],
    ['that worked', 'noted'],
    ['it worked thanks', 'thanks'],
    ['thanks, that helped a lot', 'thanks'],
    ['thanks a bunch', 'thanks'],
    ['thanks everyone for your help', 'thanks'],
    ['thank you so much for the quick reply', 'thanks'],
    ['muchas gracias crack', 'thanks'],
    ['gracias por responder tan rápido', 'thanks'],
    ['Ok, muchas gracias por la información. Que tenga un buen día', 'thanks'],
    ['buenos días, disculpe la molestia', 'greeting'],
    ['tengo una duda', 'greeting'],
    ['grazie del tempo', 'thanks'],
    ['buon lavoro', 'goodbye'],
    ['buona domenica!', 'goodbye'],
    ['خیلی ممنون از راهنماییتون', 'thanks'],
    ['ممنون که جواب دادید', 'thanks'],
    ['مرسی بابت پاسخ سریع', 'thanks'],
    ['خدافظ', 'goodbye'],
    ['الف شكر', 'thanks'],
    ['يعطيك الف عافية', 'thanks'],
    ['جزاكم الله خيرا', 'thanks'],
    ['شكرا على سرعة الرد', 'thanks'],
    ['большое спасибо за информацию', 'thanks'],
    ['доброй ночи', 'goodbye'],
    ['obrigado pela ajuda', 'thanks'],
    ['merci pour votre aide', 'thanks'],
    ['danke für die schnelle Antwort', 'thanks'],
    ['have a lovely day', 'goodbye'],
    ['bye for now', 'goodbye'],
    ['🙌', 'noted'],
    ['🔥🔥', 'noted'],
    ['💯', 'noted'],
    ['🤗', 'thanks'],
    ['🫶', 'thanks'],
  ])('"%s" is %s', (words, kind) => {
    expect(courtesyOf(words)).toBe(kind);
  });

  it.each([
    'gracias por nada, sigo sin internet',
    'gracias por nada',
    'Pues muchas gracias por nada 👏',
    'Thanks for nothing!',
    'grazie per niente, ciao',
    'спасибо ни за что',
    'شكراً على لا شيء',
    'ممنون بابت هیچی',
    'vielen Dank für nichts',
    'merci pour rien',
    'ok, and when does it arrive?',
    'hola, no funciona',
    'vale 😡',
    '¿ok?',
    'спасибо, но заказ не пришёл',
    '???',
    'gracias por dejarme sin internet',
    'gracias por cobrarme dos veces',
    'gracias por la info, ¿cuánto cuesta?',
    'gracias por la info quiero contratar',
    'gracias por avisar, cuándo llega el técnico',
    'thanks for the broken cup',
    'thanks for not answering',
    'thanks for the quick reply but it still does not work',
    'thanks for cancelling my order',
    'thanks for the help, my order is late',
    'grazie per il ritardo',
    'ممنون که جواب ندادید',
    'спасибо за сломанный заказ',
    'شكرا على تاخير الطلب',
    'cómo funciona',
    'ok how',
    'una consulta sobre mi factura',
    'i have a question about delivery',
    'помогите, пожалуйста',
    '',
  ])('"%s" is none', (words) => {
    expect(courtesyOf(words)).toBeUndefined();
  });
});

describe('fixed texts', () => {
  const account = {
    staticTexts: { en: 'We sell shoes.' },
    language: 'en',
    name: 'Shop',
    prompt: { manual: '', facts: {} },
  };

  it('greet with the account’s own words, and say nothing twice in a row', () => {
    expect(plainText(account, 'en', 'greeting', [])).toBe('We sell shoes.');
    const hola = plainText(account, 'es', 'greeting', []);
    expect(hola).toContain('Shop');
    expect(plainText(account, 'es', 'greeting', [hola])).toContain('de nuevo');
    for (const language of ['ar', 'de', 'en', 'es', 'fa', 'fr', 'it', 'pt', 'ru'])
      for (const kind of ['thanks', 'noted', 'goodbye', 'unclear'] as const) {
        const first = plainText(account, language, kind, []);
        expect(plainText(account, language, kind, [first])).not.toBe(first);
      }
  });

  it('of a model that failed say the account’s own first, then that there is no answer just now', () => {
    const failed = (language: string, ...said: string[]) => plainText(account, language, 'unavailable', said);
    expect(failed('en')).toBe('We sell shoes.');
    const sorry = failed('en', 'We sell shoes.');
    expect(sorry).toContain('cannot answer just now');
    expect(failed('en', 'We sell shoes.', sorry)).toContain('still cannot answer');
    // A language that nothing of ours is written in hears the account's own.
    expect(failed('ja')).toBe('We sell shoes.');
    expect(failed('ja', 'We sell shoes.')).toBe(sorry);
    for (const language of ['ar', 'de', 'es', 'fa', 'fr', 'it', 'pt', 'ru']) {
      const first = failed(language);
      expect(first).not.toBe(plainText(account, language, 'unclear', []));
      expect([first, 'We sell shoes.']).not.toContain(failed(language, first));
    }
  });
});
