/** How people write when they may be written to: `09:00-21:00`, `1-5`, `2026-12-25, 01-01`. */
import type { Hours } from './hours.ts';

/** What was read, or a sentence about what is wrong with it. */
export type Read<Value> = { value: Value } | { wrong: string };

const DAY_MINUTES = 1_440;
/** More are written by no person. */
const MOST_HOLIDAYS = 400;

const quoted = (text: string) => `"${text.slice(0, 40)}"`;

/** @param text `09:00-21:00` or `9-21`; `00:00-24:00` is the whole day */
export function readHours(text: string): Read<Pick<Hours, 'from' | 'until'>> {
  const [, ...parts] = /^(\d{1,2})(?::(\d\d))?\s*[-–]\s*(\d{1,2})(?::(\d\d))?$/.exec(text.trim()) ?? [];
  const [fromHour, fromMinute, untilHour, untilMinute] = parts.map((part) => Number(part ?? 0));
  const from = fromHour! * 60 + fromMinute!;
  const until = untilHour! * 60 + untilMinute!;
  if (parts.length === 0 || fromMinute! > 59 || untilMinute! > 59 || from >= DAY_MINUTES || until > DAY_MINUTES)
    return { wrong: `${quoted(text)} are no hours: write them as 09:00-21:00.` };
  if (until <= from)
    return {
      wrong: `The hours ${quoted(text)} go over midnight or are none: they begin and end on the same day, at 24:00 at the latest.`,
    };
  return { value: { from, until } };
}

/** @param text ISO weekdays, 1 is Monday: `1-5`, `1,3,5`, `1-5,7` */
export function readWeekdays(text: string): Read<number[]> {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*([1-7])\s*(?:[-–]\s*([1-7])\s*)?$/.exec(part) ?? [];
    if (!first || last! < first)
      return { wrong: `${quoted(text)} are no weekdays: write them as 1-5 or 1,3,5, where 1 is Monday and 7 Sunday.` };
    for (let day = Number(first); day <= Number(last); day++) days.add(day);
  }
  return { value: [...days].sort() };
}

/** @param text days, `2026-12-25`, or `12-25` for every year; empty: none */
export function readHolidays(text: string): Read<string[]> {
  const days = text.split(/[,\s]+/, MOST_HOLIDAYS + 1).filter(Boolean);
  if (days.length > MOST_HOLIDAYS) return { wrong: `More than ${MOST_HOLIDAYS} holidays are too many.` };
  const odd = days.find((day) => !isDay(day));
  if (odd === undefined) return { value: days };
  return { wrong: `${quoted(odd)} is no day: write holidays as 2026-12-25, or as 12-25 for every year.` };
}

function isDay(day: string): boolean {
  // A leap year has all days that any year has.
  const whole = /^\d\d-\d\d$/.test(day) ? `2024-${day}` : day;
  if (!/^\d{4}-\d\d-\d\d$/.test(whole)) return false;
  const at = Date.parse(`${whole}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(whole);
}
