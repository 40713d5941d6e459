/** What a person does with a stored message: lets a draft go out, drops it, sends once more what failed. Rules and caps hold then as well. */
import type { Account } from '../accounts.ts';
import { DragomanError } from '../errors.ts';
import type { Decision, Message } from '../model.ts';
import type { Clock, Plan, Store } from '../ports.ts';
import type { Caps, Reserved } from './caps.ts';
import type { SendCheck } from './outbox.ts';
import { type Approval, approveDraft, discardDraft, type Queued, requeueSend, takeBack } from './stored.ts';

export interface ByHand {
  /** Sends a draft, as a person's decision: status and takeover do not hold it back; consent, and caps of what nobody asked for, do. */
  approve(messageId: string, approval?: Approval): Promise<Message>;
  /** Drops a draft. @throws DragomanError NOT_FOUND when it is none any more. */
  discard(messageId: string): Promise<Message>;
  /** What a person wrote and waits for its time. @throws DragomanError NOT_FOUND where it is too late */
  takeBack(messageId: string): Promise<Message>;
  /** Sends a stored message that failed, or whose fate is unknown, once more. */
  resend(messageId: string): Promise<Message>;
}

export interface ByHandOptions {
  store: Store;
  clock: Clock;
  caps: Caps;
  check: SendCheck;
  /** @throws DragomanError ACCOUNT_MISSING, ACCOUNT_DISABLED */
  accountOf(id: string): Account;
  /** Resolves when the next try of what is queued has ended. */
  sent(queued: Message): Promise<Message>;
}

export function createByHand({ store, clock, caps, check, accountOf, sent }: ByHandOptions): ByHand {
  /** @throws DragomanError SEND_FAILED. The message stays as it is: the reason may pass. */
  async function mayGo(message: Message): Promise<void> {
    const conversation = await store.conversation(message.conversationId);
    const decision = conversation && (await store.run((records) => check(conversation, message, records)));
    if (decision?.result === 'block') throw heldBack(decision);
  }

  /** Counts it, queues it, and gives its place back where somebody else was faster. @param cap where it is counted already: nothing */
  async function queue(
    message: Message,
    cap: Reserved,
    step: (cap: string | undefined) => Plan<Queued>,
  ): Promise<Queued> {
    if (cap.full) throw heldBack(cap.full);
    const counted = { ...message, cap: cap.name };
    try {
      const done = await store.run(step(cap.name));
      if (!done.queued) await caps.release(counted);
      return done;
    } catch (error) {
      await caps.release(counted);
      throw error;
    }
  }

  return {
    async approve(messageId, approval) {
      const draft = await store.message(messageId);
      if (draft?.state !== 'draft') throw noDraft(messageId);
      const sender = accountOf(draft.accountId);
      const approved = { ...draft, purpose: 'approved' } as const;
      await mayGo(approved);
      const cap = await caps.reserve(sender, approved);
      const { message } = await queue(approved, cap, (name) => approveDraft(messageId, clock.now(), name, approval));
      if (!message) throw noDraft(messageId);
      return sent(message);
    },
    async discard(messageId) {
      const discarded = await store.run(discardDraft(messageId));
      if (!discarded) throw noDraft(messageId);
      return discarded;
    },
    async takeBack(messageId) {
      const taken = await store.run(takeBack(messageId, clock.now()));
      if (taken) return taken;
      throw new DragomanError('NOT_FOUND', 'It is too late to take it back.', 'It is on its way, or was sent.');
    },
    async resend(messageId) {
      const message = await store.message(messageId);
      if (message?.direction !== 'out' || !message.parts?.length)
        throw new DragomanError(
          'NOT_FOUND',
          `There is no outbound message ${messageId}.`,
          'List the failed ones with "dragoman failed".',
        );
      const sender = accountOf(message.accountId);
      await mayGo(message);
      const cap = message.cap ? {} : await caps.reserve(sender, message);
      const again = await queue(message, cap, (name) => requeueSend(messageId, clock.now(), name));
      return again.message?.state === 'queued' ? sent(again.message) : (again.message ?? message);
    },
  };
}

const noDraft = (id: string) =>
  new DragomanError('NOT_FOUND', `There is no draft ${id}.`, 'It may have been sent or discarded already.');

const heldBack = ({ reason }: Decision) =>
  new DragomanError('SEND_FAILED', `The message was not sent: ${reason}`, 'Try again when that has changed.');
