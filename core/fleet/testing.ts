/** The records of workers in memory, for tests of what is done with them; a store of many processes passes the same contract. */
import { DragomanError } from '../errors.ts';
import type { WorkerRecord, Workers } from '../ports.ts';

export interface MemoryWorkers extends Workers {
  /** The line to it is cut until it is mended. */
  cut(): void;
  mend(): void;
}

/** @param shared what all lines lead to; one of its own where absent */
export function memoryWorkers(shared = sharedRecords()): MemoryWorkers {
  const { records, duties } = shared;
  let isCut = false;
  /** As over a line: it takes a moment, and may fail. */
  const there = async () => {
    await Promise.resolve();
    if (isCut) throw new DragomanError('STORE_UNAVAILABLE', 'The line is cut.', 'Mend it.', { retryable: true });
  };
  return {
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
    },
    async put(worker) {
      await there();
      records.set(worker.id, worker);
    },
    async renew(id, pulse, about) {
      await there();
      const worker = records.get(id);
      if (!worker || worker.gone) return false;
      records.set(id, { ...worker, pulse, about });
      return true;
    },
    async list() {
      await there();
      return [...records.values()];
    },
    async writeOff(id, pulse) {
      await there();
      const worker = records.get(id);
      if (worker?.pulse === pulse) records.set(id, { ...worker, gone: true });
      return records.get(id)?.gone ?? true;
    },
    async leave(id) {
      await there();
      const worker = records.get(id);
      if (worker) records.set(id, { ...worker, gone: true });
    },
    async forget(ids) {
      await there();
      for (const id of ids) records.delete(id);
    },
    async duties() {
      await there();
      return [...duties].map(([name, owner]) => ({ name, owner }));
    },
    async handOver(duty, from, to) {
      await there();
      if ((duties.get(duty) ?? null) !== from) return false;
      duties.set(duty, to);
      return true;
    },
    async drop(duty, owner) {
      await there();
      if (duties.get(duty) === owner) duties.delete(duty);
    },
  };
}

export const sharedRecords = () => ({ records: new Map<string, WorkerRecord>(), duties: new Map<string, string>() });
