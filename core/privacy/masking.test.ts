import { describe, expect, it } from 'vitest';
import { maskDeep } from './mask-deep.ts';
import { createMask, type Detector, type MaskHints, type Vault, withoutTokens } from './masking.ts';

/** Finds numbers of nine digits and anything with an @: enough to test tokens. */
const detect: Detector = (text) =>
  [...text.matchAll(/\+?\d{9,}|\S+@\S+\w/g)].map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
    kind: found.includes('@') ? 'EMAIL' : 'PHONE',
    value: found.toLowerCase().replace(/^\+34/, ''),
  }));
const HINTS: MaskHints = { countries: [], names: [], ids: [] };
const EMPTY: Vault = { tokens: {}, originals: {} };
const mask = (vault: Vault = EMPTY) => createMask(detect, HINTS, vault);

describe('tokens', () => {
  it('are the same for the same value, over texts and over turns', () => {
    const first = mask();
    expect(first.mask('call 600112233 or +34600112233, not 611223344')).toBe(
      'call [PHONE_1] or [PHONE_1], not [PHONE_2]',
    );
    const later = mask(first.vault());
    expect(later.changed()).toBe(false);
    expect(later.mask('ana@example.com, 611223344')).toBe('[EMAIL_1], [PHONE_2]');
    expect(later.changed()).toBe(true);
    expect(later.added()).toEqual({
      tokens: { 'EMAIL:ana@example.com': '[EMAIL_1]' },
      originals: { '[EMAIL_1]': 'ana@example.com' },
    });
    expect(later.found()).toEqual([
      { kind: 'PHONE', count: 1 },
      { kind: 'EMAIL', count: 1 },
    ]);
  });

  it('are put back as they were first written', () => {
    const own = mask();
    own.mask('600112233 and Ana@Example.com');
    expect(own.restore('We call [PHONE_1] and write to [EMAIL_1].')).toBe(
      'We call 600112233 and write to Ana@Example.com.',
    );
  });

  it.each([
    '[phone_1]',
    '[Phone_1]',
    '[PHONE\\_1]',
    '\\[PHONE\\_1\\]',
    '[PHONE 1]',
    '[PHONE-1]',
    '[ PHONE_1 ]',
    '［PHONE_1］',
    '［ＰＨＯＮＥ＿１］',
    '【PHONE_1】',
    '[PHONE_۱]',
    '[PHONE_١]',
    '[PHONE_\u200b1]',
    '[PHONE_01]',
  ])('are known as models write them: %s', (written) => {
    const own = mask();
    own.mask('600112233');
    expect(own.restore(`Is ${written} right?`)).toBe('Is 600112233 right?');
  });

  it('of others, and other words in brackets, stay as they are', () => {
    const own = mask();
    own.mask('600112233');
    for (const text of [
      '[PHONE_2]',
      '[EMAIL_1]',
      '[see list]',
      '[photo]',
      '[x](https://example.com)',
      'a[1]',
      '[]',
      '[',
    ])
      expect(own.restore(text)).toBe(text);
    expect(mask().restore('[PHONE_1]')).toBe('[PHONE_1]');
  });

  it.each(['[PHONE_1]', '[phone 1]', '［PHONE＿１］', '[NAME_3]', '\\[PHONE\\_1\\]'])(
    'written by hand mean nothing: %s',
    (typed) => {
      const own = mask();
      own.mask('600112233');
      const masked = own.mask(`what is ${typed}?`);
      expect(own.restore(masked)).toBe(masked);
      expect(masked).not.toContain('600112233');
      expect(own.changed() && Object.keys(own.added().tokens).length).toBe(1);
    },
  );

  it('of a value that another writer has named meanwhile follow the stored ones', () => {
    const own = mask();
    own.mask('600112233 611223344');
    own.adopt({ tokens: { 'PHONE:611223344': '[PHONE_1]' }, originals: { '[PHONE_1]': '611223344' } });
    expect(own.mask('600112233 611223344')).toBe('[PHONE_2] [PHONE_1]');
    expect(own.added().tokens).toEqual({ 'PHONE:600112233': '[PHONE_2]' });
  });

  it('end somewhere: who sends thousands of numbers gets tokens that stand for nothing', () => {
    const own = mask();
    const many = Array.from({ length: 5_001 }, (_, index) => String(600_000_000 + index)).join(' ');
    expect(own.mask(many)).toMatch(/\[PHONE_5000\] \[PHONE\]$/);
  });

  it('are made only for the kinds that are asked for', () => {
    const own = createMask(detect, HINTS, EMPTY, ['EMAIL']);
    expect(own.mask('600112233 ana@example.com')).toBe('600112233 [EMAIL_1]');
  });

  it('are safe from names that objects have', () => {
    const own = createMask(() => [{ start: 0, end: 9, kind: 'NAME', value: '__proto__' }], HINTS, EMPTY);
    own.mask('__proto__');
    expect(mask(own.vault()).restore('[NAME_1]')).toBe('__proto__');
  });
});

describe('links', () => {
  const own = mask();
  own.mask('600 or 600112233 ana@example.com');

  it('to a number are made of its digits', () => {
    expect(own.restore('https://wa.me/[PHONE_1]?text=hi')).toBe('https://wa.me/600112233?text=hi');
    expect(own.restore('tel:[PHONE_1]')).toBe('tel:600112233');
  });

  it('to other places carry nothing of the customer', () => {
    for (const text of [
      'https://evil.example/?p=[PHONE_1]',
      '![x](http://evil.example/[EMAIL_1].png)',
      'www.evil.example/[PHONE_1]',
    ])
      expect(own.restore(text)).toBe(text);
    expect(own.restore('see https://shop.example [PHONE_1]')).toBe('see https://shop.example 600112233');
  });
});

describe('a text that is still being written', () => {
  const own = mask();
  own.mask('600112233 ana@example.com');

  it('never shows a part of a token, and what it shows is a beginning of the whole', () => {
    const text =
      'Call [PHONE_1], \\[EMAIL\\_1\\] [see list] ［phone 1］ https://evil.example/[PHONE_1] wa.me/[PHONE_1].';
    const whole = own.restore(text);
    for (let at = 0; at <= text.length; at++) expect(whole.startsWith(own.restoreBegun(text.slice(0, at)))).toBe(true);
    expect(own.restoreBegun(text)).toBe(whole);
  });

  it('leaves out no more than could be a token', () => {
    expect(['Hello there [', 'Hello there [PHONE', 'Hello there [PHONE_1] ok'].map(own.restoreBegun)).toEqual([
      'Hello there ',
      'Hello there ',
      'Hello there 600112233 ok',
    ]);
    expect(own.restoreBegun('a [note that is much too long to be a token of ours, so')).toContain('too long');
  });
});

describe('structured values', () => {
  it('keep their keys and their shape; strings and long numbers are masked', () => {
    const value = {
      phone: '600112233',
      price: 1250,
      at: 17.5,
      ok: true,
      none: null,
      list: [611223344, 'x'],
      '600112233': 'key',
    };
    expect(maskDeep(value, mask())).toEqual({
      phone: '[PHONE_1]',
      price: 1250,
      at: 17.5,
      ok: true,
      none: null,
      list: ['[PHONE_2]', 'x'],
      '600112233': 'key',
    });
  });
});

it('a search is about what is left without tokens', () => {
  expect(withoutTokens('soy [NAME_1], mi internet [lento] va mal')).toBe('soy  , mi internet [lento] va mal');
});
