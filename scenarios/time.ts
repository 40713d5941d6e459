/** Clock times of scenarios: local, in an IANA zone. */

const TIME = /^(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d)$/;

/** `HH:MM`, or `YYYY-MM-DD HH:MM`. */
export function isTime(text: string, withDate = false): boolean {
  const [, date, time] = TIME.exec(text) ?? [];
  if (!time || (withDate && !date)) return false;
  return !Number.isNaN(Date.parse(`${date ?? '2026-01-01'}T${time}Z`));
}

export function isZone(text: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

/** `2026-01-05 10:00:00` of an instant. */
export function localTime(at: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
}

/**
 * The instant of a local time; a time without a date is the next one from `now` on.
 * @returns UTC milliseconds
 */
export function instantOf(text: string, zone: string, now = 0): number {
  const [, date, time] = TIME.exec(text)!;
  if (date) return atLocal(`${date}T${time}`, zone);
  const today = localTime(now, zone).slice(0, 10);
  const then = atLocal(`${today}T${time}`, zone);
  if (then >= now) return then;
  const tomorrow = new Date(Date.parse(`${today}T12:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return atLocal(`${tomorrow}T${time}`, zone);
}

function atLocal(local: string, zone: string): number {
  const wanted = Date.parse(`${local}:00Z`);
  const offset = (at: number) => Date.parse(`${localTime(at, zone).replace(' ', 'T')}Z`) - at;
  // Twice: the first guess may lie on the other side of a change of the clocks.
  return wanted - offset(wanted - offset(wanted));
}

/** A span as a person writes it: `5 min`, `1 h 30 min`, `12.5 s`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1_000);
  const parts = [
    minutes >= 60 && `${Math.floor(minutes / 60)} h`,
    minutes % 60 && `${minutes % 60} min`,
    seconds && `${seconds} s`,
  ];
  return parts.filter(Boolean).join(' ');
}
