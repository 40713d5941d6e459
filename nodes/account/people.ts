/** The account's properties about its people, with what may be typed into them. In the browser only. */
import type { PeopleConfig } from '../../app/account/config.ts';
import { LONGEST_WAIT_MINUTES } from '../../app/account/people.ts';
import { readHolidays, readHours, readWeekdays } from '../../core/policy/outreach-words.ts';
import { orEmpty, type Property } from '../editor.ts';

export const PEOPLE: { [Key in keyof PeopleConfig]: Property<PeopleConfig[Key]> } = {
  peopleHours: {
    value: '',
    check: orEmpty((value) => ('value' in readHours(String(value)) ? null : 'peopleHours')),
  },
  peopleWeekdays: {
    value: '',
    check: orEmpty((value) => ('value' in readWeekdays(String(value)) ? null : 'peopleWeekdays')),
  },
  peopleHolidays: {
    value: '',
    check: (value) => ('value' in readHolidays(String(value)) ? null : 'peopleHolidays'),
  },
  peopleWaitMinutes: {
    value: '',
    check: orEmpty((value) =>
      Number(value) >= 0 && Number(value) <= LONGEST_WAIT_MINUTES ? null : 'peopleWaitMinutes',
    ),
  },
};
