import { describe, expect, it } from 'vitest';
import type { OutreachConfig } from './config.ts';
import { outreachOf } from './outreach.ts';

const EMPTY: OutreachConfig = {
  outreachEnabled: '',
  outreachTestMode: '',
  outreachMaxMessages: '',
  outreachPauseHours: '',
  outreachDailyLimit: '',
  outreachHours: '',
  outreachWeekdays: '',
  outreachHolidays: '',
  outreachConsent: '',
  outreachMaxAgeHours: '',
  outreachPaceSeconds: '',
  outreachWarmUpDays: '',
};
const made = (
  config: Partial<OutreachConfig> = {},
  environment: Record<string, string> = {},
  simulated = false,
  unofficial = false,
) => outreachOf({ ...EMPTY, envPrefix: 'SECOND_', ...config }, environment, { simulated, unofficial });

it('has the defaults of the table', () => {
  expect(made()).toEqual({
    enabled: true,
    testMode: false,
    maxMessages: 3,
    pauseMs: 24 * 3_600_000,
    dailyLimit: 100,
    warmUpDays: 0,
    sameTexts: 0,
    hours: { from: 540, until: 1_260, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
    needsConsent: true,
    maxAgeMs: 72 * 3_600_000,
    paceMs: 30_000,
  });
});

it('takes each value from the node, the account’s variable, the variable of all, else the default', () => {
  const environment = {
    AI_SELLER_ENABLED: 'no',
    SECOND_AI_SELLER_MAX_MESSAGES: '7',
    AI_SELLER_MAX_MESSAGES: '8',
    AI_SELLER_COOLDOWN_HOURS: '0.5',
    AI_SELLER_DAILY_LIMIT: '0',
    AI_SELLER_HOURS: '10-18',
    AI_SELLER_WEEKDAYS: '1-5',
    AI_SELLER_HOLIDAYS: '12-25',
    AI_SELLER_CONSENT: 'assumed',
    AI_SELLER_MAX_AGE_HOURS: '1',
    AI_SELLER_PACE_SECONDS: '0',
    AI_SELLER_TEST_MODE: '1',
    // Of a channel that needs none.
    AI_SELLER_WARMUP_DAYS: '30',
  };
  expect(made({}, environment)).toEqual({
    enabled: false,
    testMode: true,
    maxMessages: 7,
    pauseMs: 1_800_000,
    dailyLimit: 0,
    warmUpDays: 0,
    sameTexts: 0,
    hours: { from: 600, until: 1_080, weekdays: [1, 2, 3, 4, 5], holidays: ['12-25'] },
    needsConsent: false,
    maxAgeMs: 3_600_000,
    paceMs: 0,
  });
  const own: Partial<OutreachConfig> = {
    outreachEnabled: 'on',
    outreachTestMode: 'off',
    outreachConsent: 'required',
    outreachMaxMessages: 0,
    outreachPauseHours: 48,
    outreachHours: '8-9',
    outreachHolidays: '2026-01-06',
  };
  expect(made(own, environment)).toMatchObject({
    enabled: true,
    testMode: false,
    maxMessages: 0,
    pauseMs: 48 * 3_600_000,
    hours: { from: 480, until: 540, holidays: ['2026-01-06'] },
    needsConsent: true,
  });
});

describe('an account whose channel writes as a phone does', () => {
  it('is warmed up and repeats itself to few', () => {
    expect(made({}, {}, false, true)).toMatchObject({ warmUpDays: 14, sameTexts: 5 });
    expect(made({ outreachWarmUpDays: 0 }, {}, false, true)).toMatchObject({ warmUpDays: 0, sameTexts: 5 });
    expect(made({}, { AI_SELLER_WARMUP_DAYS: '30' }, false, true).warmUpDays).toBe(30);
    expect(made({ outreachWarmUpDays: 7 }, { AI_SELLER_WARMUP_DAYS: '30' }, false, true).warmUpDays).toBe(7);
  });

  it('is neither while nobody real hears from it, unless it is told to', () => {
    expect(made({}, {}, true, true)).toMatchObject({ warmUpDays: 0, sameTexts: 0 });
    expect(made({ outreachWarmUpDays: 3 }, {}, true, true)).toMatchObject({ warmUpDays: 3, sameTexts: 0 });
  });
});

describe('an account that nobody real hears from', () => {
  it('answers at once, and at night', () => {
    expect(made({}, {}, true)).toMatchObject({ paceMs: 1_000, pauseMs: 0, hours: { from: 0, until: 1_440 } });
  });

  it('keeps what it is told', () => {
    const told = { paceMs: 5_000, hours: { from: 600, until: 660 } };
    expect(made({ outreachPaceSeconds: 5, outreachHours: '10-11' }, {}, true)).toMatchObject(told);
    expect(made({}, { AI_SELLER_PACE_SECONDS: '5', AI_SELLER_HOURS: '10-11' }, true)).toMatchObject(told);
  });
});

it.each<[config: object, words: RegExp, variable: string]>([
  [{ outreachEnabled: 'perhaps' }, /neither true nor false/, 'AI_SELLER_ENABLED'],
  [{ outreachTestMode: 'tru' }, /neither true nor false/, 'AI_SELLER_TEST_MODE'],
  [{ outreachMaxMessages: 2.5 }, /no whole number/, 'AI_SELLER_MAX_MESSAGES'],
  [{ outreachMaxMessages: 'three' }, /no number of messages/, 'AI_SELLER_MAX_MESSAGES'],
  [{ outreachDailyLimit: -1 }, /no number of messages/, 'AI_SELLER_DAILY_LIMIT'],
  [{ outreachPauseHours: 'a day' }, /no number of hours/, 'AI_SELLER_COOLDOWN_HOURS'],
  [{ outreachMaxAgeHours: '1e99' }, /no number of hours/, 'AI_SELLER_MAX_AGE_HOURS'],
  [{ outreachPaceSeconds: 'Infinity' }, /no number of seconds/, 'AI_SELLER_PACE_SECONDS'],
  [{ outreachWarmUpDays: 1.5 }, /no whole number of days/, 'AI_SELLER_WARMUP_DAYS'],
  [{ outreachWarmUpDays: 366 }, /no number of days from 0 to 365/, 'AI_SELLER_WARMUP_DAYS'],
  [{ outreachHours: '21:00-09:00' }, /over midnight/, 'AI_SELLER_HOURS'],
  [{ outreachWeekdays: 'Mon-Fri' }, /no weekdays/, 'AI_SELLER_WEEKDAYS'],
  [{ outreachHolidays: '24.12.' }, /no day/, 'AI_SELLER_HOLIDAYS'],
  [{ outreachConsent: 'yes' }, /neither "required" nor "assumed"/, 'AI_SELLER_CONSENT'],
])('refuses %j, and names what to correct', (config, message, variable) => {
  const refusal = expect.objectContaining({
    code: 'SETTING_INVALID',
    message: expect.stringMatching(message),
    action: expect.stringContaining(`SECOND_${variable}`),
  });
  expect(() => made(config)).toThrow(refusal);
  const environment = { [`SECOND_${variable}`]: String(Object.values(config)[0]) };
  expect(() => made({}, environment)).toThrow(refusal);
});
