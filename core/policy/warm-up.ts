/** A number that is new on a platform writes few messages a day at first: one that begins with a hundred is taken for a machine, and banned. */
import type { DayUse, OutreachSettings } from './outreach.ts';

/** Unasked messages of a new number on its first day. */
export const FIRST_DAY = 20;

/**
 * What an account may write unasked today. From the first day to the last it grows by the same share a day; only days on which it wrote count,
 * for a number that is silent stays new.
 * @param written days before today on which it wrote
 */
export function limitOf(
  { dailyLimit, warmUpDays }: Pick<OutreachSettings, 'dailyLimit' | 'warmUpDays'>,
  written: number,
): Pick<DayUse, 'limit' | 'warmUp'> {
  if (written >= warmUpDays || dailyLimit <= FIRST_DAY) return { limit: dailyLimit };
  const limit = Math.floor(FIRST_DAY * (dailyLimit / FIRST_DAY) ** (written / warmUpDays));
  return { limit, warmUp: { day: written + 1, of: warmUpDays } };
}
