/** A node's words to the customer of a turn, through the gateway. */
import { newId } from '../core/ids.ts';
import type { Message, Purpose } from '../core/model.ts';
import type { Outgoing } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import type { LiveTurn } from './turns.ts';

/**
 * Stores and sends; the slot turn × node × index is filled once, however often the turn is repeated.
 * @returns the message as it settled.
 */
export async function reply(
  { gateway, clock }: Engine,
  live: LiveTurn,
  nodeId: string,
  content: Outgoing,
  purpose: Purpose = 'reply',
): Promise<Message> {
  const { turn, account, conversation } = live;
  const index = live.counts.get(nodeId) ?? 0;
  live.counts.set(nodeId, index + 1);
  const now = clock.now();
  const message = await gateway.deliver(
    {
      id: newId(now),
      conversationId: conversation.id,
      accountId: account.id,
      turnId: turn.id,
      slot: `${turn.id}:${nodeId}:${index}`,
      author: purpose === 'confirmation' ? 'system' : 'bot',
      purpose,
      text: content.text,
      media: (content.media ?? []).map(({ kind, url, caption, name }) => ({ kind, url, caption, name })),
      parts: account.channel.render(content).map((request) => ({ request, state: 'queued' })),
      source: purpose === 'reply' ? (live.source ?? { kind: 'flow' }) : undefined,
      at: now,
    },
    (stored) => {
      if (stored.state === 'discarded') return;
      live.replied = true;
      live.onReply();
    },
  );
  if (message.state === 'discarded' && message.error)
    live.view.decisions.push({
      gate: 'gateway',
      result: 'block',
      rule: message.error.code,
      reason: message.error.message,
      at: now,
    });
  return message;
}
