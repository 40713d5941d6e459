/**
 * One of many processes on one store: its pulse, its lease, whom it has written off, and the duties that it has. What others hold is taken only
 * from whom the store says that he is gone.
 */
import { describe } from '../errors.ts';
import type { JsonObject } from '../model.ts';
import type { Clock, Duty, Fleet, Logger, Role, WorkerRecord, Workers } from '../ports.ts';
import { createDuties } from './duties.ts';

/** How often a worker shows that it lives. */
export const PULSE_MS = 3_000;
/** Whose pulse stands still for so long, while somebody looks all the time, is written off. */
export const LEASE_MS = 15_000;
/** A worker believes in its own lease for less long than others do. */
export const OWN_LEASE_MS = LEASE_MS - 1_000;
/** A store that failed is asked again after so long. */
const AGAIN_MS = 1_000;
/** Who looked away for so long knows nothing of what happened meanwhile. */
const GAP_MS = 3 * PULSE_MS;
/** What the dead leave behind is of use for so long. */
const KEEP_MS = 3_600_000;

export interface MemberOptions {
  workers: Workers;
  /** Why Redis is away; undefined while it is there, or was not set up. */
  away(): string | undefined;
  clock: Clock;
  /** Milliseconds that only grow, whatever happens to the clock. */
  elapsed(): number;
  log: Logger;
  role: Role;
  version: string;
  marks?: number | undefined;
  /** Whether it does what one does for all. */
  takesDuties: boolean;
  newId(): string;
}

/** @throws DragomanError STORE_UNAVAILABLE */
export async function join(options: MemberOptions): Promise<Fleet> {
  const { workers, clock, elapsed, log, role, version, marks, newId, takesDuties } = options;
  let id = newId();
  let pulse = 0;
  let about: JsonObject = {};
  let lease = now();
  let records = new Map<string, WorkerRecord>();
  let allDuties: Duty[] = [];
  let storeAway: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let left = false;
  let cancel = () => {};
  let running: Promise<void> | undefined;
  let again = false;
  /** Since when each pulse stands still. */
  const still = new Map<string, { pulse: number; since: number }>();
  /** Since when each one is known to be gone. */
  const goneSince = new Map<string, number>();
  /** Names that were asked for and not found, and when that was. */
  const missed = new Map<string, number>();
  const oldNames = new Set<string>();
  const goneListeners = new Set<() => void>();
  const writtenOffListeners = new Set<(old: string) => void>();
  const duties = createDuties({ workers, log, owner: () => id, isGone });

  function now() {
    return { elapsed: elapsed(), wall: clock.now() };
  }

  const hasLease = () => elapsed() - lease.elapsed < OWN_LEASE_MS && clock.now() - lease.wall < OWN_LEASE_MS;

  const record = (): WorkerRecord => ({ id, role, version, marks, startedAt: clock.now(), pulse, gone: false, about });

  function isGone(owner: string): boolean {
    if (owner === id) return false;
    const known = records.get(owner);
    if (known) return known.gone;
    if (oldNames.has(owner)) return true;
    const asked = missed.get(owner);
    if (asked === undefined) missed.set(owner, elapsed());
    // A worker is in the store before it takes anything: one that is not there although it was looked for since, is no more.
    return asked !== undefined && lookedAt > asked;
  }

  /** One after another. Resolves when a round that began after the call is over; never rejects. */
  function beat(): Promise<void> {
    if (running) again = true;
    running ??= rounds().finally(() => (running = undefined));
    return running;
  }

  async function rounds(): Promise<void> {
    do {
      again = false;
      cancel();
      let wait = PULSE_MS;
      try {
        await round();
        if (storeAway) log.info('The store answers again.');
        storeAway = undefined;
      } catch (error) {
        if (!storeAway) log.warn(`The store does not take this worker's pulse: ${describe(error)}`);
        storeAway = describe(error);
        // Nobody could show that he lives meanwhile: what stood still begins anew.
        still.clear();
        wait = AGAIN_MS;
      }
      if (!left) cancel = clock.at(clock.now() + wait, () => void beat());
    } while (again && !left);
  }

  async function round(): Promise<void> {
    const begun = now();
    if (await workers.renew(id, ++pulse, about)) lease = begun;
    else if (left) return;
    else await rename();
    const asked = elapsed();
    if (asked - lookedAt > GAP_MS) still.clear();
    const [all, theirs] = await Promise.all([workers.list(), workers.duties()]);
    const hadMissed = [...missed.values()].some((at) => at >= lookedAt);
    lookedAt = asked;
    const wrote = await look(all);
    allDuties = await duties.look(theirs);
    await forgetOld();
    if (wrote || hadMissed) for (const told of goneListeners) told();
  }

  /** @returns whether somebody is gone of whom that was not known */
  async function look(all: WorkerRecord[]): Promise<boolean> {
    let isNews = false;
    const at = elapsed();
    const next = new Map<string, WorkerRecord>();
    for (const worker of all) {
      next.set(worker.id, worker);
      if (worker.gone || worker.id === id) continue;
      const seen = still.get(worker.id);
      if (seen?.pulse !== worker.pulse) still.set(worker.id, { pulse: worker.pulse, since: at });
      else if (at - seen.since >= LEASE_MS && (await workers.writeOff(worker.id, worker.pulse))) {
        log.warn(`Worker ${worker.id} has shown no life for ${LEASE_MS / 1_000} s: others take what it held.`);
        next.set(worker.id, { ...worker, gone: true });
      }
    }
    for (const worker of next.values()) {
      if (!worker.gone) continue;
      still.delete(worker.id);
      if (records.get(worker.id)?.gone) continue;
      goneSince.set(worker.id, at);
      // Of those that were gone before this one came, nobody waits to hear.
      isNews ||= records.size > 0;
    }
    records = next;
    return isNews;
  }

  async function forgetOld(): Promise<void> {
    const old = [...goneSince].filter(([, since]) => elapsed() - since > KEEP_MS).map(([name]) => name);
    if (old.length === 0) return;
    for (const { name, owner } of allDuties) if (old.includes(owner)) await workers.drop(name, owner);
    await workers.forget(old);
    for (const name of old) goneSince.delete(name);
    missed.clear();
  }

  /** Others have taken what this process held. It goes on under another name, which is known before anything is done under it. */
  async function rename(): Promise<void> {
    const old = id;
    const begun = now();
    const next = newId();
    pulse = 0;
    await workers.put({ ...record(), id: next });
    id = next;
    lease = begun;
    oldNames.add(old);
    log.warn(`This worker was written off as ${old}: its turns belong to others. It goes on as ${id}.`);
    for (const told of writtenOffListeners) told(old);
    duties.lost();
  }

  async function ask(owner: string): Promise<boolean> {
    while (owner === id && !left) {
      await beat();
      if (owner === id && hasLease()) return true;
      if (owner === id && !left) await new Promise<void>((resolve) => clock.at(clock.now() + AGAIN_MS, resolve));
    }
    return false;
  }

  await workers.put(record());
  await round();
  cancel = clock.at(clock.now() + PULSE_MS, () => void beat());

  return {
    get id() {
      return id;
    },
    alone: false,
    isGone,
    mayAct: (owner) => {
      if (owner !== id || left) return false;
      return hasLease() || ask(owner);
    },
    duty(name, start) {
      if (!takesDuties) return async () => {};
      const giveUp = duties.want(name, start);
      void beat();
      return giveUp;
    },
    seize: duties.seize,
    holds: duties.holds,
    release: duties.release,
    onGone(listener) {
      goneListeners.add(listener);
      return () => goneListeners.delete(listener);
    },
    onWrittenOff(listener) {
      writtenOffListeners.add(listener);
      return () => writtenOffListeners.delete(listener);
    },
    note(told) {
      about = { ...about, ...told };
      void beat();
    },
    state() {
      const reason = options.away();
      return {
        ...{ id, alone: false, workers: [...records.values()], duties: allDuties },
        away: [
          ...(storeAway ? [{ part: 'store' as const, reason: storeAway }] : []),
          ...(reason ? [{ part: 'hints' as const, reason }] : []),
        ],
      };
    },
    retire: () => duties.retire(),
    async leave() {
      left = true;
      cancel();
      await running;
      try {
        await workers.leave(id);
      } catch (error) {
        log.warn(`Others see only in ${LEASE_MS / 1_000} s that this worker has left: ${describe(error)}`);
      }
    },
  };
}
