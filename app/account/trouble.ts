/** What people hear of an account that cannot work. */
import { describe } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { hourOf } from '../../core/notices/notices.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import type { Notifier } from '../notices.ts';
import type { Registry } from '../registry.ts';

interface Parts {
  registry: Pick<Registry, 'setTrouble'>;
  notices: Pick<Notifier, 'tell'>;
  clock: Clock;
  log: Logger;
}

/** Who looks at its channel-in or at the health page sees it, until `setTrouble` takes it back; people are told, once an hour at most. */
export function tellTrouble(
  { registry, notices, clock, log }: Parts,
  accountId: string,
  reason: string,
  about: JsonObject,
): void {
  registry.setTrouble(accountId, reason);
  notices
    .tell({ kind: 'account-error', of: hourOf(accountId, clock.now()), accountId, reason, about })
    .catch((failure) => log.warn(`Nobody is told of the error of an account: ${describe(failure)}`));
}
