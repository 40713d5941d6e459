/** What the platforms' APIs were asked, newest last. */
import type { Call, CallFilter } from './types.ts';

const KEPT = 5_000;
/** How many more may gather before the oldest go, so that a call does not move the whole list. */
const SLACK = 1_000;

export interface Journal {
  record(call: Omit<Call, 'seq'>): Call;
  calls(filter?: CallFilter): Call[];
  onCall(listener: (call: Call) => void): () => void;
  clear(): void;
}

export function createJournal(): Journal {
  let kept: Call[] = [];
  let seq = 0;
  const listeners = new Set<(call: Call) => void>();
  return {
    record(call) {
      seq += 1;
      const recorded: Call = { seq, ...call };
      kept.push(recorded);
      if (kept.length >= KEPT + SLACK) kept = kept.slice(-KEPT);
      for (const listener of listeners) listener(recorded);
      return recorded;
    },
    calls(filter = {}) {
      return kept
        .slice(-KEPT)
        .filter(
          (call) =>
            (filter.platform === undefined || call.platform === filter.platform) &&
            (filter.account === undefined || call.account === filter.account) &&
            (filter.thread === undefined || call.thread === filter.thread) &&
            (filter.send === undefined || call.send === filter.send) &&
            (filter.after === undefined || call.seq > filter.after),
        );
    },
    onCall(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    clear() {
      kept = [];
    },
  };
}
