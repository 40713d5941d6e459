/** Outbound messages: stored, marked, settled. */
import type { Message, SendPart } from '../../core/model.ts';
import type { NewReply, SendCheck, SendMark } from '../../core/ports.ts';
import { applyReceipt } from '../../core/send-state.ts';
import type { Tables } from './tables.ts';

export function sendStore(t: Tables) {
  const { db, conversations, messages } = t;
  const getMessage = db.prepare('select * from message where id = ?');
  const getSlot = db.prepare('select * from message where slot = ?');
  const getConversation = db.prepare('select * from conversation where id = ?');
  const turnState = db.prepare('select state from turn where id = ?');
  const answerLate = db.prepare(
    "update message set answered = 1 where turn_id = ?1 and direction = 'in' and (select state from turn where id = ?1) = 'done'",
  );
  const addPart = db.prepare(
    'insert into part(account_id, platform_id, message_id) values(?,?,?) on conflict do nothing',
  );
  const takeReceipts = db.prepare(
    'delete from receipt where account_id = ? and platform_id = ? returning state, error',
  );

  const messageOf = (id: string): Message | null => {
    const row = getMessage.get(id);
    return row ? messages.read(row) : null;
  };

  function mark(message: Message, check: SendCheck): SendMark {
    const row = getConversation.get(message.conversationId);
    if (!row || message.state !== 'queued') return { kind: 'busy' };
    const conversation = conversations.read(row);
    if (conversation.openSend && conversation.openSend !== message.id) return { kind: 'busy' };
    const decision = check(conversation);
    if (decision.result === 'block') {
      const error = { code: decision.rule, message: decision.reason };
      messages.update(message.id, { state: 'discarded', error });
      return { kind: 'blocked', decision };
    }
    const next = message.parts!.findIndex((part) => part.state === 'queued');
    const parts = message.parts!.map(
      (part, index): SendPart => (index === next ? { ...part, state: 'sending' } : part),
    );
    messages.update(message.id, { state: 'sending', parts });
    conversations.update(conversation.id, { openSend: message.id });
    return { kind: 'marked', message: { ...message, state: 'sending', parts }, address: conversation.address };
  }

  /** A late reply counts until a newer turn began. */
  function tooLate(reply: NewReply): boolean {
    if (!reply.turnId) return false;
    const state = (turnState.get(reply.turnId) as { state: string } | undefined)?.state;
    if (state === 'running') return false;
    const conversation = conversations.read(getConversation.get(reply.conversationId));
    return conversation.lastTurn !== reply.turnId || conversation.openTurn !== null;
  }

  return {
    add(reply: NewReply, check: SendCheck): { message: Message; created: boolean; mark?: SendMark } {
      if (reply.slot !== undefined) {
        const taken = getSlot.get(reply.slot);
        if (taken) return { message: messages.read(taken), created: false };
      }
      const late = tooLate(reply);
      messages.insert({
        ...reply,
        seq: 0,
        direction: 'out',
        pending: false,
        answered: false,
        state: late ? 'discarded' : 'queued',
        tries: 0,
        error: late ? { code: 'late', message: 'A newer turn had begun when this reply came.' } : undefined,
      });
      const message = messageOf(reply.id)!;
      // The turn had settled without a reply: this is it, late.
      if (!late && reply.turnId) answerLate.run(reply.turnId);
      return late ? { message, created: true } : { message, created: true, mark: mark(message, check) };
    },

    mark(id: string, check: SendCheck): SendMark {
      const message = messageOf(id);
      return message ? mark(message, check) : { kind: 'busy' };
    },

    change(id: string, change: (m: Message) => Partial<Message> | null): Message | null {
      const before = messageOf(id);
      const patch = before && change(before);
      if (!before || !patch) return before;
      messages.update(id, patch);
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

  function release(message: Message): void {
    const conversation = conversations.read(getConversation.get(message.conversationId));
    if (conversation.openSend === message.id) conversations.update(conversation.id, { openSend: null });
  }
}
