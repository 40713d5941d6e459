/** Records as they begin. */
import type { Conversation } from './conversation.ts';

type Known = Pick<
  Conversation,
  | 'id'
  | 'accountId'
  | 'channel'
  | 'threadKey'
  | 'kind'
  | 'contactId'
  | 'session'
  | 'address'
  | 'optedOutAt'
  | 'createdAt'
  | 'updatedAt'
>;

/** A conversation in which nothing has happened yet. */
export function freshConversation(known: Known): Conversation {
  return {
    ...known,
    vars: {},
    head: null,
    unasked: null,
    waitingSince: null,
    handover: null,
    status: 'active',
    statusNote: null,
    humanUntil: 0,
    humanSince: 0,
    blockedAt: 0,
    lastInboundAt: 0,
    openSend: null,
    sendOwner: null,
    sendAt: null,
    wakeAt: null,
    burstSince: null,
    leaseOwner: null,
    leaseUntil: 0,
    proposal: null,
    openTurn: null,
    lastTurn: null,
    takenSeq: 0,
    arrivals: [],
    exchange: null,
  };
}
