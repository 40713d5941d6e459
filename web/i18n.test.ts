import { describe, expect, test } from 'vitest';
import { chooseLanguage, createI18n, LANGUAGES } from './i18n.ts';
import en from './locales/en.json' with { type: 'json' };

describe('the language', () => {
  test('is what ?lang= says, else the first one of the browser that we have, else English', () => {
    expect(chooseLanguage('?lang=fa', ['es'])).toBe('fa');
    expect(chooseLanguage('?lang=xx', ['de', 'es-MX', 'en'])).toBe('es');
    expect(chooseLanguage('', ['AR-eg'])).toBe('ar');
    expect(chooseLanguage('', ['de', 'toString'])).toBe('en');
  });

  test('sets the direction', () => {
    const rtl = LANGUAGES.filter(({ value }) => createI18n(value).direction === 'rtl').map(({ value }) => value);
    expect(rtl).toEqual(['fa', 'ar']);
  });
});

describe('words', () => {
  test('take values; numbers get the digits of the language, strings stay', () => {
    expect(createI18n('en').t('details.schemaErrors', { n: 3 })).toBe('3 schema errors');
    expect(createI18n('fa').t('details.schemaErrors', { n: 3 })).toContain('۳');
    expect(createI18n('fa').t('error.webhook', { status: '401' })).toContain('401');
  });

  test.each([
    ['fa', 'Fibra Andina · Telegram', true],
    ['ar', 'Studio (Aurora)', true],
    ['fa', '+1 305 555 0142', true],
    ['ar', 'نور', true],
    ['en', 'نیلا', true],
    ['ru', 'שרה 7', true],
    ['es', 'Fibra Andina', false],
    ['it', '+1 305 555 0142', false],
  ] as const)('set a name apart where it may run the other way: %s, %s', (language, name, apart) => {
    expect(createI18n(language).t('chat.log', { name })).toContain(apart ? `\u2068${name}\u2069` : name);
    expect(createI18n(language).t('chat.log', { name }).includes('\u2068')).toBe(apart);
  });

  test('follow the plural of the language', () => {
    const { t } = createI18n('ru');
    expect([1, 2, 5, 21].map((n) => t('details.schemaErrors', { n }))).toEqual([
      '1 ошибка схемы',
      '2 ошибки схемы',
      '5 ошибок схемы',
      '21 ошибка схемы',
    ]);
    expect(createI18n('ar').t('details.schemaErrors', { n: 2 })).toBe('خطآن في المخطط');
  });

  test.each(LANGUAGES)('of $label are all there, with the same places for values', async ({ value }) => {
    const catalog: Record<string, string | Record<string, string>> = (await import(`./locales/${value}.json`)).default;
    expect(Object.keys(catalog)).toEqual(Object.keys(en));
    for (const [key, entry] of Object.entries(catalog)) {
      const original = en[key as keyof typeof en];
      const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
      if (typeof entry === 'string') expect([key, places(entry)]).toEqual([key, places(original as string)]);
      else {
        const needed = new Intl.PluralRules(value).resolvedOptions().pluralCategories;
        expect(Object.keys(entry).sort()).toEqual([...needed].sort());
      }
    }
  });
});
