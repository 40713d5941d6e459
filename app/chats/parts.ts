/** What chats need of the engine. */
import type { Clock, Logger, Store } from '../../core/ports.ts';
import type { Gateway } from '../../core/sending/gateway.ts';
import type { Receive } from '../receive.ts';
import type { Registry } from '../registry.ts';
import type { Turns } from '../turns.ts';

export interface ChatParts {
  store: Store;
  clock: Clock;
  log: Logger;
  registry: Pick<Registry, 'account' | 'accounts'>;
  receive: Receive;
  gateway: Pick<Gateway, 'deliver' | 'resend'>;
  turns: Pick<Turns, 'onEnd'>;
}
