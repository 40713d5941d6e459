/** How a lane moves: a turn is taken, ends, fails, or is asked for again. Plans for the store. */
import { DragomanError } from '../errors.ts';
import type { Conversation, Decision, JsonObject, Message, OpenTurn, Turn } from '../model.ts';
import type { Plan, Records } from '../ports.ts';
import { bringAbout } from './afterwards.ts';

export type BeginTurn =
  | { kind: 'turn'; turn: OpenTurn; conversation: Conversation; messages: Message[] }
  | { kind: 'wait'; until: number }
  /** Another process that lives runs its turn, and looks here once more when that has ended. */
  | { kind: 'elsewhere' }
  | { kind: 'idle' };

export interface Take {
  now: number;
  leaseUntil: number;
  owner: string;
  /** The id of the turn, if one begins. */
  turnId: string;
  /** Whether a node at which turns about orders begin is there. Always when absent. */
  starts?(nodeId: string): boolean;
  /** Whether nobody acts under this name any more. All other names where absent. */
  isGone?(owner: string): boolean;
}

/** Takes the lane: repeats its open turn, or makes one of all pending messages. */
export const beginTurn =
  (conversationId: string, take: Take): Plan<BeginTurn> =>
  (records) => {
    const conversation = records.conversation(conversationId);
    if (!conversation) return { kind: 'idle' };
    if (conversation.openTurn) return repeat(records, conversation, conversation.openTurn, take);
    if (conversation.wakeAt === null) return { kind: 'idle' };
    if (conversation.wakeAt > take.now) return { kind: 'wait', until: conversation.wakeAt };
    const taken = { wakeAt: null, burstSince: null };
    const messages = records.takePending(conversationId, conversation.takenSeq, take.turnId);
    // What the customer wrote comes first; an order that wants a turn has the next one.
    const followUp = messages.length === 0 ? proposed(records, conversation, take) : undefined;
    if (messages.length === 0 && !followUp) {
      records.updateConversation(conversationId, { ...taken, ...(conversation.proposal && { proposal: null }) });
      return { kind: 'idle' };
    }
    if (followUp) {
      Object.assign(taken, { proposal: null });
      records.updateFollowUp(followUp, { turnId: take.turnId });
    } else if (conversation.proposal) Object.assign(taken, { wakeAt: take.now });
    const turn: Turn = {
      id: take.turnId,
      conversationId,
      accountId: conversation.accountId,
      messageIds: messages.map((message) => message.id),
      followUp,
      state: 'running',
      attempts: 0,
      cuts: 0,
      decisions: [],
      startedAt: take.now,
    };
    const takenSeq = Math.max(conversation.takenSeq, ...messages.map(({ seq }) => seq));
    const patch = { ...taken, ...lease(take), openTurn: turn, lastTurn: turn.id, takenSeq };
    records.updateConversation(conversationId, patch);
    return { kind: 'turn', turn, conversation: { ...conversation, ...patch }, messages };
  };

/** The follow-up that waits for a turn here, if it still does. One whose node is gone is asked for anew when it is there again. */
function proposed(records: Records, { id, proposal }: Conversation, { starts }: Take): string | undefined {
  const followUp = proposal ? records.followUp(proposal) : null;
  if (followUp?.state !== 'running' || followUp.conversationId !== id) return undefined;
  return starts && !starts(followUp.nodeId) ? undefined : followUp.id;
}

const lease = ({ owner, leaseUntil }: Take) => ({ leaseOwner: owner, leaseUntil });
const FREE = { openTurn: null, leaseOwner: null, leaseUntil: 0 };

function repeat(records: Records, conversation: Conversation, open: OpenTurn, take: Take): BeginTurn {
  if (open.state === 'waiting' && (open.retryAt ?? 0) > take.now) return { kind: 'wait', until: open.retryAt! };
  const { leaseOwner } = conversation;
  const isOthers = open.state === 'running' && leaseOwner !== null && leaseOwner !== take.owner;
  if (isOthers && take.isGone && !take.isGone(leaseOwner)) return { kind: 'elsewhere' };
  // Still `running` though nobody holds it: the process died in it.
  const cuts = open.cuts + (open.state === 'running' ? 1 : 0);
  const turn: OpenTurn = { ...open, state: 'running', cuts, retryAt: undefined };
  const patch = { ...lease(take), openTurn: turn };
  records.updateConversation(conversation.id, patch);
  const messages = turn.messageIds.flatMap((id) => records.message(id) ?? []);
  return { kind: 'turn', turn, conversation: { ...conversation, ...patch }, messages };
}

/** The attempt of a turn that speaks; what an earlier one says of the turn's end no longer counts. */
export interface Attempt {
  turnId: string;
  conversationId: string;
  owner: string;
}

export interface Ending {
  now: number;
  outcome: NonNullable<Turn['outcome']>;
  decisions: Decision[];
  vars: JsonObject;
  /** The flow still runs, and may go on talking until then; absent where it has settled. */
  openUntil?: number;
}

/** The conversation and its open turn, if the owner still holds it. */
function held(records: Records, { turnId, conversationId, owner }: Attempt) {
  const conversation = records.conversation(conversationId);
  const turn = conversation?.openTurn;
  if (!conversation || turn?.id !== turnId || turn.state !== 'running' || conversation.leaseOwner !== owner)
    return null;
  return { conversation, turn };
}

/** Frees the lane; what came meanwhile is its next turn. @returns when that one is due. */
export function freeLane(records: Records, conversation: Conversation): number | null {
  // Nothing comes in without waking the lane, so only a lane that was woken has something pending.
  const waits = () => conversation.proposal !== null || records.anyPending(conversation.id, conversation.takenSeq);
  const wakeAt = conversation.wakeAt !== null && waits() ? conversation.wakeAt : null;
  records.updateConversation(conversation.id, { ...FREE, wakeAt });
  return wakeAt;
}

/** Ends a turn and frees the lane. False unless the owner still holds it. */
export const endTurn =
  (attempt: Attempt, { now, outcome, decisions, vars, openUntil }: Ending): Plan<boolean> =>
  (records) => {
    const found = held(records, attempt);
    if (!found) return false;
    records.insertTurn({
      ...found.turn,
      state: 'done',
      outcome,
      decisions,
      openUntil,
      finishedAt: now,
      error: undefined,
    });
    freeLane(records, found.conversation);
    bringAbout(records, found.conversation, found.turn, now);
    if (!same(vars, found.conversation.vars)) records.updateConversation(found.conversation.id, { vars });
    return true;
  };

const same = (one: JsonObject, other: JsonObject) => JSON.stringify(one) === JSON.stringify(other);

export interface Failure {
  now: number;
  /** Null: it is given up, a dead letter. */
  retryAt: number | null;
  /** Not its own fault: a crash, a deploy. */
  cut: boolean;
  error: string;
  decisions: Decision[];
}

/** Puts a turn back for a later attempt, or makes it a dead letter. False unless the owner still holds it. */
export const failTurn =
  (attempt: Attempt, { now, retryAt, cut, error, decisions }: Failure): Plan<boolean> =>
  (records) => {
    const found = held(records, attempt);
    if (!found) return false;
    const { conversation } = found;
    // A reply came while the failure was on its way here: the turn is answered.
    const said = records.repliesOf(attempt.turnId).filter(({ state }) => state !== 'discarded');
    if (said.length > 0 && !cut) {
      const outcome = said.every(({ state }) => state === 'draft') ? 'drafted' : 'answered';
      records.insertTurn({ ...found.turn, state: 'done', outcome, decisions, finishedAt: now, error: undefined });
      freeLane(records, conversation);
      bringAbout(records, conversation, found.turn, now);
      return true;
    }
    const turn: OpenTurn = {
      ...found.turn,
      attempts: found.turn.attempts + (cut ? 0 : 1),
      cuts: found.turn.cuts + (cut ? 1 : 0),
      error,
      decisions,
    };
    if (retryAt !== null) {
      const openTurn: OpenTurn = { ...turn, state: 'waiting', retryAt };
      records.updateConversation(conversation.id, { openTurn, leaseOwner: null, leaseUntil: 0 });
      return true;
    }
    records.insertTurn({ ...turn, state: 'dead', outcome: 'failed', finishedAt: now });
    freeLane(records, conversation);
    bringAbout(records, conversation, turn, now);
    return true;
  };

/** The flow of a turn that had ended is over too: a late reply of it counts as any other's. */
export const flowOver =
  (turnId: string): Plan<void> =>
  (records) => {
    if (records.turn(turnId)?.openUntil !== undefined) records.updateTurn(turnId, { openUntil: undefined });
  };

/**
 * A flow that was to say more, after its turn had ended, is cut off: the turn is a dead letter, and a person may have it tried again.
 * @returns false where the flow was over, or had said more since
 */
export const cutShort =
  (turnId: string, error: string): Plan<boolean> =>
  (records) => {
    const turn = records.turn(turnId);
    if (turn?.state !== 'done' || turn.openUntil === undefined) return false;
    const saidMore = records
      .repliesOf(turnId)
      .some(({ at, state }) => at >= (turn.finishedAt ?? 0) && state !== 'discarded');
    records.updateTurn(
      turnId,
      saidMore ? { openUntil: undefined } : { state: 'dead', outcome: 'failed', cuts: turn.cuts + 1, error },
    );
    return !saidMore;
  };

/** Makes messages pending again. @returns their conversation; null when there is none. */
function again(records: Records, ids: string[], now: number): Conversation | null {
  const messages = ids.flatMap((id) => records.message(id) ?? []).filter((message) => message.direction === 'in');
  const conversation = messages[0] && records.conversation(messages[0].conversationId);
  if (!conversation) return null;
  for (const { id } of messages) records.updateMessage(id, { pending: true, answered: false, turnId: null });
  const takenSeq = Math.min(conversation.takenSeq, ...messages.map(({ seq }) => seq - 1));
  records.updateConversation(conversation.id, { wakeAt: now, burstSince: now, takenSeq });
  return conversation;
}

/** What an order's turn was about is to be looked at once more. */
function lookAgain(records: Records, followUpId: string, now: number): Conversation | null {
  const followUp = records.followUp(followUpId);
  if (!followUp?.conversationId) return null;
  records.updateFollowUp(followUpId, {
    state: 'waiting',
    dueAt: now,
    turnId: null,
    messageId: null,
    endedAt: undefined,
  });
  return records.conversation(followUp.conversationId);
}

/**
 * Makes a stored message of the customer pending again; with it the others of its turn where that is a dead letter, which is listed no more.
 * @returns its conversation's id; null when there is no such message.
 */
export const replayMessage =
  (messageId: string, now: number): Plan<string | null> =>
  (records) => {
    const turn = records.turn(records.message(messageId)?.turnId ?? '');
    const dead = turn?.state === 'dead' ? turn : undefined;
    if (dead) records.updateTurn(dead.id, { state: 'retried' });
    return again(records, dead?.messageIds ?? [messageId], now)?.id ?? null;
  };

/**
 * Has the messages of a dead turn answered by a new one, once.
 * @throws DragomanError NOT_FOUND, BAD_REQUEST where the turn is no dead letter: a running one goes on by itself.
 */
export const retryTurn =
  (turnId: string, now: number): Plan<Conversation> =>
  (records) => {
    const turn = records.turn(turnId);
    if (!turn)
      throw new DragomanError(
        'NOT_FOUND',
        `There is no turn ${turnId} that has ended.`,
        'List the failed ones with "dragoman failed".',
      );
    if (turn.state !== 'dead')
      throw new DragomanError(
        'BAD_REQUEST',
        turn.state === 'retried'
          ? `Turn ${turnId} was tried again already.`
          : `Turn ${turnId} has not failed for good (${turn.state}).`,
        'To answer a message once more, use "dragoman replay <message>".',
      );
    const conversation = turn.followUp ? lookAgain(records, turn.followUp, now) : again(records, turn.messageIds, now);
    if (!conversation)
      throw new DragomanError('NOT_FOUND', `The messages of turn ${turnId} are gone.`, 'There is nothing to answer.');
    records.updateTurn(turnId, { state: 'retried' });
    return conversation;
  };
