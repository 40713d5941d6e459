/** The account's properties about messages that nobody asked for, with what may be typed into them. In the browser only. */
import type { OutreachConfig } from '../../app/account/config.ts';
import { LONGEST_HOURS, LONGEST_PACE, LONGEST_WARM_UP } from '../../app/account/outreach.ts';
import { readHolidays, readHours, readWeekdays } from '../../core/policy/outreach-words.ts';
import { orEmpty, type Property, wholeFrom } from '../editor.ts';

const upTo = (most: number, value: unknown) => Number(value) >= 0 && Number(value) <= most;

export const OUTREACH: { [Key in keyof OutreachConfig]: Property<OutreachConfig[Key]> } = {
  outreachEnabled: { value: '' },
  outreachTestMode: { value: '' },
  outreachConsent: { value: '' },
  outreachHours: {
    value: '',
    check: orEmpty((value) => ('value' in readHours(String(value)) ? null : 'outreachHours')),
  },
  outreachWeekdays: {
    value: '',
    check: orEmpty((value) => ('value' in readWeekdays(String(value)) ? null : 'outreachWeekdays')),
  },
  outreachHolidays: {
    value: '',
    check: (value) => ('value' in readHolidays(String(value)) ? null : 'outreachHolidays'),
  },
  outreachMaxMessages: { value: '', check: orEmpty(wholeFrom(0, 'outreachMaxMessages')) },
  outreachPauseHours: {
    value: '',
    check: orEmpty((value) => (upTo(LONGEST_HOURS, value) ? null : 'outreachPauseHours')),
  },
  outreachDailyLimit: { value: '', check: orEmpty(wholeFrom(0, 'outreachDailyLimit')) },
  outreachWarmUpDays: {
    value: '',
    check: orEmpty((value) =>
      Number.isInteger(Number(value)) && upTo(LONGEST_WARM_UP, value) ? null : 'outreachWarmUpDays',
    ),
  },
  outreachPaceSeconds: {
    value: '',
    check: orEmpty((value) => (upTo(LONGEST_PACE, value) ? null : 'outreachPaceSeconds')),
  },
  outreachMaxAgeHours: {
    value: '',
    check: orEmpty((value) => (upTo(LONGEST_HOURS, value) ? null : 'outreachMaxAgeHours')),
  },
};
