import { describe, expect, it } from 'vitest';
import { loadPhoneBook } from './load.ts';

const { readPhone, zonesOf } = await loadPhoneBook();
const resultOf = (text: string, country = '') => {
  const read = readPhone(text, country);
  return 'fault' in read ? read.fault.code : read.e164;
};

describe('reads', () => {
  it.each([
    ['+7 700 111-22-33', '', '+77001112233'],
    ['8 (700) 111 22 33', 'KZ', '+77001112233'],
    ['7001112233', 'KZ', '+77001112233'],
    ['77001112233', 'KZ', '+77001112233'],
    ['8 916 123-45-67', 'KZ', '+79161234567'],
    ['600 11 22 33', 'ES', '+34600112233'],
    ['0034 600 112 233', 'KZ', '+34600112233'],
    ['34600112233', 'KZ', '+34600112233'],
    ['12125551234', '', '+12125551234'],
    ['333 123 4567', 'IT', '+393331234567'],
    ['050 123 4567', 'AE', '+971501234567'],
    ['01001234567', 'EG', '+201001234567'],
    ['(11) 91234-5678', 'BR', '+5511912345678'],
    ['۰۹۱۲۳۴۵۶۷۸۹', 'IR', '+989123456789'],
    ['٠٥٠١٢٣٤٥٦٧', 'AE', '+971501234567'],
    ['＋７７００１１１２２３３', '', '+77001112233'],
    ['\u202a+7\u00a0700\u200e1112233\u202c', '', '+77001112233'],
  ])('%s of "%s" as %s', (text, country, e164) => {
    expect(resultOf(text, country)).toBe(e164);
  });

  it('a number that is mobile or fixed, for nobody can tell in its country', () => {
    expect(resultOf('+1 212 555 1234')).toBe('+12125551234');
    expect(resultOf('+1 416 555 0123')).toBe('+14165550123');
  });
});

it.each([
  ['+7 727 250 00 00', ''],
  ['8 (7172) 74-50-00', 'KZ'],
  ['91 123 45 67', 'ES'],
  ['06 1234 5678', 'IT'],
  ['+49 30 123456', ''],
  ['021 88776655', 'IR'],
  ['8 800 555 35 35', 'RU'],
  ['+800 1234 5678', ''],
])('%s is a landline or a service', (text, country) => {
  expect(resultOf(text, country)).toBe('ORDER_PHONE_LANDLINE');
});

it.each([
  ...[
    ['', ''],
    ['abc', 'KZ'],
    ['+', ''],
    ['0000000000', 'KZ'],
    ['+70000000000', ''],
    ['+7 700 111', ''],
    ['123', 'KZ'],
  ],
  // Of another country's own form, and of no country's.
  ...[
    ['600112233', 'KZ'],
    ['7001112233', 'ES'],
    ['600112233', ''],
    ['2125551234', ''],
    ['2125551234', 'ZZ'],
  ],
  ...[
    ['+77001112233, +77012223344', ''],
    ['Anna +77001112233', ''],
    ['+8 700 111 22 33', ''],
    ['1'.repeat(100_000), 'KZ'],
  ],
])('%s of "%s" is none', (text, country) => {
  expect(resultOf(text!, country)).toBe('ORDER_PHONE_INVALID');
});

it('quotes no number in what is wrong', () => {
  for (const text of ['+7 727 250 00 00', '+7 700 111'])
    expect(JSON.stringify(readPhone(text, ''))).not.toMatch(/727|700/);
});

describe('zones', () => {
  it.each([
    ['+77001112233', 'Asia/Almaty', 7],
    ['+79161234567', 'Europe/Moscow', 20],
    ['+12125551234', 'America/New_York', 20],
    ['+34600112233', 'Europe/Madrid', 3],
    ['+989123456789', 'Asia/Tehran', 1],
    ['+971501234567', 'Asia/Dubai', 1],
    ['+201001234567', 'Africa/Cairo', 1],
    ['+393331234567', 'Europe/Rome', 1],
    ['+5511912345678', 'America/Sao_Paulo', 10],
    ['+38344123456', 'Europe/Belgrade', 1],
  ])('of %s have %s', (e164, zone, atLeast) => {
    const zones = zonesOf(e164);
    expect(zones).toContain(zone);
    expect(zones.length).toBeGreaterThanOrEqual(atLeast);
    for (const timeZone of zones) new Intl.DateTimeFormat('en', { timeZone });
  });

  it('tell Russia from Kazakhstan, and the United States from Canada', () => {
    expect(zonesOf('+77001112233')).not.toContain('Europe/Moscow');
    expect(zonesOf('+79161234567')).not.toContain('Asia/Almaty');
    expect(zonesOf('+14165550123')).toContain('America/Toronto');
    expect(zonesOf('+14165550123')).not.toContain('America/Los_Angeles');
  });

  it('are none of what is no number of a country', () => {
    for (const text of ['', 'x', '+80012345678', '+0', '1'.repeat(100_000)]) expect(zonesOf(text)).toEqual([]);
  });
});
