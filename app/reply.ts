/** A node's words to the customer of a turn, through the gateway. */
import { describe } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Message, Purpose } from '../core/model.ts';
import { isRule } from '../core/policy/rules.ts';
import { handedBack } from '../core/policy/takeover.ts';
import type { NewReply, Outgoing } from '../core/ports.ts';
import { rendered } from '../core/sending/rendered.ts';
import type { Engine } from './engine.ts';
import { type LiveTurn, purposeOf, type Rehearsal } from './turn.ts';

/** Where in a flow a reply is said. */
export interface Place {
  nodeId: string;
  /** The node that handed the message over: two branches into one node are two ways, in whatever order they arrive. */
  from?: string;
}

/**
 * Stores and sends, or stores as a draft; the slot turn × node × way × index is filled once, however often the turn is repeated.
 * @returns the message as it is after its first try.
 * @throws DragomanError BAD_REQUEST for what renders to nothing
 */
export async function reply(
  engine: Engine,
  live: LiveTurn,
  place: Place,
  content: Outgoing,
  purpose: Purpose = purposeOf(live),
): Promise<Message> {
  if (live.rehearsal) return rehearsed(engine, live, live.rehearsal, content);
  const written = purpose === 'reply' || purpose === 'proactive';
  const slot = slotOf(live, place);
  if (purpose === 'reply') await announceHandBack(engine, live);
  // The flow has tokens for personal data; the customer, and our own history, have the words.
  const words = await engine.masking.restore(live, content);
  const draft = written && !live.account.autoReply;
  const template = purpose === 'proactive' ? templateOf(live) : undefined;
  // What is shown of an answer must not arrive after it.
  await Promise.all([live.showing.end(), engine.turns.running(live.turn.id)?.showing.end()]);
  const said = newReply(engine, live, slot, words);
  const sayIn = purpose === 'reply' ? engine.sayIn(live, words, said.parts.length) : undefined;
  const message = await engine.gateway.deliver(
    {
      ...said,
      parts: sayIn === undefined ? said.parts : said.parts.map((part) => ({ ...part, sayIn })),
      author: purpose === 'confirmation' ? 'system' : 'bot',
      purpose,
      template,
      source: written ? (live.source ?? { kind: 'flow' }) : undefined,
      draft,
    },
    (stored) => {
      if (stored.state === 'discarded') return;
      // An attempt that began since repeats what is said already.
      for (const attempt of new Set([live, engine.turns.running(live.turn.id) ?? live])) {
        attempt.replied = true;
        attempt.drafted = stored.state === 'draft';
        attempt.onReply();
      }
      keepHead(engine, live, stored, content.text === live.head?.text && stored.text === words.text);
    },
  );
  live.sent = message.state;
  if (heldBack(message) && message.error)
    live.view.decisions.push({
      gate: 'gateway',
      result: 'block',
      rule: message.error.code,
      reason: message.error.message,
      at: engine.clock.now(),
      node: place.nodeId,
    });
  return message;
}

/** Keeps what would be said. @returns a message that is stored nowhere */
async function rehearsed(engine: Engine, live: LiveTurn, { said }: Rehearsal, content: Outgoing): Promise<Message> {
  const words = await engine.masking.restore(live, content);
  const message = newReply(engine, live, '', words);
  said.push({ ...words, source: live.source ?? { kind: 'flow' } });
  live.replied = true;
  live.onReply();
  return { ...message, seq: 0, direction: 'out', author: 'bot', pending: false, answered: false, state: 'sent' };
}

/** A rule forbade it, or what was left of it. */
export const heldBack = ({ state, error }: Pick<Message, 'state' | 'error'>): boolean =>
  state === 'discarded' || (state === 'failed' && isRule(error?.code));

/** Taken once: what else the flow says has no other words. */
function templateOf(live: LiveTurn): NewReply['template'] {
  const { template, account } = live;
  live.template = undefined;
  return template && account.channel.renderTemplate
    ? { text: template.text, request: account.channel.renderTemplate(template) }
    : undefined;
}

function slotOf({ turn, counts, oldSlots }: LiveTurn, { nodeId, from = '' }: Place): string {
  const count = (key: string) => {
    const index = counts.get(key) ?? 0;
    counts.set(key, index + 1);
    return index;
  };
  const old = `${turn.id}:${nodeId}:${count(nodeId)}`;
  const slot = `${turn.id}:${nodeId}:${from}:${count(`${nodeId}:${from}`)}`;
  return oldSlots.includes(old) ? old : slot;
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
      ...newReply(engine, live, `${live.turn.id}:hand-back`, { text: account.handBackText }),
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
  { turn, account, conversation, about }: LiveTurn,
  slot: string,
  content: Outgoing,
): Omit<NewReply, 'author' | 'purpose'> {
  const now = clock.now();
  return {
    id: newId(now),
    conversationId: conversation.id,
    accountId: account.id,
    turnId: turn.id,
    followUp: about?.followUp.id,
    slot,
    text: content.text,
    media: (content.media ?? []).map(({ kind, url, caption, name }) => ({ kind, url, caption, name })),
    parts: rendered(account.channel, content),
    at: now,
  };
}
