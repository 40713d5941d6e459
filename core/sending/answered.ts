/** Two colleagues at one conversation: neither answers what the other has answered already, unless he has read that. */
import { DragomanError } from '../errors.ts';
import type { Message } from '../model.ts';
import type { Records } from '../ports.ts';

/**
 * @param seen `seq` of the newest message that he has seen. `drafts`: those that wait, as he sees it; one keeps its place where it goes out
 * @throws DragomanError ANSWERED where there is an answer, or one on its way, that its writer has not seen
 */
export function refuseAnswered(
  records: Records,
  conversationId: string,
  { seen, drafts = [] }: { seen: number; drafts?: readonly string[] },
): void {
  const unseen = records.recentOut(conversationId).filter(({ seq, author }) => seq > seen && author !== 'system');
  const isAnswer = ({ state }: Message) => state !== 'draft' && state !== 'discarded';
  const newer = [...unseen, ...drafts.flatMap((id) => records.message(id) ?? [])].find(isAnswer);
  if (!newer) return;
  throw new DragomanError(
    'ANSWERED',
    newer.writer ? `${newer.writer} has answered meanwhile.` : 'It was answered meanwhile.',
    'Read what was said, and send yours if it is still needed.',
  );
}
