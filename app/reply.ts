/** A node's words to the customer of a turn, through the gateway. */
import { describe } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Message, Purpose } from '../core/model.ts';
import { handedBack } from '../core/policy/takeover.ts';
import type { NewReply, Outgoing } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import type { LiveTurn } from './turns.ts';

/**
 * Stores and sends, or stores as a draft; the slot turn × node × index is filled once, however often the turn is repeated.
 * @returns the message as it settled.
 */
export async function reply(
  engine: Engine,
  live: LiveTurn,
  nodeId: string,
  content: Outgoing,
  purpose: Purpose = 'reply',
): Promise<Message> {
  const index = live.counts.get(nodeId) ?? 0;
  live.counts.set(nodeId, index + 1);
  if (purpose === 'reply') await announceHandBack(engine, live);
  // The flow has tokens for personal data; the customer, and our own history, have the words.
  const words = await engine.masking.restore(live, content);
  const draft = purpose === 'reply' && !live.account.autoReply;
  const message = await engine.gateway.deliver(
    {
      ...newReply(engine, live, `${nodeId}:${index}`, words),
      author: purpose === 'confirmation' ? 'system' : 'bot',
      purpose,
      source: purpose === 'reply' ? (live.source ?? { kind: 'flow' }) : undefined,
      draft,
    },
    (stored) => {
      if (stored.state === 'discarded') return;
      live.replied = true;
      live.drafted = stored.state === 'draft';
      live.onReply();
      keepHead(engine, live, stored, content.text === live.head?.text && stored.text === words.text);
    },
  );
  if (message.state === 'discarded' && message.error)
    live.view.decisions.push({
      gate: 'gateway',
      result: 'block',
      rule: message.error.code,
      reason: message.error.message,
      at: engine.clock.now(),
    });
  return message;
}

/**
 * Remembers what the provider keeps, now that its words are stored. A flow that changed them, and a draft that may never be sent, leave it
 * behind; the next turn then sends our own history.
 */
function keepHead({ store, log }: Engine, live: LiveTurn, stored: Message, unchanged: boolean): void {
  const { head } = live;
  live.head = null;
  if (!head || !unchanged || stored.state === 'draft') return;
  store
    .changeConversation(stored.conversationId, () => ({ head: { ...head.at, seq: stored.seq } }))
    .catch((error) => log.debug(`The head of ${stored.conversationId} was not kept: ${describe(error)}`));
}

/** After a human's part the customer is told once that the assistant is back, where the account has words for it. */
async function announceHandBack(engine: Engine, live: LiveTurn): Promise<void> {
  const { account, conversation } = live;
  const now = engine.clock.now();
  if (!handedBack(conversation, now) || !account.autoReply) return;
  if (account.handBackText) {
    const words = {
      ...newReply(engine, live, 'hand-back', { text: account.handBackText }),
      author: 'system',
      purpose: 'reply',
    } as const;
    const told = await engine.gateway.deliver(words);
    if (told.state === 'discarded') return;
  }
  live.conversation.humanSince = 0;
  await engine.store.changeConversation(conversation.id, (current) =>
    handedBack(current, now) ? { humanSince: 0 } : null,
  );
}

function newReply(
  { clock }: Engine,
  { turn, account, conversation }: LiveTurn,
  slot: string,
  content: Outgoing,
): Omit<NewReply, 'author' | 'purpose'> {
  const now = clock.now();
  return {
    id: newId(now),
    conversationId: conversation.id,
    accountId: account.id,
    turnId: turn.id,
    slot: `${turn.id}:${slot}`,
    text: content.text,
    media: (content.media ?? []).map(({ kind, url, caption, name }) => ({ kind, url, caption, name })),
    parts: account.channel.render(content).map((request) => ({ request, state: 'queued' })),
    at: now,
  };
}
