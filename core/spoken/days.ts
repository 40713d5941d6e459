/** Dates and times of day in words. */
import { russianOrdinal } from './russian.ts';
import { sayDecimal, type Voice } from './voice.ts';

/** Month and day, and a year where there is one. */
interface Day {
  year: number | undefined;
  month: number;
  day: number;
}

const MOST_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The Persian calendar: six months of 31 days. */
const SOLAR_DAYS = [31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 30];
/** Of these years a date is one of the Persian calendar. */
const isSolar = (year: number | undefined) => year !== undefined && year >= 1300 && year < 1500;

const isDay = ({ year, month, day }: Day) =>
  day >= 1 && day <= ((isSolar(year) ? SOLAR_DAYS : MOST_DAYS)[month - 1] ?? 0);

/** `2026-11-29`, `29/11/2026`, `11/29/2026`, `1405/9/8`, `29/11`. @returns undefined for what is no date */
export function sayDate(written: string, voice: Voice): string | undefined {
  const parts = written.split(/\D/);
  const [first, second, third] = parts.map(Number) as [number, number, number | undefined];
  const isYearFirst = parts[0]!.length === 4;
  const year = isYearFirst ? first : third !== undefined && parts[2]!.length === 2 ? 2_000 + third : third;
  // The day comes first unless it cannot.
  const days = isYearFirst
    ? [{ year, month: second, day: third ?? 0 }]
    : [
        { year, month: second, day: first },
        { year, month: first, day: second },
      ];
  const found = days.find(isDay);
  return found && sayDay(found, voice);
}

function sayDay({ year, month, day }: Day, voice: Voice): string {
  const { language, words } = voice;
  const names = isSolar(year) && language === 'fa' ? (words as { solar?: string }).solar! : words.months;
  const name = names.split(' ')[month - 1]!;
  const said = year === undefined ? '' : sayYear(year, voice);
  switch (language) {
    case 'en':
      return `${name} ${sayDayOfMonth(day, voice)}${said && `, ${said}`}`;
    case 'es':
      return `${sayDayOfMonth(day, voice)} de ${name}${said && ` de ${said}`}`;
    case 'ru':
      return `${sayDayOfMonth(day, voice)} ${name}${said && ` ${said} года`}`;
    default:
      return `${sayDayOfMonth(day, voice)} ${name}${said && ` ${said}`}`;
  }
}

/** The day alone, beside a month's name: "twenty-ninth", "двадцать девятого". */
export function sayDayOfMonth(day: number, voice: Voice): string {
  const { language, speller } = voice;
  if (language === 'en' || language === 'fa') return speller.ordinal(day);
  if (language === 'ru') return russianOrdinal(day, 'го', speller);
  return language === 'it' && day === 1 ? 'primo' : speller.cardinal(day, false);
}

function sayYear(year: number, voice: Voice): string {
  if (voice.language === 'ru') return russianOrdinal(year, 'го', voice.speller);
  const [century, rest] = [Math.trunc(year / 100), year % 100];
  const inPairs = voice.language === 'en' && rest >= 10 && century >= 11 && century <= 20;
  return inPairs
    ? `${voice.speller.cardinal(century, false)} ${voice.speller.cardinal(rest, false)}`
    : voice.speller.cardinal(year, false);
}

/** `14:30`, `9:05 pm`. @returns undefined where it is no time of day */
export function sayTime(written: string, voice: Voice): string | undefined {
  const [hour = 0, minute = 0] = written.split(/\D+/).filter(Boolean).map(Number);
  if (hour > 24 || minute > 59) return undefined;
  const half =
    /^[\d:]+\s?([ap])/iu.exec(written)?.[1]?.toLowerCase() ??
    (/ص$/u.test(written) ? 'a' : /م$/u.test(written) ? 'p' : '');
  return TIMES[voice.language]!(hour, minute, half, voice);
}

type SayTime = (hour: number, minute: number, half: string, voice: Voice) => string;

const number = (value: number, voice: Voice, feminine = false) => sayDecimal(String(value), voice, feminine);
/** Minutes below ten with their zero. */
const withZero = (minute: number, voice: Voice) => (minute < 10 ? `${number(0, voice)} ` : '') + number(minute, voice);
/** On a clock of twelve hours. */
const onClock = (hour: number) => hour % 12 || 12;
const isLate = (hour: number) => hour >= 13 && hour < 24;
/** Half of the day that is written or must be meant. */
const halfOf = (hour: number, half: string) => half || (isLate(hour) ? 'p' : hour % 24 === 0 ? 'a' : '');

const TIMES: Record<string, SayTime> = {
  en(hour, minute, half, voice) {
    const day = halfOf(hour, half);
    const said = number(onClock(hour), voice);
    const minutes = minute === 0 ? (day ? '' : " o'clock") : ` ${minute < 10 ? 'oh ' : ''}${number(minute, voice)}`;
    return said + minutes + (day && ` ${day}.m.`);
  },
  es(hour, minute, half, voice) {
    const said = number(hour, voice, true);
    const minutes = minute === 0 ? '' : ` ${withZero(minute, voice)}`;
    return said + minutes + { a: ' de la mañana', p: ' de la tarde', '': '' }[half]!;
  },
  it(hour, minute, half, voice) {
    const said = hour === 1 ? 'una' : number(hour, voice);
    return (
      said + (minute === 0 ? '' : ` e ${number(minute, voice)}`) + { a: ' di mattina', p: ' di sera', '': '' }[half]!
    );
  },
  ru(hour, minute, half, voice) {
    const minutes = minute === 0 ? 'ноль-ноль' : withZero(minute, voice);
    return `${number(hour, voice)} ${minutes}${{ a: ' утра', p: ' вечера', '': '' }[half]!}`;
  },
  ar(hour, minute, half, voice) {
    const day = halfOf(hour, half);
    const minutes = ARABIC_PARTS[minute] ?? ` و${number(minute, voice, true)} دقيقة`;
    return ARABIC_HOURS[onClock(hour) - 1]! + minutes + { a: ' صباحاً', p: ' مساءً', '': '' }[day]!;
  },
  fa(hour, minute, half, voice) {
    const minutes = minute === 0 ? '' : ` و ${number(minute, voice)} دقیقه`;
    return number(hour, voice) + minutes + { a: ' صبح', p: ' بعدازظهر', '': '' }[half]!;
  },
};

const ARABIC_HOURS =
  'الواحدة|الثانية|الثالثة|الرابعة|الخامسة|السادسة|السابعة|الثامنة|التاسعة|العاشرة|الحادية عشرة|الثانية عشرة'.split(
    '|',
  );
const ARABIC_PARTS: Record<number, string> = { 0: '', 15: ' والربع', 20: ' والثلث', 30: ' والنصف' };
