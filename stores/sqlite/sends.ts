/** Outbound messages: stored, marked, settled. */
import type { Conversation, Message, SendPart } from '../../core/model.ts';
import type { NewReply, SendCheck, SendMark } from '../../core/ports.ts';
import { applyReceipt } from '../../core/sending/send-state.ts';
import type { Tables } from './tables.ts';

export function sendStore(t: Tables) {
  const { db, conversations, messages, turns } = t;
  const getSlot = db.prepare('select id from message where slot = ?');
  const addPart = db.prepare(
    'insert into part(account_id, platform_id, message_id) values(?,?,?) on conflict do nothing',
  );
  const findEcho = db.prepare("select id from message where account_id = ? and platform_id = ? and author = 'human'");
  const nextHuman = db.prepare(
    "select id from message where conversation_id = ? and seq > ? and author = 'human' order by seq limit 1",
  );
  const takeReceipts = db.prepare(
    'delete from receipt where account_id = ? and platform_id = ? returning state, error',
  );

  /** What marking makes of a message; `patch` is to be stored with it. */
  function judged(
    message: Message,
    conversation: Conversation | null,
    check: SendCheck,
  ): { mark: SendMark; patch: Partial<Message> } {
    const busy = conversation?.openSend && conversation.openSend !== message.id;
    if (!conversation || busy || message.state !== 'queued') return { mark: { kind: 'busy' }, patch: {} };
    const decision = check(conversation);
    if (decision.result === 'block') {
      const error = { code: decision.rule, message: decision.reason };
      return { mark: { kind: 'blocked', decision }, patch: { state: 'discarded', error } };
    }
    const next = message.parts!.findIndex((part) => part.state === 'queued');
    const parts = message.parts!.map(
      (part, index): SendPart => (index === next ? { ...part, state: 'sending' } : part),
    );
    const patch = { state: 'sending', parts } as const;
    return { mark: { kind: 'marked', message: { ...message, ...patch }, address: conversation.address }, patch };
  }

  /** A late reply counts until a newer turn began. */
  function tooLate(turnId: string, conversation: Conversation | null): boolean {
    if (turns.get(turnId)?.state === 'running') return false;
    return conversation?.lastTurn !== turnId || conversation.openTurn !== null;
  }

  /** The turn had settled without a reply that is sent: this is it, late or approved. */
  function answerLate(turnId: string): void {
    const turn = turns.get(turnId);
    if (turn?.state === 'done') for (const id of turn.messageIds) messages.update(id, { answered: true });
  }

  return {
    add(reply: NewReply, check: SendCheck): { message: Message; created: boolean; mark?: SendMark } {
      const taken = reply.slot === undefined ? undefined : getSlot.get(reply.slot);
      if (taken) return { message: messages.get(taken.id as string)!, created: false };
      const conversation = conversations.get(reply.conversationId);
      const message: Message = {
        ...reply,
        seq: 0,
        direction: 'out',
        pending: false,
        answered: false,
        state: 'queued',
        tries: 0,
      };
      if (reply.turnId && tooLate(reply.turnId, conversation)) {
        const error = { code: 'late', message: 'A newer turn had begun when this reply came.' };
        return { message: messages.insert({ ...message, state: 'discarded', error }), created: true };
      }
      if (reply.draft) return { message: messages.insert({ ...message, state: 'draft' }), created: true };
      if (reply.turnId) answerLate(reply.turnId);
      const { mark, patch } = judged(message, conversation, check);
      const stored = messages.insert({ ...message, ...patch });
      if (mark.kind !== 'marked') return { message: stored, created: true, mark };
      conversations.update(reply.conversationId, { openSend: reply.id });
      return { message: stored, created: true, mark: { ...mark, message: stored } };
    },

    mark(id: string, check: SendCheck): SendMark {
      const message = messages.get(id);
      if (!message) return { kind: 'busy' };
      const { mark, patch } = judged(message, conversations.get(message.conversationId), check);
      messages.update(id, patch);
      if (mark.kind === 'marked') conversations.update(message.conversationId, { openSend: id });
      return mark;
    },

    change(id: string, change: (m: Message) => Partial<Message> | null): Message | null {
      const before = messages.get(id);
      const patch = before && change(before);
      if (!before || !patch) return before;
      messages.update(id, patch);
      if (before.state === 'draft' && patch.state === 'queued' && before.turnId) answerLate(before.turnId);
      let after: Message = { ...before, ...patch };
      for (const part of patch.parts ?? []) after = receive(after, part);
      if (before.state === 'sending' && after.state !== 'sending') release(before);
      return after;
    },
  };

  /** Remembers a part's platform id, and applies the receipts that were faster than the platform's answer. */
  function receive(message: Message, part: SendPart): Message {
    if (!part.platformId) return message;
    const added = addPart.run(message.accountId, part.platformId, message.id);
    if (added.changes === 0) return message;
    undoTakeover(message, part.platformId);
    let after = message;
    for (const row of takeReceipts.all(message.accountId, part.platformId)) {
      const { state, error } = row as { state: 'sent' | 'delivered' | 'read' | 'failed'; error: string | null };
      const patch = applyReceipt(after, part.platformId, state, error ? JSON.parse(error) : undefined);
      if (!patch) continue;
      messages.update(message.id, patch);
      after = { ...after, ...patch };
    }
    return after;
  }

  /** What looked like a human's echo was this very send, coming back faster than the platform's answer. */
  function undoTakeover(sent: Message, platformId: string): void {
    const row = findEcho.get(sent.accountId, platformId);
    const echo = row && messages.get(row.id as string);
    if (!echo?.takeover || echo.conversationId !== sent.conversationId) return;
    const conversation = conversations.get(sent.conversationId);
    const next = nextHuman.get(sent.conversationId, echo.seq);
    const later = next && messages.get(next.id as string);
    // A human wrote after it, whose takeover stands, on what was before.
    if (later?.takeover) messages.update(later.id, { takeover: { ...later.takeover, before: echo.takeover.before } });
    else if (!later && conversation?.humanUntil === echo.takeover.humanUntil)
      conversations.update(conversation.id, echo.takeover.before);
    messages.remove(echo.id);
  }

  function release(message: Message): void {
    if (conversations.get(message.conversationId)?.openSend === message.id)
      conversations.update(message.conversationId, { openSend: null });
  }
}
