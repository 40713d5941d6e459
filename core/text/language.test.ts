import { describe, expect, it } from 'vitest';
import { DragomanError } from '../errors.ts';
import { type Detect, judgeLanguage, nextLanguage, parseLanguages } from './language.ts';

const SIX = ['es', 'en', 'it', 'fa', 'ar', 'ru'];
/** Knows nothing: what is found is found by our own rules. */
const blind: Detect = () => undefined;
const says =
  (language: string, confidence: number): Detect =>
  () => ({ language, confidence });

describe('parseLanguages', () => {
  it('takes codes in their order, each once, without regions', () => {
    expect(parseLanguages(' es, EN;pt-BR pt_PT,en')).toEqual(['es', 'en', 'pt']);
  });

  it.each(['', ' , ', 'es,english', 'e'])('refuses %j and says what to write', (list) => {
    const refusal = () => parseLanguages(list);
    expect(refusal).toThrow(DragomanError);
    expect(refusal).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
  });
});

describe('judgeLanguage', () => {
  it.each([
    ['Hola', 'es'],
    ['ciao', 'it'],
    ['Hi!', 'en'],
    ['سلام', 'fa'],
    ['مرحبا', 'ar'],
    ['hello 👋', 'en'],
  ])('knows the greeting %s', (text, language) => {
    expect(judgeLanguage(text, SIX, blind)).toEqual({ language, certain: false });
  });

  it('is certain by a script that one candidate has', () => {
    expect(judgeLanguage('Да', SIX, blind)).toEqual({ language: 'ru', certain: true });
    expect(judgeLanguage('где iPhone 15 Pro Max?', SIX, blind)).toEqual({ language: 'ru', certain: true });
    expect(judgeLanguage('תודה', [...SIX, 'he'], blind)).toEqual({ language: 'he', certain: true });
    expect(judgeLanguage('こんにちは', ['zh', 'ja', 'en'], blind)).toEqual({ language: 'ja', certain: true });
  });

  it('parts Persian from Arabic by letters, also when Persian was typed on an Arabic keyboard', () => {
    expect(judgeLanguage('چگونه پرداخت', SIX, blind)).toMatchObject({ language: 'fa' });
    expect(judgeLanguage('مي خواهم قرارداد را لغو كنم', SIX, blind)).toEqual({ language: 'fa', certain: true });
    expect(judgeLanguage('الفاتورة غير صحيحة عندكم', SIX, blind)).toEqual({ language: 'ar', certain: true });
  });

  it('chooses a language of the script where it cannot tell which', () => {
    expect(judgeLanguage('مودم', SIX, blind)).toEqual({ language: 'fa', certain: false });
    expect(judgeLanguage('مودم', ['ar', 'fa'], blind)).toEqual({ language: 'ar', certain: false });
  });

  it.each([
    '',
    '👍',
    '12345',
    'a',
    'ok',
    'https://example.com/hello/you',
    'me@where.there',
    '/start',
    'ORD12 AB-123-X',
  ])('says nothing of %j', (text) => expect(judgeLanguage(text, SIX, says('it', 0.1))).toBeUndefined());

  it('says nothing of a script that no candidate has', () => {
    expect(judgeLanguage('你好，我的网络坏了', SIX, says('en', 1))).toBeUndefined();
    expect(judgeLanguage('привет', ['es', 'en'], says('en', 1))).toBeUndefined();
  });

  it('takes a confident detector where words say nothing, but is never certain by it alone', () => {
    expect(judgeLanguage('bicicletas usadas baratas', SIX, says('es', 0.9))).toEqual({
      language: 'es',
      certain: false,
    });
    expect(judgeLanguage('bicicletas usadas baratas', SIX, says('es', 0.2))).toBeUndefined();
  });

  it('needs more words against a detector that is of another mind', () => {
    expect(judgeLanguage('quiero pizza margherita', SIX, blind)).toEqual({ language: 'es', certain: true });
    expect(judgeLanguage('quiero pizza margherita', SIX, says('it', 0.9))).toEqual({ language: 'es', certain: false });
  });

  it('leaves a language of which it has no words to the detector', () => {
    expect(judgeLanguage('was ist in der Rechnung', ['en', 'de'], says('de', 0.9))).toEqual({
      language: 'de',
      certain: true,
    });
  });

  it('asks the detector about prose only, and only for what the script allows', () => {
    const asked: [string, readonly string[]][] = [];
    judgeLanguage('see https://a.example/es/hola now 10234', SIX, (text, candidates) => {
      asked.push([text.replace(/\s+/g, ' '), candidates]);
      return undefined;
    });
    expect(asked).toEqual([['see now', ['es', 'en', 'it']]]);
  });
});

describe('nextLanguage', () => {
  it('takes a greeting from a contact of whom nothing is known', () => {
    expect(nextLanguage(undefined, 'Hola', SIX, blind)).toBe('es');
    expect(nextLanguage(undefined, '👍', SIX, blind)).toBeUndefined();
  });

  it.each(['ok', '👍', 'wifi', 'Hello', 'Ciao', 'Samsung Galaxy', '12345', ''])('keeps Spanish at %j', (text) => {
    expect(nextLanguage('es', text, SIX, says('en', 1))).toBe('es');
  });

  it('changes at a sentence', () => {
    expect(nextLanguage('es', 'I want to talk to a human', SIX, blind)).toBe('en');
    expect(nextLanguage('ar', 'چرا دو بار از حسابم کم شد', SIX, blind)).toBe('fa');
  });

  it('changes at one word that cannot be in the known language', () => {
    expect(nextLanguage('es', 'سلام', SIX, blind)).toBe('fa');
    expect(nextLanguage('en', 'да', SIX, blind)).toBe('ru');
  });

  it('keeps Arabic and Persian at one word that both could say, and a Russian who names a product', () => {
    expect(nextLanguage('ar', 'سلام', SIX, blind)).toBe('ar');
    expect(nextLanguage('fa', 'شكرا', SIX, blind)).toBe('fa');
    expect(nextLanguage('ru', 'Windows Pro', SIX, says('en', 1))).toBe('ru');
  });

  it('forgets a language that the bot no longer has', () => {
    expect(nextLanguage('de', 'ok', SIX, blind)).toBeUndefined();
    expect(nextLanguage('de', 'ciao', SIX, blind)).toBe('it');
  });
});
