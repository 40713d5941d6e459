import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, test } from 'vitest';
import { loadCast } from './cast.ts';
import { customerOn, handle, PEOPLE, person } from './people.ts';

const everybody = Array.from({ length: PEOPLE }, (_, n) => person(n));

describe('the people of the page', () => {
  test('have phone numbers that are valid and belong to nobody', () => {
    for (const { whatsapp } of everybody) {
      expect(parsePhoneNumberFromString(`+${whatsapp}`)?.isValid(), whatsapp).toBe(true);
      expect(whatsapp).toMatch(/^1\d{3}55501\d\d$/);
    }
  });

  test.each(['telegram', 'whatsapp', 'instagram', 'waha'])('share no identity on %s', (channel) => {
    expect(new Set(everybody.map((one) => customerOn(channel, one).id)).size).toBe(PEOPLE);
  });

  test('look as the platforms make them', () => {
    for (const one of everybody) {
      expect(one.telegram).toMatch(/^[5-7]\d{9}$/);
      expect(one.instagram).toMatch(/^178\d{14}$/);
      expect(one.username).toMatch(/^[a-z]{3,}_[a-z]{3,}$/);
      expect(one.name).toMatch(/^\p{L}+ \p{L}+$/u);
    }
  });

  test('are always the same, and many', () => {
    expect(person(3)).toEqual(person(3));
    expect(new Set(everybody.map(({ name }) => name)).size).toBeGreaterThan(300);
    expect([0, 1, 2, 3, 4, 5].map((n) => person(n).language)).toEqual(['es', 'it', 'fa', 'ru', 'ar', 'en']);
  });

  test('are called as people call them', () => {
    expect(handle('whatsapp', person(0))).toMatch(/^\+1 \d{3} 555 01\d\d$/);
    expect(handle('waha', person(0))).toBe(handle('whatsapp', person(0)));
    expect(handle('instagram', person(0))).toBe('@lucia_fernandez');
    expect(customerOn('telegram', person(0), 12)).toMatchObject({ topic: 12, username: 'lucia_fernandez' });
    expect(customerOn('whatsapp', person(0), 12).topic).toBeUndefined();
  });
});

describe('a link to the page', () => {
  test('says who plays, and for which account', () => {
    expect(loadCast('?account=shop&person=3')).toEqual({
      people: [0, 1, 2, 3],
      names: {},
      current: 3,
      account: 'shop',
    });
  });

  test('that says nothing of sense changes nothing', () => {
    for (const search of ['', '?person=-1', '?person=x', '?person=99999', '?lang=ru'])
      expect(loadCast(search)).toEqual({ people: [0, 1, 2], names: {}, current: 0, account: '' });
  });
});
