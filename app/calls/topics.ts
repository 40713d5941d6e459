/** What a call is about: the titles of the passages that its last turns found. */
import { withFound } from '../../core/calls/hints.ts';
import type { Turns } from '../turns.ts';

export interface Topics {
  /** Titles of each turn, the newest first. */
  found(): string[][];
  close(): void;
}

export function followTopics(turns: Pick<Turns, 'onEnd'>, conversationId: string): Topics {
  let found: string[][] = [];
  const close = turns.onEnd(({ conversation, view }) => {
    if (conversation.id !== conversationId) return;
    // A flow may have put passages of its own there.
    const titles = view.passages.map((passage) => (typeof passage?.title === 'string' ? passage.title.trim() : ''));
    found = withFound(found, titles.filter(Boolean));
  });
  return { found: () => found, close };
}
