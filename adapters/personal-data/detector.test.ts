import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PersonalData } from '../../core/ports.ts';
import { createMask, type Detector, type MaskHints } from '../../core/privacy/masking.ts';
import { PERSONAL, PLAIN, unlabel } from '../../test/support/personal-data.ts';
import { loadPersonalData, shapesOnly } from './detector.ts';

let detect: Detector;
let hintsOf: PersonalData['hintsOf'];
beforeAll(async () => {
  ({ detect, hintsOf } = await loadPersonalData());
});

const hints = (some: Partial<MaskHints> = {}): MaskHints => ({ countries: [], names: [], ids: [], ...some });
const found = (text: string, some?: Partial<MaskHints>) =>
  detect(text, hints(some)).map(({ start, end, kind, value }) => ({ kind, value, words: text.slice(start, end) }));
/** What is left of a text when everything found is taken out. */
const rest = (text: string, some?: Partial<MaskHints>) =>
  detect(text, hints(some)).reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);

describe('the labelled messages', () => {
  const cases = (set: typeof PERSONAL) =>
    set.flatMap((group) => group.texts.map((text) => ({ text, hints: group.hints })));

  it('are enough to say something', () => {
    expect(cases(PERSONAL).length).toBeGreaterThanOrEqual(150);
    expect(cases(PLAIN).length).toBeGreaterThanOrEqual(120);
  });

  it('are masked with a recall and a precision of at least 99 %', () => {
    let wanted = 0;
    let hit = 0;
    let extra = 0;
    const wrong: string[] = [];
    for (const { text: labelled, hints: some } of [...cases(PERSONAL), ...cases(PLAIN)]) {
      const { text, wanted: labels } = unlabel(labelled);
      const findings = detect(text, hints(some));
      const hits = labels.filter(({ start, end, kind }) =>
        findings.some((one) => one.start <= start && one.end >= end && one.kind === kind),
      );
      const more = findings.filter(
        ({ start, end }) => !labels.some((label) => label.start <= start && label.end >= end),
      );
      wanted += labels.length;
      hit += hits.length;
      extra += more.length;
      if (hits.length < labels.length || more.length > 0) wrong.push(labelled);
    }
    expect(hit / wanted, wrong.join('\n')).toBeGreaterThanOrEqual(0.99);
    expect(hit / (hit + extra), wrong.join('\n')).toBeGreaterThanOrEqual(0.99);
  });
});

describe('phones', () => {
  const world = () =>
    getCountries().flatMap((country) => {
      const number = getExampleNumber(country, examples);
      return number && number.nationalNumber.length >= 7 ? [{ country, number }] : [];
    });
  const inDigits = (text: string, digits: string) => text.replace(/\d/g, (digit) => [...digits][Number(digit)]!);
  const threeDigits = /\p{Nd}\D*\p{Nd}\D*\p{Nd}/u;

  it('of every country are found in international form, with nothing known of the person', () => {
    const left = world().flatMap(({ number }) =>
      [
        number.number,
        number.formatInternational(),
        number.getURI(),
        `00${number.number.slice(1)}`,
        `https://wa.me/${number.number.slice(1)}`,
        inDigits(number.formatInternational(), '٠١٢٣٤٥٦٧٨٩'),
        inDigits(number.formatInternational(), '۰۱۲۳۴۵۶۷۸۹'),
        inDigits(number.formatInternational(), '०१२३४५६७८९'),
        inDigits(number.formatInternational(), '０１２３４５６７８９'),
        number.formatInternational().replace(/ /g, '\u00a0'),
        number.formatInternational().replace(/ /g, '\u2009\u200b'),
        [...number.number].join('\u00ad'),
        [...number.number].join('\u2060'),
        `\u202a${number.number}\u202c`,
      ].filter((text) => threeDigits.test(rest(`x ${text} y`))),
    );
    expect(left).toEqual([]);
  });

  it('of every country are found in local form where the contact is from there', () => {
    const left = world().flatMap(({ country, number }) =>
      [
        number.formatNational(),
        number.formatNational().replace(/\D/g, ''),
        number.formatNational().replace(/ /g, '-'),
        number.number.slice(1),
        inDigits(number.formatNational(), '٠١٢٣٤٥٦٧٨٩'),
      ].filter((text) => threeDigits.test(rest(`x ${text} y`, { countries: [country] }))),
    );
    // Anything with 6 digits or fewer could be anything.
    expect(left.filter((text) => text.replace(/\P{Nd}/gu, '').length >= 7)).toEqual([]);
  });

  it('have one value however they are written', () => {
    const text = '600112233, +34 600 11 22 33, 0034600112233, wa.me/34600112233, ６００１１２２３３, 34600112233';
    const values = found(text, { countries: ['ES'] }).map(({ value }) => value);
    expect(values).toEqual(Array(6).fill('+34600112233'));
  });

  it('stand alone: what is before and after stays', () => {
    expect(rest('a +34600112233 2026 b')).toBe('a  2026 b');
    expect(rest('(600112233)', { countries: ['ES'] })).toBe('()');
    expect(rest('600 112 233 611 223 344', { countries: ['ES'] })).toBe(' ');
  });

  it('are found by shape alone, for logs', () => {
    expect(shapesOnly('sent to +34600112233 at 10:30', hints())).toHaveLength(1);
    expect(shapesOnly('turn 01995f5e-7b1c-7000-8def-012345678901 took 1250 ms', hints())).toEqual([]);
  });
});

describe('names', () => {
  it('are whole words of three letters and more', () => {
    const some = { names: ['Ana de la Cruz Li'] };
    expect(found('Ana, banana, li, DE LA CRUZ', some).map(({ words }) => words)).toEqual(['Ana', 'CRUZ']);
  });

  it('that are everyday words count with a capital letter only', () => {
    expect(rest('la luz no va, dice Luz', { names: ['Luz'] })).toBe('la luz no va, dice ');
  });

  it('are found in every spelling of Arabic and Persian letters, and not in the preposition', () => {
    expect(rest('أنا على الخط، علي', { names: ['علی'] })).toBe('أنا على الخط، ');
    expect(found('يا أحمد واحمد', { names: ['احمد'] }).map(({ value }) => value)).toEqual(['احمد']);
  });
});

describe('the platform’s ids', () => {
  it('are found by their shape, or because they are this contact’s', () => {
    const text = 'wamid.HBgLMzQ2MDAxMTIyMzMVAgASGBQ= US.13491208655302741918 12345 987654321 x987654321';
    expect(rest(text, { ids: ['987654321'] })).toBe('  12345  x987654321');
  });
});

describe('hints', () => {
  const account = { timezone: 'Europe/Madrid', language: 'es' };
  const contact = { id: 'c', createdAt: 0, name: 'Ana', username: 'ana_1', language: 'fa' };

  it('take the country of the contact’s phone first, then the account’s zone, then the languages', () => {
    const identities = [
      { accountId: 'a', kind: 'bsuid', value: 'IT.12345678901234' },
      { accountId: 'a', kind: 'phone', value: '33612345678' },
    ];
    expect(hintsOf({ ...contact, identities }, account)).toEqual({
      countries: ['IT', 'FR', 'ES', 'IR', 'MX'],
      names: ['Ana', 'ana_1'],
      phones: ['+33612345678'],
      ids: ['IT.12345678901234'],
    });
    expect(hintsOf(null, { timezone: 'Asia/Kolkata', language: 'hi' }).countries).toEqual(['IN']);
    expect(hintsOf(null, { timezone: 'UTC', language: 'ar' }).countries).toEqual(['SA', 'EG', 'AE']);
  });
});

describe('any text', () => {
  const LENGTH = 56 * 1024;
  const some = hints({ countries: ['ES', 'US', 'IR', 'RU', 'FR'], names: ['Ana Pérez'], ids: ['12345678'] });
  it.each([
    'lorem ipsum 600112233 dolor ',
    '1 2 3 4 5 6 7 8 9 0 ',
    '9',
    '600 112 233 ',
    '(',
    '+(',
    '- ',
    'a@',
    'ES91 ',
    '1.',
    '1,',
    '+1 ',
    'tel ',
    '[PHONE_1 ',
    'wamid.',
    'a.',
    '$1 ',
    '1-1-2026 ',
    'الله ٠٥٠ ',
  ])(
    'of 56 KB takes a bounded time: %j',
    (piece) => {
      const text = piece.repeat(Math.ceil(LENGTH / piece.length));
      expect(detect(text, some).every(({ start, end }) => start < end && end <= text.length)).toBe(true);
    },
    5_000,
  );

  it('comes back as it was', () => {
    const texts = PERSONAL.flatMap((group) =>
      group.texts.map((text) => ({ text: unlabel(text).text, hints: hints(group.hints) })),
    );
    let compared = 0;
    for (const { text, hints: some } of texts) {
      const values = detect(text, some).map(({ value }) => value);
      // The first spelling of a value is the one that comes back, and a link is made of digits.
      if (new Set(values).size < values.length || /wa\.me|tel:|phone=/.test(text)) continue;
      const mask = createMask(detect, some, { tokens: {}, originals: {} });
      expect(mask.restore(mask.mask(text))).toBe(text);
      compared++;
    }
    expect(compared).toBeGreaterThan(150);
  });
});
