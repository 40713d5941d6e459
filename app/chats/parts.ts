/** What chats need of the engine. */
import type { Door } from '../../core/fleet/tickets.ts';
import type { Clock, Hints, Limits, Logger, Store } from '../../core/ports.ts';
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
  /** Of whom a page asks to be let in. */
  door: Door;
  /** Pages of a chat may be at other processes as well: those are told, and its places are asked of the store each time. */
  others?: Pick<Hints, 'tell'>;
  /** Of openings, whichever process is asked. */
  limits?: Limits;
}
