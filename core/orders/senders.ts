/** How new a number is to writing unasked, by the days on which it did. Plans for the store. */
import { createHash } from 'node:crypto';
import type { Account } from '../accounts.ts';
import type { Sender } from '../model.ts';
import type { Plan, Records } from '../ports.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/**
 * The number that an account writes from, as far as its settings tell: its name on the platform, and the server that has it. Another one is a
 * new number. A stand-in's address is another with each start.
 */
export function senderOf({
  id,
  channel,
  settings,
  simulated,
}: Pick<Account, 'id' | 'channel' | 'settings' | 'simulated'>): string {
  const servers = Object.entries(channel.fields).flatMap(([name, { base }]) =>
    base && !simulated ? settings[name] : [],
  );
  return `${id}:${hash(JSON.stringify([channel.identity?.(settings) ?? '', servers]))}`;
}

const known = (records: Records, id: string): Sender => records.sender(id) ?? { id, days: 0, lastAt: 0, phone: null };

/** The days before today on which it wrote. */
export const daysBefore =
  (id: string, isToday: (at: number) => boolean): Plan<number> =>
  (records) => {
    const { days, lastAt } = known(records, id);
    return isToday(lastAt) ? days - 1 : days;
  };

/** Counts a day on which it writes, once. */
export const countDay =
  (id: string, isToday: (at: number) => boolean, now: number): Plan<void> =>
  (records) => {
    const before = known(records, id);
    if (!isToday(before.lastAt)) records.putSender({ ...before, days: before.days + 1, lastAt: now });
  };

/** Nothing of that day was sent. */
export const giveBackDay =
  (id: string, isThatDay: (at: number) => boolean): Plan<void> =>
  (records) => {
    const before = known(records, id);
    if (isThatDay(before.lastAt)) records.putSender({ ...before, days: before.days - 1, lastAt: 0 });
  };

/** The platform told which phone is behind it: another than before is a new number. Part of a plan. */
export function linked(records: Records, id: string, phone: string): void {
  const before = known(records, id);
  const told = hash(phone);
  if (before.phone === told) return;
  records.putSender(before.phone === null ? { ...before, phone: told } : { id, days: 0, lastAt: 0, phone: told });
}
