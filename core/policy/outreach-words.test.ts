import { describe, expect, it } from 'vitest';
import { readHolidays, readHours, readWeekdays } from './outreach-words.ts';

const wrong = (words: RegExp) => ({ wrong: expect.stringMatching(words) });

describe('hours', () => {
  it.each([
    ['09:00-21:00', 540, 1_260],
    ['9-21', 540, 1_260],
    [' 8:30 – 12 ', 510, 720],
    ['00:00-24:00', 0, 1_440],
    ['23:59-24:00', 1_439, 1_440],
  ])('reads %s', (text, from, until) => expect(readHours(text)).toEqual({ value: { from, until } }));

  it.each(['21:00-09:00', '22-6', '09:00-09:00', '00:00-00:00'])('refuses %s: over midnight, or none', (text) =>
    expect(readHours(text)).toEqual(wrong(/over midnight/)),
  );

  it.each(['', 'always', '9', '9-', '-9', '24:00-25:00', '09:60-21:00', '9:5-21', '9-21-23', '9am-9pm', '٩-٢١'])(
    'refuses %j',
    (text) => expect(readHours(text)).toEqual(wrong(/write them as 09:00-21:00/)),
  );
});

describe('weekdays', () => {
  it.each([
    ['1-7', [1, 2, 3, 4, 5, 6, 7]],
    ['1-5,7', [1, 2, 3, 4, 5, 7]],
    ['5, 3 ,1', [1, 3, 5]],
    ['7', [7]],
    ['1-3,2-4', [1, 2, 3, 4]],
  ])('reads %s', (text, days) => expect(readWeekdays(text)).toEqual({ value: days }));

  it.each(['', '0', '8', '5-1', '1-', 'Mon', '1,,2', '1-9', '1.5', '-1', '12'])('refuses %j', (text) =>
    expect(readWeekdays(text)).toEqual(wrong(/1 is Monday/)),
  );
});

describe('holidays', () => {
  it.each([
    ['', []],
    ['12-25', ['12-25']],
    ['2026-12-25, 01-01,02-29', ['2026-12-25', '01-01', '02-29']],
    ['2028-02-29', ['2028-02-29']],
    ['12-25,\n 12-26,', ['12-25', '12-26']],
  ])('reads %j', (text, days) => expect(readHolidays(text)).toEqual({ value: days }));

  it.each(['25.12.', '2026-13-01', '2026-02-30', '02-30', '2027-02-29', 'Christmas', '12-25;01-01', '1-1', '20261225'])(
    'refuses %s',
    (text) => expect(readHolidays(text)).toEqual(wrong(/write holidays as 2026-12-25/)),
  );

  it('refuses more than anybody writes', () => {
    expect(readHolidays('12-25,'.repeat(500))).toEqual(wrong(/too many/));
  });
});
