/** The steps of a period, by somebody's clock. */
import { HOUR_MS } from '../../core/figures/tallies.ts';

export const STEPS = ['hour', 'day', 'week', 'month'] as const;
export type Step = (typeof STEPS)[number];

export interface Steps {
  /** When each begins; UTC milliseconds. The first one may be cut by the period. */
  begin: number[];
  /** The step of an hour of the period. */
  indexOf(hour: number): number;
}

/** @param zone IANA name. Weeks begin on Mondays. */
export function stepsOf(from: number, until: number, step: Step, zone: string): Steps {
  const name = step === 'hour' ? String : namer(step, zone);
  const begin: number[] = [];
  const at: number[] = [];
  let last: string | undefined;
  for (let hour = from; hour < until; hour += HOUR_MS) {
    const current = name(hour);
    if (current !== last) begin.push(hour);
    last = current;
    at.push(begin.length - 1);
  }
  return { begin, indexOf: (hour) => at[(hour - from) / HOUR_MS]! };
}

function namer(step: Exclude<Step, 'hour'>, zone: string): (hour: number) => string {
  // Swedes write dates as ISO does.
  const dates = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  if (step === 'day') return (hour) => dates.format(hour);
  if (step === 'month') return (hour) => dates.format(hour).slice(0, 7);
  return (hour) => {
    const day = new Date(dates.format(hour));
    return String(day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7)));
  };
}
