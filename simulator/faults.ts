/** Which faults are switched on, for whom, and how often they still strike. */
import type { Fault, FaultEntry, Faults, FaultTarget } from './types.ts';

export interface FaultTable extends Faults {
  /** The entries that could meet such a call, the most particular first. `duplicate` is never among them. */
  candidates(target: FaultTarget, send: boolean): FaultEntry[];
  /** Draws the entry's chance and counts the strike. */
  strike(entry: FaultEntry): boolean;
}

const particular = ({ target }: FaultEntry): number => (target.thread ? 2 : 0) + (target.account ? 1 : 0);

const covers = (wide: FaultTarget, narrow: FaultTarget): boolean =>
  wide.platform === narrow.platform &&
  (wide.account === undefined || wide.account === narrow.account) &&
  (wide.thread === undefined || wide.thread === narrow.thread);

const same = (a: FaultTarget, b: FaultTarget): boolean =>
  a.platform === b.platform && a.account === b.account && a.thread === b.thread;

const meets = (fault: Fault, send: boolean): boolean =>
  send || (fault.calls ?? (fault.kind === 'bad-token' ? 'all' : 'sends')) === 'all';

/**
 * @param random 0 ≤ x < 1.
 * @param canonical gives a thread's one name, so that a target may use any.
 */
export function createFaults(random: () => number, canonical: (target: FaultTarget) => FaultTarget): FaultTable {
  let entries: FaultEntry[] = [];

  const matching = (target: FaultTarget): FaultEntry[] =>
    entries
      .filter((entry) => covers(canonical(entry.target), canonical(target)))
      .sort((a, b) => particular(b) - particular(a));

  const strike = (entry: FaultEntry): boolean => {
    const { fault } = entry;
    if (fault.chance !== undefined && random() >= fault.chance) return false;
    if (fault.times === undefined) return true;
    fault.times -= 1;
    if (fault.times <= 0) entries = entries.filter((other) => other !== entry);
    return true;
  };

  return {
    strike,
    set(target, fault) {
      entries = entries.filter((entry) => !(same(entry.target, target) && entry.fault.kind === fault.kind));
      if (fault.times === undefined || fault.times > 0) entries.push({ target: { ...target }, fault: { ...fault } });
    },
    clear(target, kind) {
      entries = entries.filter(
        (entry) =>
          !((target === undefined || same(entry.target, target)) && (kind === undefined || entry.fault.kind === kind)),
      );
    },
    list: () => entries.map(({ target, fault }) => ({ target: { ...target }, fault: { ...fault } })),
    deliveries(target) {
      const entry = matching(target).find(({ fault }) => fault.kind === 'duplicate');
      return entry && strike(entry) ? 2 : 1;
    },
    candidates: (target, send) =>
      matching(target).filter(({ fault }) => fault.kind !== 'duplicate' && meets(fault, send)),
  };
}
