/** What happens in a turn, noted as it happens: plain objects in memory until its attempt ends. */
import { hash } from 'node:crypto';
import type { Decision, TracedQuestion, TraceStep } from '../../core/model.ts';
import type { AnswerRequest } from '../../core/ports.ts';
import { cutText } from '../../core/text/lengths.ts';

/** Characters of what a model was asked that are kept, the newest messages first; of what it answered, and of what a tool was told and told. */
const LONGEST_ASKED = 6_000;
const LONGEST_TEXT = 4_000;
const LONGEST_TOOL = 1_000;
/** A flow that goes round and round is told by its beginning. */
const MOST_STEPS = 200;

type Distributed<T> = T extends unknown ? Omit<T, 'after'> : never;
export type NewStep = Distributed<TraceStep>;
/** A step, and how many decisions the turn had before it. */
export type Noted = NewStep & { after: number; behind: number };

/** What of a turn that runs is needed here. */
export interface Noting {
  /** Absent where nothing is to be noted. */
  noted?: Noted[];
  /** UTC milliseconds. */
  begunAt: number;
  view: { decisions: readonly Decision[] };
}

/** Notes a step of a turn; nothing where nothing is to be noted. @param now UTC milliseconds */
export function note(live: Noting, now: number, step: NewStep): void {
  const { noted, begunAt, view } = live;
  if (noted && noted.length < MOST_STEPS) noted.push({ ...step, after: now - begunAt, behind: view.decisions.length });
}

/** All that happened in an attempt, in its order: decisions of its gates among what was noted. */
export function stepsOf({ noted = [], begunAt, view }: Noting): TraceStep[] {
  const steps: TraceStep[] = [];
  let at = 0;
  const decidedUntil = (count: number) => {
    for (; at < count && at < MOST_STEPS; at++) steps.push(gateStep(view.decisions[at]!, begunAt));
  };
  for (const { behind, ...step } of noted) {
    decidedUntil(behind);
    steps.push(step);
  }
  decidedUntil(view.decisions.length);
  return steps;
}

/** What passes needs no reason: the rule says it. A flow can write what it likes among a turn's decisions. */
function gateStep({ gate, result, rule, reason, until, at, node }: Decision, begunAt: number): TraceStep {
  const why = result === 'block' ? { reason: cutText(String(reason), LONGEST_TOOL), until } : {};
  return { kind: 'gate', after: at - begunAt, node, gate, result, rule, ...why };
}

/** What of a masked request is kept: the newest messages. */
export function askedOf(
  { instructions, history, tools = [] }: AnswerRequest,
  made: TracedQuestion['made'],
): TracedQuestion {
  const kept: TracedQuestion['history'] = [];
  let left = LONGEST_ASKED;
  for (const { role, text } of history.toReversed()) {
    if (left <= 0) break;
    const cut = cutText(text, left);
    kept.unshift({ role, text: cut });
    left -= cut.length;
  }
  return {
    version: versionOf(instructions),
    made,
    history: kept,
    earlier: history.length - kept.length,
    tools: tools.map(({ name }) => name),
  };
}

/** The same for the same instructions. */
export const versionOf = (instructions: string): string => hash('sha1', instructions, 'hex').slice(0, 8);

export const keptText = (text: string): string => cutText(text, LONGEST_TEXT);
export const keptTool = (text: string): string => cutText(text, LONGEST_TOOL);
