/** Lanes and turns. One process works on the file, so a lease of another owner is one of a process that died. */
import type { Conversation, Message, Turn } from '../../core/model.ts';
import type { BeginTurn, Store } from '../../core/ports.ts';
import type { Tables } from './tables.ts';

type Turns = Pick<Store, 'lanes' | 'turn' | 'turns'> & {
  begin(conversationId: string, take: Parameters<Store['beginTurn']>[1]): BeginTurn;
  end(turnId: string, owner: string, end: Parameters<Store['endTurn']>[2]): boolean;
  fail(turnId: string, owner: string, fail: Parameters<Store['failTurn']>[2]): boolean;
  requeue(what: { messageId?: string; turnId?: string }, now: number): string | null;
};

export function turnStore(t: Tables): Turns {
  const { db, conversations, messages, turns } = t;
  const pending = db.prepare('select id from message where conversation_id = ? and pending = 1 order by seq');
  const anyPending = db.prepare('select 1 from message where conversation_id = ? and pending = 1 limit 1');
  const lanes = db.prepare(
    `select id, account_id, coalesce(wake_at, 0) as wake_at from conversation where wake_at is not null
     union select c.id, c.account_id, coalesce(t.retry_at, 0) from conversation c join turn t on t.id = c.open_turn where c.open_turn is not null`,
  );

  const messagesOf = (ids: string[]): Message[] => ids.map((id) => messages.get(id)).filter((one) => one !== null);

  /** The turn and its conversation, if `owner` still holds it. */
  function held(turnId: string, owner: string): { turn: Turn; conversation: Conversation } | null {
    const turn = turns.get(turnId);
    const conversation = turn && conversations.get(turn.conversationId);
    if (!turn || !conversation || conversation.openTurn !== turnId || conversation.leaseOwner !== owner) return null;
    return { turn, conversation };
  }

  function repeat(conversation: Conversation, turn: Turn, now: number, lease: Partial<Conversation>): BeginTurn {
    if (turn.state === 'waiting' && (turn.retryAt ?? 0) > now) return { kind: 'wait', until: turn.retryAt! };
    // Still `running` though nobody holds it: the process died in it.
    const cuts = turn.cuts + (turn.state === 'running' ? 1 : 0);
    turns.update(turn.id, { state: 'running', cuts, retryAt: undefined });
    conversations.update(conversation.id, lease);
    return {
      kind: 'turn',
      turn: { ...turn, state: 'running', cuts },
      conversation: { ...conversation, ...lease },
      messages: messagesOf(turn.messageIds),
    };
  }

  return {
    begin(conversationId, { now, leaseUntil, owner, turnId }) {
      const conversation = conversations.get(conversationId);
      if (!conversation) return { kind: 'idle' };
      const lease = { leaseOwner: owner, leaseUntil };
      if (conversation.openTurn) {
        const open = turns.get(conversation.openTurn);
        if (open) return repeat(conversation, open, now, lease);
      }
      if (conversation.wakeAt === null) return { kind: 'idle' };
      if (conversation.wakeAt > now) return { kind: 'wait', until: conversation.wakeAt };
      const set = messagesOf(pending.all(conversationId).map((row) => row.id as string));
      const patch: Partial<Conversation> = { wakeAt: null, burstSince: null };
      if (set.length === 0) {
        conversations.update(conversationId, patch);
        return { kind: 'idle' };
      }
      const turn: Turn = {
        id: turnId,
        conversationId,
        accountId: conversation.accountId,
        messageIds: set.map((message) => message.id),
        state: 'running',
        attempts: 0,
        cuts: 0,
        decisions: [],
        startedAt: now,
      };
      turns.insert(turn);
      const taken = { pending: false, turnId };
      for (const message of set) messages.update(message.id, taken);
      Object.assign(patch, lease, { openTurn: turnId, lastTurn: turnId });
      conversations.update(conversationId, patch);
      return {
        kind: 'turn',
        turn,
        conversation: { ...conversation, ...patch },
        messages: set.map((message): Message => ({ ...message, ...taken })),
      };
    },

    end(turnId, owner, { now, outcome, decisions, vars, answered }) {
      const now_ = held(turnId, owner);
      if (!now_) return false;
      turns.update(turnId, { state: 'done', outcome, decisions, finishedAt: now, error: undefined });
      if (answered) for (const id of now_.turn.messageIds) messages.update(id, { answered: true });
      const more = anyPending.get(now_.conversation.id) !== undefined;
      conversations.update(now_.conversation.id, {
        openTurn: null,
        leaseOwner: null,
        leaseUntil: 0,
        vars,
        updatedAt: now,
        wakeAt: more ? (now_.conversation.wakeAt ?? now) : null,
      });
      return true;
    },

    fail(turnId, owner, { now, retryAt, cut, error, decisions }) {
      const now_ = held(turnId, owner);
      if (!now_) return false;
      const { turn, conversation } = now_;
      const attempts = turn.attempts + (cut ? 0 : 1);
      const cuts = turn.cuts + (cut ? 1 : 0);
      if (retryAt !== null) {
        turns.update(turnId, { state: 'waiting', attempts, cuts, retryAt, error, decisions });
        conversations.update(conversation.id, { leaseOwner: null, leaseUntil: 0 });
        return true;
      }
      turns.update(turnId, {
        state: 'dead',
        attempts,
        cuts,
        retryAt: undefined,
        error,
        decisions,
        outcome: 'failed',
        finishedAt: now,
      });
      const more = anyPending.get(conversation.id) !== undefined;
      conversations.update(conversation.id, {
        openTurn: null,
        leaseOwner: null,
        leaseUntil: 0,
        updatedAt: now,
        wakeAt: more ? (conversation.wakeAt ?? now) : null,
      });
      return true;
    },

    requeue({ messageId, turnId }, now) {
      const ids = messageId ? [messageId] : turnId ? (turns.get(turnId)?.messageIds ?? []) : [];
      const again = messagesOf(ids).filter((message) => message.direction === 'in');
      const first = again[0];
      if (!first) return null;
      for (const message of again) messages.update(message.id, { pending: true, answered: false, turnId: null });
      conversations.update(first.conversationId, { wakeAt: now, burstSince: now });
      return first.conversationId;
    },

    async lanes() {
      const rows = lanes.all() as { id: string; account_id: string; wake_at: number }[];
      return rows.map((row) => ({ conversationId: row.id, accountId: row.account_id, wakeAt: row.wake_at }));
    },
    async turn(id) {
      return turns.get(id);
    },
    async turns({ state, accountId, limit, before }) {
      const where = ['started_at < ?'];
      const values: (string | number)[] = [before ?? Number.MAX_SAFE_INTEGER];
      if (state) {
        where.push('state = ?');
        values.push(state);
      }
      if (accountId) {
        where.push('account_id = ?');
        values.push(accountId);
      }
      const rows = db
        .prepare(`select * from turn where ${where.join(' and ')} order by started_at desc limit ?`)
        .all(...values, limit);
      return rows.map((row) => turns.read(row));
    },
  };
}
