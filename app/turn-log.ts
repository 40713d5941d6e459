/** One line of the log a turn: where it was, who wrote, how long it took, what became of it. */
import type { TurnEnd } from '../core/turns/lanes.ts';
import type { LiveTurn } from './turn.ts';

/**
 * Absent for an attempt that failed: the lane tells that, with what comes next.
 * @param now UTC milliseconds
 */
export function turnLine(live: LiveTurn, end: TurnEnd, now: number): string | undefined {
  if (end.kind !== 'end') return undefined;
  const { turn, account, conversation, begunAt } = live;
  const parts = [`account "${account.name}"`, `conversation ${conversation.id}`];
  if (live.replied) parts.push(`written by ${writerOf(live)}`, live.sent ?? 'sending');
  const held = end.decisions.findLast(({ result }) => result === 'block');
  const reason = end.outcome === 'blocked' && held ? ` ${held.gate}: ${held.reason}` : '';
  return `Turn ${turn.id} ${end.outcome} in ${now - begunAt} ms: ${parts.join(', ')}.${reason}`;
}

function writerOf({ source, about }: LiveTurn): string {
  if (source?.kind === 'extractive') return 'a quotation of the knowledge';
  if (source?.kind === 'static') return about ? 'the template' : 'the static text';
  if (!source || source.kind === 'flow') return 'the flow';
  return `${source.model ?? 'the LLM'}${source.provider ? ` at ${source.provider}` : ''}`;
}
