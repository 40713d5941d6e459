/** Answers a stored message once more, for who looks: nothing is sent, and nothing of ours changes. */
import { DragomanError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { AnswerSource, OpenTurn } from '../../core/model.ts';
import type { Engine } from '../engine.ts';
import type { Entry } from './entries.ts';
import { stepsOf } from './notes.ts';
import { turnEntries } from './steps.ts';
import type { Looking } from './timeline.ts';

export interface Rehearsed {
  outcome: 'answered' | 'drafted' | 'blocked' | 'silent' | 'failed';
  /** Of one that failed. */
  error: string | null;
  /** What it would have said now, in order. */
  said: { text: string; kind: AnswerSource['kind']; model: string | null }[];
  /** What was said then. */
  before: { text: string; kind: AnswerSource['kind'] | null; model: string | null }[];
  entries: Entry[];
}

/**
 * Runs the turn of a customer's message again, with the flows, prompts and knowledge as they are now and with what had been said before it. Models are
 * really asked. @throws DragomanError NOT_FOUND for anything but a customer's message; ACCOUNT_MISSING where no flow would take it
 */
export async function rehearse(engine: Engine, messageId: string, looking: Looking): Promise<Rehearsed> {
  const { store, turns, masking, clock, registry } = engine;
  const message = await store.message(messageId);
  const conversation = message && (await store.conversation(message.conversationId));
  if (message?.direction !== 'in' || !conversation)
    throw new DragomanError('NOT_FOUND', `There is no customer's message ${messageId}.`, 'Choose one that is shown.');
  const earlier = message.turnId ? await store.turn(message.turnId) : null;
  const ids = earlier?.messageIds ?? [messageId];
  const messages = (await Promise.all(ids.map((id) => store.message(id)))).filter((one) => one !== null);
  const now = clock.now();
  const turn: OpenTurn = {
    ...{ id: newId(now), conversationId: conversation.id, accountId: message.accountId },
    ...{
      messageIds: messages.map(({ id }) => id),
      state: 'running',
      attempts: 0,
      cuts: 0,
      decisions: [],
      startedAt: now,
    },
  };
  const before = Math.min(message.seq, ...messages.map(({ seq }) => seq));
  const { live, end } = await turns.rehearse({ turn, conversation, messages }, before);
  masking.forget(live);
  const said = message.turnId ? await store.replies(message.turnId) : [];
  const trace = {
    ...{
      id: live.attempt,
      turnId: turn.id,
      conversationId: conversation.id,
      accountId: message.accountId,
      at: live.begunAt,
    },
    endedAt: clock.now(),
    end: end.kind === 'end' ? { outcome: end.outcome } : ({ outcome: 'failed', error: end.error } as const),
    steps: stepsOf(live),
  };
  return {
    outcome: end.kind === 'end' ? end.outcome : 'failed',
    error: end.kind === 'end' ? null : end.error,
    said: live.rehearsal!.said.map(({ text, source }) => ({
      ...{ text, kind: source?.kind ?? 'flow', model: source?.model ?? null },
    })),
    before: said.map(({ text, source }) => ({ text, kind: source?.kind ?? null, model: source?.model ?? null })),
    entries: turnEntries(null, [trace], {
      ...{ prompt: registry.account(message.accountId)?.prompt, manages: looking.manages },
      node: (id) => (id ? looking.node(id) : undefined),
    }),
  };
}
