/** How an attempt of a turn ended, by what its flow did and said. */
import { because } from '../core/policy/reasons.ts';
import { cutText, LONGEST_LINE } from '../core/text/lengths.ts';
import type { TurnEnd } from '../core/turns/lanes.ts';
import type { TurnRun } from './host.ts';
import { note } from './timeline/notes.ts';
import type { LiveTurn } from './turn.ts';

/** @param at UTC milliseconds */
export function noteErrors(turn: LiveTurn, { errors }: TurnRun, at: number): void {
  for (const { node, message, caught } of errors)
    note(turn, at, { kind: 'error', node, message: cutText(message, LONGEST_LINE), caught });
}

/**
 * @param result null: its lane was freed, and the flow goes on
 * @param now UTC milliseconds. `nodeName`: what people call a node
 */
export function conclude(
  turn: LiveTurn,
  result: TurnRun | null | 'late' | 'forgotten' | 'interrupt',
  now: number,
  nodeName: (id: string) => string,
): TurnEnd {
  const { decisions, vars } = turn.view;
  if (result !== null && typeof result === 'object') noteErrors(turn, result, now);
  const kept = Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== null && value !== undefined));
  // The lane is freed, and the flow goes on: what it has still to say counts until its time is over.
  const openUntil = result === null ? turn.begunAt + turn.account.timeoutMs : undefined;
  const end = (outcome: 'answered' | 'drafted' | 'blocked' | 'silent'): TurnEnd => ({
    kind: 'end',
    outcome,
    decisions,
    vars: kept,
    openUntil,
  });
  if (result === 'forgotten') return end('silent');
  if (result === 'interrupt') {
    const reason = because('interrupted');
    decisions.push({ gate: 'turn', result: 'block', rule: 'interrupted', reason, at: now });
    return end('blocked');
  }
  // Before what was said: it may have been "one moment". A repeat says nothing twice.
  if (result !== 'late' && result?.status === 'interrupted')
    return { kind: 'fail', cut: true, error: 'A deploy cut the flow.', decisions };
  if (turn.replied) return end(turn.drafted ? 'drafted' : 'answered');
  if (result === 'late')
    return {
      kind: 'fail',
      cut: false,
      error: `The flow did not finish in ${turn.account.timeoutMs / 1000} s.`,
      decisions,
    };
  const failure = result?.errors.find((error) => !error.caught);
  if (failure) return { kind: 'fail', cut: false, error: `${nodeName(failure.node)}: ${failure.message}`, decisions };
  if (decisions.some((decision) => decision.result === 'block')) return end('blocked');
  return end('silent');
}
