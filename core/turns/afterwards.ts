/** What a turn's end brings about: a new status, and people who are told. Parts of plans. */
import { beginHandover, handoverOver } from '../handovers/plans.ts';
import type { Afterwards, Conversation, OpenTurn } from '../model.ts';
import type { Plan, Records } from '../ports.ts';

/**
 * Notes on the open turn what its end is to bring about; where it has ended already, that is now. A repeat changes nothing more.
 * @returns whether it is done already
 */
export const noteAfterwards =
  (
    { id, conversationId }: Pick<OpenTurn, 'id' | 'conversationId'>,
    wanted: Omit<Afterwards, 'from'>,
    now: number,
  ): Plan<boolean> =>
  (records) => {
    const conversation = records.conversation(conversationId);
    if (!conversation) return false;
    const { openTurn, status: from } = conversation;
    const afterwards = { from, ...wanted };
    if (openTurn?.id !== id) {
      bringAbout(records, conversation, { id, afterwards }, now);
      return true;
    }
    // Who asks for a person keeps his reason, whatever status the flow sets later.
    if (!openTurn.afterwards?.handover)
      records.updateConversation(conversationId, { openTurn: { ...openTurn, afterwards } });
    return false;
  };

/** To be called by whatever ends a turn, in the same step. */
export function bringAbout(
  records: Records,
  conversation: Conversation,
  { id: turnId, afterwards }: Pick<OpenTurn, 'id' | 'afterwards'>,
  now: number,
): void {
  if (!afterwards || conversation.status !== afterwards.from || afterwards.status === afterwards.from) return;
  const { status, reason, handover: by, terms } = afterwards;
  const waits = by
    ? beginHandover(records, conversation, { turnId, by, reason, terms }, now)
    : handoverOver(records, conversation, status, now);
  records.updateConversation(conversation.id, {
    ...{ status, statusNote: { at: now, reason, turnId }, updatedAt: now },
    ...waits,
  });
}
