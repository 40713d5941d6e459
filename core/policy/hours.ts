/** When people may be written to: hours, weekdays and holidays by the clocks of all places where somebody may be. */

export interface Hours {
  /** Minutes after midnight: from the first on, until the second, not included. */
  from: number;
  until: number;
  /** ISO weekdays on which it is allowed, 1 is Monday. */
  weekdays: readonly number[];
  /** Days on which it is not: `2026-12-25`, or `12-25` for every year. */
  holidays: readonly string[];
}

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
/** Each step passes at least a closing or a midnight: holidays in a row, in some ten zones. */
const STEPS = 2_000;

/** Making a formatter costs a hundred times what it does. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS: Record<string, number> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };

interface Local {
  minute: number;
  weekday: number;
  /** `2026-12-25` */
  day: string;
}

function localOf(at: number, zone: string): Local {
  let clock = clocks.get(zone);
  if (!clock) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', hourCycle: 'h23', ...parts });
    clocks.set(zone, clock);
  }
  const found: Record<string, string> = {};
  for (const { type, value } of clock.formatToParts(at)) found[type] = value;
  return {
    minute: Number(found.hour) * 60 + Number(found.minute),
    weekday: WEEKDAYS[found.weekday!]!,
    day: `${found.year}-${found.month}-${found.day}`,
  };
}

const isOpenDay = ({ weekday, day }: Local, { weekdays, holidays }: Hours) =>
  weekdays.includes(weekday) && !holidays.includes(day) && !holidays.includes(day.slice(5));

function isOpen(at: number, zone: string, hours: Hours): boolean {
  const local = localOf(at, zone);
  return isOpenDay(local, hours) && local.minute >= hours.from && local.minute < hours.until;
}

/** The beginning of the minute in which it opens next in this zone; `at` where it is open. */
function opensAt(at: number, zone: string, hours: Hours): number {
  const local = localOf(at, zone);
  const today = isOpenDay(local, hours);
  if (today && local.minute >= hours.from && local.minute < hours.until) return at;
  const wait = today && local.minute < hours.from ? hours.from - local.minute : DAY_MINUTES - local.minute;
  const then = Math.floor(at / MINUTE) * MINUTE + wait * MINUTE;
  // Clocks that went forward in between show later than meant: the opening itself was earlier.
  const after = localOf(then, zone);
  const opening = then - (after.minute - hours.from) * MINUTE;
  return opening > at && opening < then && isOpen(opening, zone, hours) ? opening : then;
}

/**
 * The first moment from `now` on that is allowed in each of these zones; `now` itself where it is.
 * @param zones IANA names, at least one
 * @returns UTC milliseconds; null where no moment ever is
 */
export function firstAllowed(now: number, zones: readonly string[], hours: Hours): number | null {
  let at = now;
  for (let step = 0; step < STEPS; step++) {
    const closed = zones.find((zone) => !isOpen(at, zone, hours));
    if (closed === undefined) return at;
    at = opensAt(at, closed, hours);
  }
  return null;
}

/**
 * When an account's people are there again.
 * @returns UTC milliseconds; null: they are there, or nobody knows when
 */
export function opensAfter(
  { people, timezone }: { people?: { hours: Hours }; timezone: string },
  now: number,
): number | null {
  const at = people ? firstAllowed(now, [timezone], people.hours) : now;
  return at === now ? null : at;
}
