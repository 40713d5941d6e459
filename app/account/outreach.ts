/** What an account may write without being asked, from its saved configuration: each value node → account's variable → environment → default. */
import { DragomanError } from '../../core/errors.ts';
import { type OutreachSettings, SAME_TEXTS } from '../../core/policy/outreach.ts';
import { type Read, readHolidays, readHours, readWeekdays } from '../../core/policy/outreach-words.ts';
import {
  type Environment,
  isNo,
  isYes,
  type Resolved,
  resolveFor,
  SETTINGS,
  type SettingSpec,
} from '../../core/settings.ts';
import type { OutreachConfig } from './config.ts';

const HOUR_MS = 3_600_000;
/** Ten years: what is later than that is meant for never. */
export const LONGEST_HOURS = 87_600;
const MOST_MESSAGES = 1_000_000;
export const LONGEST_PACE = 86_400;
export const LONGEST_WARM_UP = 365;

/** Of accounts that nobody real can hear from: a demo answers at once, at night too, and each time. */
export const SIMULATED = { hours: '00:00-24:00', paceSeconds: '1', pauseHours: '0', warmUpDays: '0' } as const;

/**
 * @param of the account: it talks to a stand-in on this machine; its channel writes as a phone does
 * @throws DragomanError SETTING_INVALID
 */
export function outreachOf(
  config: OutreachConfig & { envPrefix: string },
  environment: Environment,
  { simulated, unofficial }: { simulated: boolean; unofficial: boolean },
): OutreachSettings {
  const found = (spec: SettingSpec, own: string | number) =>
    resolveFor(spec, environment, String(own), config.envPrefix);
  const orDemo = (resolved: Resolved, demo: string): Resolved =>
    simulated && resolved.from === 'default' ? { ...resolved, value: demo } : resolved;
  const hours = orDemo(found(SETTINGS.sellerHours, config.outreachHours), SIMULATED.hours);
  const pace = orDemo(found(SETTINGS.sellerPace, config.outreachPaceSeconds), SIMULATED.paceSeconds);
  const warmUp = orDemo(found(SETTINGS.sellerWarmUp, config.outreachWarmUpDays), SIMULATED.warmUpDays);
  // Read in any case: what is wrong with it is told on every channel.
  const warmUpDays = whole(LONGEST_WARM_UP, 'days', warmUp);
  const pause = orDemo(found(SETTINGS.sellerCooldown, config.outreachPauseHours), SIMULATED.pauseHours);
  return {
    enabled: yesOrNo(found(SETTINGS.sellerEnabled, config.outreachEnabled)),
    testMode: yesOrNo(found(SETTINGS.sellerTestMode, config.outreachTestMode)),
    maxMessages: whole(MOST_MESSAGES, 'messages', found(SETTINGS.sellerMaxMessages, config.outreachMaxMessages)),
    pauseMs: upTo(LONGEST_HOURS, 'hours', pause) * HOUR_MS,
    dailyLimit: whole(MOST_MESSAGES, 'messages', found(SETTINGS.sellerDailyLimit, config.outreachDailyLimit)),
    warmUpDays: unofficial ? warmUpDays : 0,
    sameTexts: unofficial && !simulated ? SAME_TEXTS : 0,
    hours: {
      ...read(readHours, hours),
      weekdays: read(readWeekdays, found(SETTINGS.sellerWeekdays, config.outreachWeekdays)),
      holidays: read(readHolidays, found(SETTINGS.sellerHolidays, config.outreachHolidays)),
    },
    needsConsent: consent(found(SETTINGS.sellerConsent, config.outreachConsent)),
    maxAgeMs: upTo(LONGEST_HOURS, 'hours', found(SETTINGS.sellerMaxAge, config.outreachMaxAgeHours)) * HOUR_MS,
    paceMs: upTo(LONGEST_PACE, 'seconds', pace) * 1_000,
  };
}

/** @throws DragomanError SETTING_INVALID */
export function read<Value>(reader: (text: string) => Read<Value>, { value: text, env }: Resolved): Value {
  const found = reader(text);
  if ('value' in found) return found.value;
  throw wrong(found.wrong, env);
}

function yesOrNo({ value, env }: Resolved): boolean {
  if (isYes(value)) return true;
  // Of a switch that stops messages, a misspelt word shall not be guessed at.
  if (isNo(value)) return false;
  throw wrong(`"${value.slice(0, 40)}" is neither true nor false.`, env);
}

function consent({ value, env }: Resolved): boolean {
  if (value === 'required' || value === 'assumed') return value === 'required';
  throw wrong(`"${value.slice(0, 40)}" is neither "required" nor "assumed".`, env);
}

function whole(most: number, unit: string, resolved: Resolved): number {
  const number = upTo(most, unit, resolved);
  if (Number.isInteger(number)) return number;
  throw wrong(`"${resolved.value}" is no whole number of ${unit}.`, resolved.env);
}

/** A number from 0. @throws DragomanError SETTING_INVALID */
export function upTo(most: number, unit: string, { value, env }: Resolved): number {
  const number = Number(value);
  if (number >= 0 && number <= most) return number;
  throw wrong(`"${value.slice(0, 40)}" is no number of ${unit} from 0 to ${most}.`, env);
}

const wrong = (sentence: string, env: string) =>
  new DragomanError('SETTING_INVALID', sentence, `Correct it in the account or in ${env}.`);
