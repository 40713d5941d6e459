/** Days of the week and months that are cut short: "Mon–Fri", "пн.", "30 nov 2026". */
import { createRecent } from '../recent.ts';
import type { Voice } from './voice.ts';

interface Calendar {
  days: RegExp;
  day: RegExp;
  month: RegExp;
  full: Map<string, string>;
}

const known = createRecent<Calendar>(20);

function calendarOf({ language, words }: Voice): Calendar | undefined {
  const { shortDays, days, shortMonths } = words;
  if (!shortDays || !days || !shortMonths) return undefined;
  let found = known.get(language);
  if (!found) {
    const pairs = (short: string, long: string, kind: string) =>
      short
        .split('|')
        .flatMap((ways, at) => ways.split(',').map((way) => [kind + way.toLowerCase(), long.split(' ')[at]!] as const));
    const any = (short: string) =>
      short
        .split(/[|,]/)
        .filter((way) => way !== '-')
        .sort((a, b) => b.length - a.length)
        .join('|');
    const [day, month] = [any(shortDays), any(shortMonths)];
    const behind = String.raw`(?<=\d\s)(${month})(?!\p{L})(?:\.(?=\s\d))?`;
    const before = String.raw`(?<!\p{L})(${month})\.?(?=\s\d{1,2}(?!\d))`;
    const alone = String.raw`(?<!\p{L})(${day})`;
    found = {
      days: new RegExp(String.raw`${alone}\.?\s?[-–—]\s?(${day})(?:\.(?=\s\S))?(?!\p{L})`, 'giu'),
      day: new RegExp(String.raw`${alone}(?:\.(?=\s?[^\s])|(?=[,:]?\s?\d{1,2}\s?[:–-]))`, 'giu'),
      month: new RegExp(language === 'en' ? `${behind}|${before}` : behind, 'giu'),
      full: new Map([...pairs(shortDays, days, 'day '), ...pairs(shortMonths, words.months, 'month ')]),
    };
    known.set(language, found);
  }
  return found;
}

export function sayCalendar(text: string, voice: Voice): string {
  const calendar = calendarOf(voice);
  if (!calendar) return text;
  const { days, day, month, full } = calendar;
  const dayOf = (short: string) => full.get(`day ${short.toLowerCase()}`)!;
  return text
    .replace(
      month,
      (_, behind: string | undefined, before?: string) => full.get(`month ${(behind ?? before)!.toLowerCase()}`)!,
    )
    .replace(days, (_, first: string, last: string) => `${dayOf(first)} ${voice.words.range} ${dayOf(last)}`)
    .replace(day, (_, short: string) => dayOf(short));
}
