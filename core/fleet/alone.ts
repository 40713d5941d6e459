/** The fleet of a single process: nobody else holds anything, and nothing is asked. */
import type { Fleet } from '../ports.ts';

/** @param id names this process in records; a new one with each start. Whatever bears another name belongs to a process that died. */
export const alone = (id: string): Fleet => ({
  id,
  alone: true,
  isGone: (owner) => owner !== id,
  mayAct: () => true,
  duty(_name, start) {
    const end = start();
    return async () => {
      await end();
    };
  },
  seize: async () => {},
  holds: async () => true,
  release: async () => {},
  onGone: () => () => {},
  onWrittenOff: () => () => {},
  note() {},
  state: () => ({ id, alone: true, workers: [], duties: [], away: [] }),
  retire: async () => {},
  leave: async () => {},
});
