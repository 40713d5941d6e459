/** How the changes of a plan become a step: which document decides it, what is taken before, what only follows. */
import type { Document } from 'mongodb';
import { type Name, type Step, shapeOf } from './collections.ts';
import { changeOf, type Draft } from './steps.ts';

/** Steps that are remembered where they were decided, for whoever lost the answer. */
const DONE = 8;
/** A step of more changes is decided by a document of its own: a conversation stays small. */
const MANY = 60;

export interface Arranged {
  /** A conversation that was there; absent where a document in `steps` decides. */
  decider?: Draft;
  taken: Draft[];
  /** Nobody else can change it before the step is decided. */
  rest: Draft[];
  /** One document and nothing else. */
  alone: boolean;
  /** What steps that would be in each other's way have in common. */
  name: string;
}

export function arrange(drafts: Draft[]): Arranged {
  const decider =
    drafts.length <= MANY
      ? drafts.find(({ c, before, after }) => c === 'conversations' && before !== null && after !== null)
      : undefined;
  const others = drafts.filter((draft) => draft !== decider);
  const [first] = drafts;
  return {
    decider,
    taken: others.filter(({ c }) => shapeOf(c).kept === 'held'),
    rest: others.filter(({ c }) => shapeOf(c).kept !== 'held'),
    alone: decider === undefined && drafts.length === 1,
    name: decider?.id ?? (first ? `${first.c} ${first.id}` : ''),
  };
}

/** The document that decides a step. */
export const deciding = ({ decider }: Arranged, step: string): [Name, string] =>
  decider ? ['conversations', decider.id] : ['steps', step];

/** A changed document as the database is told. @param more fields beside */
export function updateOf(draft: Draft, more: Document = {}): Document {
  const { set, unset = [], v } = changeOf(draft);
  return {
    $set: { ...set, ...more, v: v + 1 },
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((field) => [field, ''])) }),
  };
}

/** With what is still to be made of the step; what was there of an earlier one has been made. */
export const withStep = (decider: Draft, step: Step): Document =>
  updateOf(decider, { done: doneWith(decider, step.id), ...(step.changes.length > 0 && { open: step }) });

export const doneWith = ({ before }: Draft, step: string): string[] => [...(before?.done ?? []), step].slice(-DONE);
