/**
 * Calls that were refused. Anybody can make thousands, so a few of each kind are told one by one, the others by their number, and what was
 * in them is not kept.
 */
import { describe } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { WebhookRecord } from '../core/model.ts';
import type { Clock, Logger, Store } from '../core/ports.ts';
import { createSamples } from './samples.ts';

type Call = Omit<WebhookRecord, 'id' | 'at'>;

export interface Refusals {
  /** @param line for the log as well; without one there is only a row. */
  note(call: Call, line?: string): Promise<void>;
  /** A line alone. @param kind what is counted together. */
  warn(kind: string, line: string): void;
}

export function createRefusals({ store, clock, log }: { store: Store; clock: Clock; log: Logger }): Refusals {
  // By account and reason: both are few, whatever strangers send.
  const isTold = createSamples(clock);

  const write = (call: Call) =>
    store.run((records) => records.insertWebhook({ id: newId(clock.now()), at: clock.now(), ...call }));

  function warn(kind: string, line: string): void {
    if (isTold(kind, (more) => log.warn(`${line} ${more}`))) log.warn(line);
  }

  return {
    warn,
    async note(call, line) {
      const kind = [call.accountId, call.eventType, call.status, call.error].join('\n');
      if (line) warn(`line of ${kind}`, line);
      const sum = (more: string) => {
        write({ ...call, payload: '', error: `${call.error ?? ''} ${more}`.trim() }).catch((error: unknown) =>
          log.warn(`The number of refused calls was not stored: ${describe(error)}`),
        );
      };
      if (isTold(kind, sum)) await write(call);
    },
  };
}
