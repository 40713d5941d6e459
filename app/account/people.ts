/** When an account's people are there, from its saved configuration: each value node → account's variable → environment → default. */
import type { PeopleTimes } from '../../core/accounts.ts';
import { readHolidays, readHours, readWeekdays } from '../../core/policy/outreach-words.ts';
import { type Environment, resolveFor, SETTINGS, type SettingSpec } from '../../core/settings.ts';
import type { PeopleConfig } from './config.ts';
import { read, upTo } from './outreach.ts';

/** A week: who waits longer was forgotten. */
export const LONGEST_WAIT_MINUTES = 10_080;
const MINUTE_MS = 60_000;

/** @throws DragomanError SETTING_INVALID */
export function peopleOf(config: PeopleConfig & { envPrefix: string }, environment: Environment): PeopleTimes {
  const found = (spec: SettingSpec, own: string | number = '') =>
    resolveFor(spec, environment, String(own), config.envPrefix);
  return {
    hours: {
      ...read(readHours, found(SETTINGS.peopleHours, config.peopleHours)),
      weekdays: read(readWeekdays, found(SETTINGS.peopleWeekdays, config.peopleWeekdays)),
      holidays: read(readHolidays, found(SETTINGS.peopleHolidays, config.peopleHolidays)),
    },
    patienceMs: upTo(LONGEST_WAIT_MINUTES, 'minutes', found(SETTINGS.peopleWait, config.peopleWaitMinutes)) * MINUTE_MS,
  };
}
