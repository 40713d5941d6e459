/**
 * Delivery → deduplicated events: the pure half. A channel parsed the bytes; here the clock and the account are added, and the rules are told
 * by which an event is folded into its conversation.
 */
import type { Account } from '../accounts.ts';
import { newId, newSession } from '../ids.ts';
import type { Conversation } from '../model.ts';
import { senderOf } from '../orders/senders.ts';
import { heard } from '../policy/loop.ts';
import { ARRIVALS, ARRIVALS_MS } from '../policy/rate.ts';
import { takeOver } from '../policy/takeover.ts';
import type { Incoming, ParsedEvent, ParsedMessage } from '../ports.ts';
import { consentOf } from './consent.ts';
import { ownConsent } from './own-words.ts';

/** A burst never holds a customer longer than this, from its first message. */
const BURST_LIMIT_MS = 4_000;
/** Once a second message came, the customer is typing several. */
const BURST_QUIET_MS = 900;

/**
 * How long a lane waits for more after this message: a tapped button is complete, a finished sentence nearly so, a bare "hola" is often followed.
 * @returns milliseconds
 */
export function quietMs(event: ParsedMessage): number {
  if (event.choice) return 0;
  if (event.media.length > 0) return 1_000;
  return /[.!?؟。…]\s*$/u.test(event.text) || event.text.length > 80 ? 250 : 500;
}

export function toIncoming(event: ParsedEvent, account: Account, now: number): Incoming {
  const message = event.kind === 'message' ? event : undefined;
  const spoken = account.channel.spoken === true;
  const words = spoken ? undefined : message;
  return {
    id: newId(now),
    accountId: account.id,
    channel: account.channel.id,
    at: now,
    event,
    messageId: newId(now),
    contactId: newId(now),
    conversationId: newId(now),
    session: newSession(),
    consentWord: words && (consentOf(words) ?? (account.consentWords && ownConsent(words, account.consentWords))),
    ...(event.kind === 'health' && event.phone && { sender: senderOf(account) }),
    quietMs: words && account.burst && !account.inline ? quietMs(words) : 0,
    ...(spoken && { spoken: true as const }),
    takeover: account.takeover,
    reopens: account.reopens,
  };
}

/** What a customer's message changes in its conversation. */
export function foldMessage(
  conversation: Conversation,
  incoming: Incoming,
  event: ParsedMessage,
): Partial<Conversation> {
  const now = incoming.at;
  const patch: Partial<Conversation> = {
    address: event.thread.address,
    lastInboundAt: Math.max(conversation.lastInboundAt, Math.min(event.platformAt ?? now, now)),
    blockedAt: 0,
    updatedAt: now,
  };
  if (incoming.consentWord === 'out' && !conversation.optedOutAt) patch.optedOutAt = now;
  if (incoming.consentWord === 'in' && conversation.optedOutAt) patch.optedOutAt = 0;
  if (conversation.status === 'closed' && incoming.reopens)
    Object.assign(patch, { status: 'active', statusNote: null });
  if (conversation.kind === 'private') {
    // Whoever taps his way through a menu comes by the same buttons again.
    const said = { text: event.choice ? '' : event.text, automated: event.automated === true, at: now };
    if (!incoming.spoken)
      patch.exchange = heard(conversation.exchange, conversation.lastTurn, conversation.updatedAt, said);
    patch.arrivals = joinsBurst(conversation, event, incoming)
      ? conversation.arrivals
      : [...conversation.arrivals.filter((at) => at > now - ARRIVALS_MS).slice(1 - ARRIVALS), now];
    const since = conversation.burstSince ?? now;
    const quiet = conversation.burstSince === null || incoming.quietMs === 0 ? incoming.quietMs : BURST_QUIET_MS;
    patch.burstSince = since;
    patch.wakeAt = Math.min(now + quiet, since + BURST_LIMIT_MS);
  }
  return patch;
}

/**
 * What joins something that already waits is answered with it, once, so it counts with it: an album and pictures sent one after the other
 * everywhere, texts ("hola", "buenas", "tengo un problema") where the account answers bursts together.
 */
function joinsBurst({ burstSince, arrivals }: Conversation, event: ParsedMessage, { at, quietMs }: Incoming): boolean {
  const together = event.media.length > 0 || quietMs > 0;
  return together && burstSince !== null && (arrivals.at(-1) ?? 0) > at - BURST_LIMIT_MS;
}

/** What a human's own message, sent from the platform's app, changes. */
export function foldHuman(
  conversation: Conversation,
  incoming: Incoming,
): ReturnType<typeof takeOver> & { updatedAt: number } {
  return { ...takeOver(conversation, incoming.at, incoming.takeover), updatedAt: incoming.at };
}
