/** What the rules say of a turn before its flow makes words. */
import type { Account } from '../../core/accounts.ts';
import type { Conversation, Decision } from '../../core/model.ts';
import { judgeTurn } from '../../core/orders/follow-up.ts';
import type { Store } from '../../core/ports.ts';
import { dayUse } from '../../core/sending/caps.ts';
import type { About } from './about.ts';

/** Of a turn that a customer began nothing is asked. @param conversation as it is now */
export async function judgeUnasked(
  store: Pick<Store, 'run' | 'used'>,
  { turn, account, about }: { turn: { id: string }; account: Account; about?: About },
  conversation: Conversation,
  now: number,
): Promise<Decision> {
  const gate = 'send-policy';
  if (!about) return { gate, result: 'pass', rule: 'asked', reason: 'The customer wrote first.', at: now };
  const { outreach: settings, channel } = account;
  if (!settings)
    return {
      gate,
      result: 'block',
      rule: 'switch',
      reason: 'This account writes to nobody without being asked.',
      at: now,
    };
  const today = await dayUse(store, account, settings, now);
  const { windowHours } = channel.capabilities;
  const followUp = about.followUp.id;
  return store.run(judgeTurn({ id: turn.id, followUp }, { conversation, settings, windowHours, today, now }));
}
