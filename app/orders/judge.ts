/** What the rules say of a turn before its flow makes words. */
import type { Account } from '../../core/accounts.ts';
import type { Conversation, Decision, OrderEvent } from '../../core/model.ts';
import { judgeTurn, type Way } from '../../core/orders/follow-up.ts';
import type { Store } from '../../core/ports.ts';
import { dayUse } from '../../core/sending/caps.ts';
import type { Registry } from '../registry.ts';
import type { About } from './about.ts';

/** How the account's channel takes a message about this event, as far as is known before there are words. */
export const wayOf = (
  registry: Pick<Registry, 'hasTemplate'>,
  { channel }: Pick<Account, 'channel'>,
  event: OrderEvent,
): Way => ({
  windowHours: channel.capabilities.windowHours,
  template: channel.renderTemplate !== undefined && registry.hasTemplate(event),
});

/** Of a turn that a customer began nothing is asked. @param conversation as it is now */
export async function judgeUnasked(
  { store, registry }: { store: Pick<Store, 'run' | 'used'>; registry: Pick<Registry, 'hasTemplate'> },
  { turn, account, about }: { turn: { id: string }; account: Account; about?: About },
  conversation: Conversation,
  now: number,
): Promise<Decision> {
  const gate = 'send-policy';
  if (!about) return { gate, result: 'pass', rule: 'asked', reason: 'The customer wrote first.', at: now };
  const { outreach: settings } = account;
  if (!settings)
    return {
      gate,
      result: 'block',
      rule: 'switch',
      reason: 'This account writes to nobody without being asked.',
      at: now,
    };
  const today = await dayUse(store, account, settings, now);
  const { id: followUp, event } = about.followUp;
  const way = wayOf(registry, account, event);
  return store.run(judgeTurn({ id: turn.id, followUp }, { conversation, settings, ...way, today, now }));
}
